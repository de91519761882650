"""The desk in the admin: its first page, the page that asks about a company, the rules, and who may use them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from entities.admin import RecordAdmin
from entities.models import Entity, Evidence, OwnershipRule, Partnership
from screening import alert_admin, desk_admin, handing_over, review_pages, reviewing, run_pages
from screening.entity_admin import DeskEntityAdmin
from screening.evidence_admin import EvidenceAdmin, PartnershipAdmin
from screening.pages import vet_page
from screening.rules import MOST_NOTED, RuleError, rulebook, switched

admin.site.index_template = "screening/home.html"
# Unfold asks the site for further pages here; they get the admin's login and navigation.
admin.site.extra_urls = lambda: [  # type: ignore[attr-defined]
    path("vet/", admin.site.admin_view(vet_page), name="vet"),
    *(
        path(str(row.pattern), admin.site.admin_view(row.callback), name=row.name)
        for row in (*run_pages.urls(), *handing_over.urls(), *review_pages.urls())
    ),
]

# Imported for what it registers.
__all__ = ["alert_admin", "desk_admin", "reviewing"]

for model in (Entity, User, Group):
    admin.site.unregister(model)
admin.site.register(Entity, DeskEntityAdmin)
admin.site.register(Evidence, EvidenceAdmin)
admin.site.register(Partnership, PartnershipAdmin)


@admin.register(User)
class DeskUserAdmin(UserAdmin, ModelAdmin):
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    # The two-box chooser runs off a narrow page and cannot be used from the keyboard alone.
    filter_horizontal = ()


@admin.register(Group)
class DeskGroupAdmin(GroupAdmin, ModelAdmin):
    filter_horizontal = ()


STATUS = {"in force": "success", "unverified": "warning", "suspended": "info"}


@admin.register(OwnershipRule)
class OwnershipRuleAdmin(RecordAdmin):
    """The rules as the engine applies them; a person may only say whether an unverified one is in force."""

    list_display = ("regime", "status_today", "in_effect", "basis", "threshold", "code")
    list_filter = ("basis", "stated_status")
    search_fields = ("regime", "code", "citation")
    fields = ("regime",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[OwnershipRule]:
        return super().get_queryset(request).prefetch_related("switches")

    def has_switch_permission(self, request: HttpRequest) -> bool:
        """A switch changes every answer, so it takes the right to change rules."""
        return request.user.has_perm("entities.change_ownershiprule")

    def get_urls(self) -> list[URLPattern]:
        view = require_POST(self.admin_site.admin_view(self.switch))
        return [path("<int:pk>/switch/", view, name="entities_ownershiprule_switch"), *super().get_urls()]

    def switch(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a person's word on an unverified rule; a note that could not be used is shown again."""
        if not self.has_switch_permission(request):
            raise PermissionDenied
        rule = get_object_or_404(OwnershipRule, pk=pk)
        note = request.POST.get("note", "")
        try:
            said = switched(rule, request.POST.get("status", ""), by=request.user.get_username(), note=note)
            messages.success(request, f"{rule.regime}: held to be {said.status} from now on.")
        except RuleError as error:
            messages.error(request, str(error))
            request.session["switch_note"] = note[:MOST_NOTED]
        return HttpResponseRedirect(reverse("admin:entities_ownershiprule_change", args=[pk]))

    def page(self, row: OwnershipRule) -> dict[str, Any]:
        book = rulebook()
        rule = book.named(row.code)
        return {
            "status": rule.status,
            "asks": rule.asks,
            "remark": book.remark(rule),
            "switches": row.switches.all(),
        }

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        more = {
            "may_switch": self.has_switch_permission(request),
            "note": request.session.pop("switch_note", ""),
        }
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

    @display(description="status", label=STATUS)
    def status_today(self, row: OwnershipRule) -> str:
        said = list(row.switches.all())
        return said[-1].status if said else row.stated_status

    @display(description="in effect", ordering="effective_from")
    def in_effect(self, row: OwnershipRule) -> str:
        today = timezone.localdate()
        days = f"{row.effective_from or '…'} – {row.effective_to or '…'}"
        past = row.effective_to and row.effective_to < today
        return (
            f"{days} ({'over' if past else 'ahead'})"
            if past or (row.effective_from or today) > today
            else days
        )
