"""Alerts, and where and how they were sent, in the admin; each seen by the team whose portfolio it is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminURLInputWidget

from entities.admin import RecordAdmin
from screening.alerting import seen
from screening.calling import CallRefused, check_address
from screening.comparing import changes
from screening.desk_admin import TeamAdmin, TeamFilter
from screening.models import Alert, Delivery, Webhook
from screening.telling import replay

ALERTS = {"new": "danger", "changed": "warning", "ended": "info", "reopened": "warning"}
DELIVERIES = {"waiting": "warning", "delivered": "success", "failed": "danger"}


class SeenFilter(admin.SimpleListFilter):
    title = "seen"
    parameter_name = "seen"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "not seen yet"), ("yes", "seen")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Alert]) -> QuerySet[Alert]:
        if self.value() not in ("yes", "no"):
            return queryset
        return queryset.filter(seen_at__isnull=self.value() == "no")


@admin.register(Alert)
class AlertAdmin(RecordAdmin):
    """What changed for subjects under watch; a person may only say that they have seen it."""

    list_display = ("at", "subject", "what", "party", "cause", "seen")
    list_filter = (SeenFilter, "kind", TeamFilter)
    list_select_related = ("subject", "hit", "seen_by", "portfolio")
    list_display_links = ("at", "subject")
    search_fields = ("subject__name", "hit__caption", "cause")
    actions = ("mark_seen",)
    fields = ("kind",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Alert]:
        return super().get_queryset(request).visible_to(request.user)

    def has_see_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("screening.change_alert")

    def page(self, row: Alert) -> dict[str, Any]:
        return {"alert": row, "changes": changes(row.difference)}

    @action(description="Mark as seen", permissions=["see"])
    def mark_seen(self, request: HttpRequest, queryset: QuerySet[Alert]) -> None:
        """Note who saw the chosen alerts, once each."""
        assert isinstance(request.user, User)
        number = seen(queryset, request.user)
        self.message_user(request, f"{number} alerts marked as seen.")

    @display(description="what", label=ALERTS, ordering="kind")
    def what(self, row: Alert) -> str:
        return row.kind

    @display(description="listed party")
    def party(self, row: Alert) -> str:
        return row.hit.caption if row.hit else row.entity_id

    @display(description="seen", ordering="seen_at")
    def seen(self, row: Alert) -> str:
        return f"{row.seen_by}, {row.seen_at:%Y-%m-%d}" if row.seen_at else "no"


class WebhookForm(forms.ModelForm):
    url = forms.URLField(label="URL", max_length=500, assume_scheme="https", widget=UnfoldAdminURLInputWidget)

    class Meta:
        model = Webhook
        fields = "__all__"  # noqa: DJ007 the admin names them

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        try:
            check_address(url)
        except CallRefused as error:
            raise forms.ValidationError(str(error)) from error
        return url


@admin.register(Webhook)
class WebhookAdmin(TeamAdmin):
    """Addresses that are told of alerts; the secret is for whom may change them."""

    form = WebhookForm
    list_display = ("url", "portfolio", "active", "created_at")
    list_filter = (TeamFilter, "active")
    list_select_related = ("portfolio",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("screening.delete_webhook")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        told = ("portfolio", "url", "active")
        return (*told, "secret") if self.has_change_permission(request, obj) else told


@admin.register(Delivery)
class DeliveryAdmin(RecordAdmin):
    """Letters and calls with every attempt; an administrator may send one again."""

    list_display = ("created_at", "channel", "address", "portfolio", "status", "tries", "next_attempt_at")
    list_filter = ("state", "channel", TeamFilter)
    list_select_related = ("portfolio",)
    actions = ("send_again",)
    fields = (
        *("created_at", "portfolio", "channel", "address", "state", "delivered_at", "next_attempt_at"),
        *("replays", "attempts", "payload"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        return super().get_queryset(request).visible_to(request.user)

    def has_again_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("screening.add_delivery")

    @action(description="Send again", permissions=["again"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        """Send the chosen ones again as they were, each as a delivery of its own."""
        assert isinstance(request.user, User)
        made = [replay(row, request.user) for row in queryset.select_related("portfolio", "webhook")]
        self.message_user(request, f"{len(made)} are sent again.")

    @display(description="state", label=DELIVERIES, ordering="state")
    def status(self, row: Delivery) -> str:
        return row.state

    @display(description="attempts")
    def tries(self, row: Delivery) -> int:
        return len(row.attempts)
