"""Teams, portfolios, subjects and the audit trail in the admin, each seen by whom it belongs to."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.validators import validate_email
from django.db.models import Count, ForeignKey, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextareaWidget

from entities.admin import RecordAdmin
from entities.models import Dataset, Measure
from screening.models import AuditEvent, Portfolio, Subject, Team
from screening.models.portfolios import subject_key
from screening.querysets import TeamQuerySet
from screening.queue import standing_hits, work_of
from screening.roles import reads_all

# Fields whose words are not for the trail, which a whole team reads.
SECRETS = frozenset({"secret"})
STANDING = {"to do": "warning", "decided": "success", "no hit": "info", "not screened": "danger"}


class TeamFilter(admin.SimpleListFilter):
    """Choose a portfolio among those that the person may see; Django's own filter would name them all."""

    title = "portfolio"
    parameter_name = "portfolio"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(row.pk), row.name) for row in Portfolio.objects.visible_to(request.user)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = {key for key, _ in self.lookup_choices}
        return queryset.filter(portfolio=self.value()) if self.value() in known else queryset


class TeamAdmin(ModelAdmin):
    """Show the rows of a person's teams, and offer only what they may see wherever one row names another."""

    change_list_template = "screening/change_list.html"
    list_per_page = 50
    # Nothing of the desk is deleted: what was screened and decided refers to it.
    actions: ClassVar[list[str]] = []

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).visible_to(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        queryset = db_field.remote_field.model._default_manager.all()
        if isinstance(queryset, TeamQuerySet):
            kwargs["queryset"] = queryset.visible_to(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Keep the row, and in the audit trail what was changed from what."""
        super().save_model(request, obj, form, change)
        changed = {name: [form.initial.get(name), getattr(obj, name, None)] for name in form.changed_data}
        AuditEvent.objects.record(
            "changed" if change else "created",
            obj,
            by=request.user if isinstance(request.user, User) else None,
            portfolio=self.portfolio_of(obj),
            changed={
                name: ["…", "…"] if name in SECRETS else [_plain(side) for side in sides]
                for name, sides in changed.items()
            },
        )

    def portfolio_of(self, row: Any) -> Portfolio | None:
        return getattr(row, "portfolio", None)


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)) or hasattr(value, "all"):
        return [_plain(row) for row in (value.all() if hasattr(value, "all") else value)]
    return value if isinstance(value, (bool, int, float, str, type(None))) else str(value)


class Lines(forms.Field):
    """A list of words, one a line."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        return list(dict.fromkeys(line.strip() for line in (value or "").splitlines() if line.strip()))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or []) != self.to_python(data)


class PortfolioForm(forms.ModelForm):
    regimes = forms.MultipleChoiceField(
        label="Measures that matter",
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="Every measure where none is chosen.",
    )
    required_lists = forms.MultipleChoiceField(
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="Lists without which nothing is certified; every list where none is chosen.",
    )
    digest_to = Lines(
        label="E-mail digest to", required=False, help_text="Addresses, one a line; no digest where empty."
    )

    class Meta:
        model = Portfolio
        fields = "__all__"  # noqa: DJ007 the admin names them

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "regimes": Measure.objects.order_by("title").values_list("code", "title"),
            "required_lists": Dataset.objects.lists().order_by("name").values_list("name", "title"),
        }
        for name, rows in choices.items():
            if field := self.fields.get(name):
                # What was chosen once stays offered, though the record no longer has it.
                known = dict(rows)
                kept = {value: value for value in getattr(self.instance, name) if value not in known}
                field.choices = [*known.items(), *kept.items()]  # type: ignore[attr-defined]

    def clean_digest_to(self) -> list[str]:
        addresses: list[str] = self.cleaned_data["digest_to"]
        for address in addresses:
            validate_email(address)
        return addresses


@admin.register(Portfolio)
class PortfolioAdmin(TeamAdmin):
    form = PortfolioForm
    list_display = ("name", "team", "eyes", "least", "subjects_held", "to_do")
    list_select_related = ("team",)
    search_fields = ("name",)
    readonly_fields = ("members", "created_at")
    fieldsets = (
        (None, {"fields": ("name", "team", "members")}),
        ("Policy", {"fields": ("four_eyes", "threshold", "regimes", "required_lists", "fresh_days")}),
        ("Told by e-mail", {"fields": ("digest_to",)}),
    )

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Count what each portfolio of the page holds and has to do, in two queries."""
        found = super().get_changelist_instance(request)
        ids = [row.pk for row in found.result_list]
        work = work_of(request.user, "subject__portfolio", ids)
        rows = Subject.objects.filter(portfolio__in=ids).order_by().values_list("portfolio")
        held = dict(rows.annotate(Count("pk")))
        for row in found.result_list:
            row.work, row.held = work.get(row.pk, 0), held.get(row.pk, 0)
        return found

    def portfolio_of(self, row: Portfolio) -> Portfolio:
        return row

    @display(description="members")
    def members(self, row: Portfolio) -> str:
        if not row.team_id:
            return "–"
        names = row.team.members.order_by("username").values_list("username", flat=True)
        return ", ".join(names) or "nobody yet"

    @display(description="four eyes", boolean=True, ordering="four_eyes")
    def eyes(self, row: Portfolio) -> bool:
        return row.four_eyes

    @display(description="least score", ordering="threshold")
    def least(self, row: Portfolio) -> str:
        return f"{row.least_score:.2f}"

    @display(description="subjects")
    def subjects_held(self, row: Any) -> str:
        return f"{row.held:,}"

    @display(description="hits to do")
    def to_do(self, row: Any) -> str:
        return f"{row.work:,}"


class SubjectForm(forms.ModelForm):
    tags = Lines(required=False, help_text="One a line.")
    identifiers = Lines(
        required=False, help_text="Scheme and value, such as USCC 91330100799655058B, one a line."
    )

    class Meta:
        model = Subject
        fields = "__all__"  # noqa: DJ007 the admin names them

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "identifiers" in self.fields:
            self.initial["identifiers"] = [" ".join(map(str, pair)) for pair in self.instance.identifiers]

    def clean_identifiers(self) -> list[list[str]]:
        pairs = [line.rsplit(None, 1) for line in self.cleaned_data["identifiers"]]
        if wrong := [pair for pair in pairs if len(pair) != 2]:
            raise forms.ValidationError(f"Write the scheme before the value, as in USCC {wrong[0][0]}.")
        return pairs

    def clean_country(self) -> str:
        country: str = self.cleaned_data["country"].strip().lower()
        if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
            raise forms.ValidationError("Write an ISO code of two letters, such as cn.")
        return country

    def clean(self) -> dict[str, Any] | None:
        """Refuse a second subject that a later file would take for the first."""
        said = super().clean() or self.cleaned_data
        portfolio = said.get("portfolio") or self.instance.portfolio_id and self.instance.portfolio
        if portfolio and "name" in said:
            country = said.get("country", self.instance.country)
            key = subject_key(said["name"], country, said.get("reference", self.instance.reference))
            others = Subject.objects.filter(portfolio=portfolio, key=key).exclude(pk=self.instance.pk)
            if others.exists():
                raise forms.ValidationError("The portfolio has this subject already.")
            self.instance.key = key
        return said


@admin.register(Subject)
class SubjectAdmin(TeamAdmin):
    form = SubjectForm
    change_form_after_template = "screening/_subject_hits.html"
    list_display = ("name", "country", "portfolio", "reference", "state", "watched", "owner", "changed_at")
    list_filter = (TeamFilter, "watched")
    list_select_related = ("portfolio", "owner")
    search_fields = ("name", "reference")
    fields = (
        "portfolio",
        *("name", "country", "address", "identifiers", "reference"),
        *("tags", "owner", "watched"),
    )

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Count what each subject of the page has to do and has decided, in two queries."""
        found = super().get_changelist_instance(request)
        ids = [row.pk for row in found.result_list]
        work = work_of(request.user, "subject", ids)
        every = work_of(request.user, "subject", ids, decided=True)
        for row in found.result_list:
            row.work, row.every = work.get(row.pk, 0), every.get(row.pk, 0)
        return found

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        # A subject stays in its portfolio: another team's would take its decisions along.
        return ("portfolio",) if obj else ()

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "owner":
            seen = Portfolio.objects.visible_to(request.user)
            kwargs["queryset"] = User.objects.filter(teams__portfolios__in=seen, is_active=True).distinct()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        # No row of a file says so any more: whoever watches must screen it again.
        obj.changed_at, obj.read_row = timezone.now(), None
        super().save_model(request, obj, form, change)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> Any:
        hits = standing_hits(request.user).filter(subject=int(object_id)) if object_id.isdecimal() else ()
        more = {"hits": hits and hits.defer("explanation").order_by("-score", "pk")}
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

    @display(description="state", label=STANDING)
    def state(self, row: Any) -> tuple[str, str] | str:
        if row.work:
            return "to do", f"{row.work} to do"
        if row.every:
            return "decided", f"{row.every} decided"
        return "no hit" if row.read_from_id else "not screened"


@admin.register(Team)
class TeamsAdmin(ModelAdmin):
    """Who sees which portfolios: kept by administrators."""

    list_display = ("name", "people")
    filter_horizontal = ()
    search_fields = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        rows = super().get_queryset(request).prefetch_related("members")
        assert isinstance(request.user, User)
        return rows if reads_all(request.user) else rows.filter(members=request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Keep in the audit trail who came and who left: it decides who sees what."""
        before = set(form.instance.members.values_list("username", flat=True)) if change else set()
        super().save_related(request, form, formsets, change)
        after = set(form.instance.members.values_list("username", flat=True))
        AuditEvent.objects.record(
            "changed" if change else "created",
            form.instance,
            by=request.user if isinstance(request.user, User) else None,
            name=form.instance.name,
            came=sorted(after - before),
            left=sorted(before - after),
        )

    @display(description="members")
    def people(self, row: Team) -> str:
        return ", ".join(sorted(user.username for user in row.members.all())) or "nobody yet"


@admin.register(AuditEvent)
class AuditAdmin(RecordAdmin):
    """Who saw and changed what, read only; a team sees what was done with its portfolios."""

    list_display = ("number", "at", "username", "action", "what", "portfolio", "version")
    list_filter = ("action", TeamFilter)
    list_select_related = ("portfolio",)
    search_fields = ("username", "object_id")
    fields = (
        *("number", "at", "username", "action", "kind", "object_id", "portfolio", "version"),
        *("detail", "previous", "digest"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEvent]:
        return super().get_queryset(request).visible_to(request.user)

    @display(description="what")
    def what(self, row: AuditEvent) -> str:
        return f"{row.kind} {row.object_id}"
