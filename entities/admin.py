"""The record in the admin: read, searched and filtered, never edited. It is the publishers' words."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import Truncator
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display

from entities import reading
from entities.models import (
    Change,
    Dataset,
    DatasetVersion,
    Entity,
    Identifier,
    Listing,
    Measure,
    Name,
)

# Versions and changes shown on one page before the rest is left to the filtered list.
SHOWN = 100
STATUS = {"accepted": "success", "held": "warning", "refused": "danger"}
FRESHNESS = {
    "fresh": "success",
    "stale": "warning",
    "starter excerpt": "info",
    "closed": "info",
    "never loaded": "danger",
}
CHANGES = {"added": "success", "changed": "info", "removed": "warning"}


class RecordAdmin(ModelAdmin):
    """Show rows of the record to whoever may view them."""

    change_list_template = "screening/change_list.html"
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def page(self, row: Any) -> dict[str, Any]:
        """Return what the row's page shows besides the row."""
        return {}

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        page = self.page(row) if row and self.has_view_permission(request, row) else {}
        return super().change_view(request, object_id, form_url, {**page, **(extra_context or {})})


@admin.register(Dataset)
class DatasetAdmin(RecordAdmin):
    list_display = (
        "name_and_title",
        "kind_in_short",
        "freshness_in_words",
        "version_date",
        "entities",
        "last_change",
        "checked_on",
        "until_stale",
    )
    list_filter = ("kind",)
    list_select_related = ("current_version",)
    list_before_template = "screening/_excerpt_banner.html"
    search_fields = ("name", "title", "authority")
    fields = ("name",)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        excerpts = Dataset.objects.lists().filter(current_version__is_excerpt=True)
        return super().changelist_view(request, {"excerpts": excerpts, **(extra_context or {})})

    def page(self, row: Dataset) -> dict[str, Any]:
        return {"versions": row.versions.all()[:SHOWN]}

    @display(description="name", ordering="name", header=True)
    def name_and_title(self, row: Dataset) -> list[str]:
        return [row.name, row.title]

    @display(description="kind", ordering="kind")
    def kind_in_short(self, row: Dataset) -> str:
        return row.kind

    @display(description="freshness", label=FRESHNESS)
    def freshness_in_words(self, row: Dataset) -> str:
        return row.freshness

    @display(description="version date", ordering="current_version__published_on")
    def version_date(self, row: Dataset) -> Any:
        return row.current_version and row.current_version.published_on

    @display(ordering="current_version__entities")
    def entities(self, row: Dataset) -> str:
        return f"{row.current_version.entities:,}" if row.current_version else ""

    @display(description="last change")
    def last_change(self, row: Dataset) -> str:
        return movement(row.current_version) if row.current_version else ""

    @display(description="last checked", ordering="checked_at")
    def checked_on(self, row: Dataset) -> Any:
        return row.checked_at and row.checked_at.date()

    @display(description="until stale")
    def until_stale(self, row: Dataset) -> str:
        return reading.until_stale(row)


@admin.register(DatasetVersion)
class DatasetVersionAdmin(RecordAdmin):
    list_display = (
        "published_on",
        "dataset",
        "status_in_words",
        "remark",
        "entities_held",
        "changes",
        "not_understood",
        "loaded_on",
    )
    list_filter = ("status", "is_excerpt", "is_history", "dataset", ("published_on", RangeDateFilter))
    list_filter_submit = True
    list_select_related = ("dataset",)
    fields = ("published_on",)

    @display(description="status", label=STATUS, ordering="status")
    def status_in_words(self, row: DatasetVersion) -> str:
        return row.status

    @display(description="remark")
    def remark(self, row: DatasetVersion) -> str:
        return Truncator(row.error).chars(80) or ("starter excerpt" if row.is_excerpt else "")

    @display(description="entities", ordering="entities")
    def entities_held(self, row: DatasetVersion) -> str:
        return f"{row.entities:,}"

    @display(description="loaded", ordering="fetched_at")
    def loaded_on(self, row: DatasetVersion) -> Any:
        return row.fetched_at.date()

    @display(description="changes")
    def changes(self, row: DatasetVersion) -> str:
        return movement(row) if row.status == "accepted" else ""


@admin.register(Change)
class ChangeAdmin(RecordAdmin):
    list_display = ("entity", "kind_in_words", "what", "dataset", "version_date")
    list_filter = (
        "kind",
        "version__dataset",
        ("version__published_on", RangeDateFilter),
        "version__is_history",
    )
    list_filter_submit = True
    list_select_related = ("entity", "version__dataset")
    search_fields = ("entity__caption",)
    search_help_text = "Names as the lists print them"
    fields = ("kind",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Change]:
        return super().get_queryset(request).defer("entity__raw", "entity__properties")

    def page(self, row: Change) -> dict[str, Any]:
        return {
            "differences": reading.field_changes(row.fields),
            "summary": reading.summary(row.kind, row.fields),
        }

    @display(description="change", label=CHANGES, ordering="kind")
    def kind_in_words(self, row: Change) -> str:
        return row.kind

    @display(description="what")
    def what(self, row: Change) -> str:
        return reading.summary(row.kind, row.fields)

    @display(ordering="version__dataset__name")
    def dataset(self, row: Change) -> str:
        return row.version.dataset.name

    @display(description="version date", ordering="version__published_on")
    def version_date(self, row: Change) -> Any:
        return row.version.published_on


class StandingFilter(admin.SimpleListFilter):
    title = "standing"
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("listed", "listed now"),
            ("unlisted", "held, not listed now"),
            ("removed", "removed by its publisher"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entity]) -> QuerySet[Entity]:
        listed = Listing.objects.current().in_force(timezone.localdate()).values("entity")  # type: ignore[attr-defined]
        if self.value() == "listed":
            return queryset.filter(removed_in=None, pk__in=listed)
        if self.value() == "unlisted":
            return queryset.filter(removed_in=None).exclude(pk__in=listed)
        return queryset.filter(removed_in__isnull=False) if self.value() == "removed" else queryset


class CountryFilter(admin.SimpleListFilter):
    title = "country"
    parameter_name = "country"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        held = Entity.objects.order_by().values_list("countries", flat=True).distinct()
        codes = {code for codes in held for code in codes.split()}
        return sorted(((code, reading.country_name(code)) for code in codes), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entity]) -> QuerySet[Entity]:
        if not self.value():
            return queryset
        return queryset.alias(padded=Concat(Value(" "), "countries", Value(" "))).filter(
            padded__contains=f" {self.value()} "
        )


class MeasureFilter(admin.SimpleListFilter):
    title = "measure"
    parameter_name = "measure"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(measure.code, measure.title) for measure in Measure.objects.all()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entity]) -> QuerySet[Entity]:
        if not self.value():
            return queryset
        under = Listing.objects.current().filter(measures__code=self.value())
        return queryset.filter(pk__in=under.values("entity"))


@admin.register(Entity)
class EntityAdmin(RecordAdmin):
    list_display = ("caption", "dataset", "schema", "in_countries", "listed_since", "measures")
    list_filter = ("dataset", "schema", StandingFilter, CountryFilter, MeasureFilter)
    list_select_related = ("dataset", "removed_in")
    search_fields = ("caption",)
    search_help_text = "Any of its names, or an identifier in full"
    fields = ("caption",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entity]:
        rows = super().get_queryset(request).defer("properties", "raw")
        return rows.prefetch_related("listings__measures")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Entity], search_term: str
    ) -> tuple[QuerySet[Entity], bool]:
        """Look names and identifiers up by themselves: no join, so that no row comes twice."""
        words = search_term.split()
        if not words:
            return queryset, False
        names = Name.objects.all()
        for word in words:
            names = names.filter(text__icontains=word)
        spellings = {search_term.strip(), search_term.strip().upper()}
        identifiers = Identifier.objects.filter(value__in=spellings)
        found = Q(pk__in=names.values("entity")) | Q(pk__in=identifiers.values("entity"))
        return queryset.filter(found | Q(pk=search_term.strip())), False

    def page(self, row: Entity) -> dict[str, Any]:
        entity = Entity.objects.with_record().get(pk=row.pk)
        return {
            "entity": entity,
            "listings": [listing for listing in entity.listings.all() if not _is_reworded(entity, listing)],
            "reworded": [listing for listing in entity.listings.all() if _is_reworded(entity, listing)],
            "changes": row.changes.select_related("version__dataset")[:SHOWN],
        }

    @display(description="countries")
    def in_countries(self, row: Entity) -> str:
        return ", ".join(reading.country_name(code) for code in row.country_codes)

    @display(description="listed since")
    def listed_since(self, row: Entity) -> str:
        if row.removed_in:
            return f"removed {row.removed_in.published_on}"
        listings = _standing(row)
        starts = [listing.start for listing in listings if listing.start]
        return str(min(starts)) if starts else ("day not stated" if listings else "")

    @display(description="measures")
    def measures(self, row: Entity) -> str:
        kinds = {
            measure.get_kind_display() for listing in _standing(row) for measure in listing.measures.all()
        }
        return ", ".join(sorted(kinds))


@admin.register(Measure)
class MeasureAdmin(RecordAdmin):
    list_display = ("title", "kind", "legal_basis", "code")
    list_filter = ("kind",)
    search_fields = ("title", "code", "legal_basis")
    fields = ("title",)


def movement(version: DatasetVersion) -> str:
    """Say what a version changed: +added ~changed −removed."""
    return f"+{version.added:,}\u00a0~{version.changed:,}\u00a0−{version.removed:,}"


def _is_reworded(entity: Entity, listing: Listing) -> bool:
    """Tell whether the publisher only restated the entry: the party is still there, the row is another."""
    return bool(listing.removed_in_id and not entity.removed_in_id and not listing.end)


def _standing(entity: Entity) -> list[Listing]:
    """Pick the listings that stand, from those already loaded."""
    today = timezone.localdate()
    rows = entity.listings.all()
    return [row for row in rows if row.removed_in_id is None and (row.end is None or row.end > today)]
