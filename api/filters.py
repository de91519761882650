"""Filters of the lists of entities and of changes."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet

from api.parameters import bad_date, bad_moment, country_named, read_known_at
from api.records import today
from entities.choices import ChangeKind, Schema
from entities.models import Change, Dataset, DatasetVersion, Entity, Identifier, Listing, Measure, Name
from entities.querysets import Moment
from screening.choices import Identity
from screening.models import CrossReference


class YesNoField(forms.CharField):
    """Take true or false and nothing else: a misspelt `listed=ture` must not read as "no filter"."""

    def to_python(self, value: Any) -> bool | None:  # type: ignore[override]
        text = (super().to_python(value) or "").lower()
        if not text:
            return None
        if text not in {"true", "false"}:
            raise ValidationError(f"Give true or false, not {text[:40]!r}.")
        return text == "true"


class YesNoFilter(django_filters.BooleanFilter):
    field_class = YesNoField


class DayField(forms.CharField):
    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
                raise ValidationError("")
            return forms.DateField(input_formats=["%Y-%m-%d"]).clean(text)
        except ValidationError:
            raise ValidationError(bad_date(text), code="bad_date") from None


class DayFilter(django_filters.DateFilter):
    field_class = DayField


class MomentFilter(django_filters.CharFilter):
    """A day or a moment; api.parameters reads it."""


class SinceField(forms.CharField):
    def to_python(self, value: Any) -> datetime | None:  # type: ignore[override]
        text = super().to_python(value)
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        except ValueError:
            raise ValidationError(bad_moment(text), code="bad_date") from None


class SinceFilter(django_filters.CharFilter):
    field_class = SinceField


class CountryField(forms.CharField):
    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        code = country_named(text) if text else ""
        if code is None:
            raise ValidationError(f"Give a country such as cn or China, not {text[:40]!r}.")
        return code


class CountryFilter(django_filters.CharFilter):
    field_class = CountryField


class RowFilter(django_filters.ModelChoiceFilter):
    """A filter by a row's own name; an unknown one is an error, not an empty answer."""

    def __init__(self, *args: Any, noun: str, known_by: str = "name", **kwargs: Any) -> None:
        message = {"invalid_choice": f"There is no {noun} of this {known_by}."}
        super().__init__(*args, error_messages=message, **kwargs)


class EntityFilter(django_filters.FilterSet):
    """Conditions on listings hold together: one listing must meet them all."""

    dataset = RowFilter(
        noun="dataset",
        queryset=Dataset.objects.all(),
        to_field_name="name",
        help_text="The name of a dataset, as in `/datasets/`.",
    )
    schema = django_filters.ChoiceFilter(
        choices=Schema.choices,
        help_text="The kind of party.",
        error_messages={"invalid_choice": f"Give one of {', '.join(Schema.values)}."},
    )
    country = CountryFilter(method="having_country", help_text="An ISO 3166 code or a country's name.")
    listed = YesNoFilter(
        method="ignore",
        help_text="Whether a listing is in force today, with `programme` and `measure` if given.",
    )
    programme = django_filters.CharFilter(
        method="ignore", help_text="A part of the programme of a listing.", max_length=300
    )
    measure = RowFilter(
        noun="measure",
        queryset=Measure.objects.all(),
        to_field_name="code",
        method="ignore_code",
        help_text="The code of a measure that a listing imposes, such as `us-ear-entity-list`.",
    )
    identifier = django_filters.CharFilter(
        method="having_identifier",
        help_text="An identifier of any scheme, exactly as on record.",
        max_length=300,
    )
    changed_since = DayFilter(
        method="having_changed",
        help_text="Only what was added, changed or removed by a version fetched on this day or later (UTC).",
    )
    removed = YesNoFilter(
        method="ignore", help_text="true: also those that left their dataset. Default false."
    )
    as_of = DayFilter(method="ignore", help_text="The day that `listed` is told for. Without it, today.")
    known_at = MomentFilter(
        method="ignore",
        help_text="What we had loaded by this day (its end, UTC) or moment. Without it, by now.",
    )
    q = django_filters.CharFilter(
        method="having_name",
        max_length=300,
        help_text="A part of a current name, letter by letter. A plain search: for another spelling, word order "
        "or script use `/match/`.",
    )

    class Meta:
        model = Entity
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        queryset = super().filter_queryset(queryset)
        if not self.form.cleaned_data["removed"]:
            queryset = queryset.filter(removed_in__isnull=True)
        return self._by_listing(queryset)

    def _by_listing(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        given = self.form.cleaned_data
        listings = Listing.objects.filter(entity=OuterRef("pk"))
        if given["programme"]:
            listings = listings.filter(programme__icontains=given["programme"])
        if given["measure"]:
            listings = listings.filter(measures=given["measure"])
        if given["programme"] or given["measure"]:
            queryset = queryset.filter(Exists(listings))
        if given["listed"] is not None:
            moment = Moment(given["as_of"] or today(), read_known_at(self.request))
            in_force = Exists(listings.in_force(*moment))
            queryset = queryset.filter(in_force if given["listed"] else ~in_force)
        return queryset

    # A type of the value would stand in the manual for the filter's own.
    def ignore(self, queryset: QuerySet[Any], name: str, value) -> QuerySet[Any]:
        """Leave it to filter_queryset, which reads these together."""
        return queryset

    def ignore_code(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset

    def having_changed(self, queryset: QuerySet[Any], name: str, value: date) -> QuerySet[Any]:
        midnight = datetime.combine(value, time.min, tzinfo=UTC)
        return queryset.filter(
            Q(changed_in__fetched_at__gte=midnight) | Q(removed_in__fetched_at__gte=midnight)
        )

    def having_country(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        alone, first = Q(countries=value), Q(countries__startswith=f"{value} ")
        inside, last = Q(countries__contains=f" {value} "), Q(countries__endswith=f" {value}")
        return queryset.filter(alone | first | inside | last)

    def having_identifier(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        rows = Identifier.objects.current().filter(entity=OuterRef("pk"), value=value)
        return queryset.filter(Exists(rows))

    def having_name(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        rows = Name.objects.current().filter(entity=OuterRef("pk"), text__icontains=value)
        return queryset.filter(Exists(rows))


class ChangeFilter(django_filters.FilterSet):
    since = SinceFilter(
        field_name="version__fetched_at",
        lookup_expr="gte",
        help_text="Only what a version loaded since this day (its beginning, UTC) or moment changed.",
    )
    dataset = RowFilter(
        noun="dataset",
        field_name="version__dataset",
        queryset=Dataset.objects.all(),
        to_field_name="name",
        help_text="The name of a dataset, as in `/datasets/`.",
    )
    version = RowFilter(
        noun="version",
        known_by="id",
        queryset=DatasetVersion.objects.only("id"),
        help_text="The id of a version, as in a change.",
    )
    kind = django_filters.ChoiceFilter(
        choices=ChangeKind.choices,
        help_text="What happened to the entity.",
        error_messages={"invalid_choice": f"Give one of {', '.join(ChangeKind.values)}."},
    )
    entity = RowFilter(
        noun="entity", known_by="id", queryset=Entity.objects.only("id"), help_text="The id of an entity."
    )
    history = YesNoFilter(
        method="ignore",
        help_text="true: also what is no news: first copies, which nothing was there to compare with, and older "
        "copies loaded late. Default false.",
    )

    class Meta:
        model = Change
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        queryset = super().filter_queryset(queryset)
        if self.form.cleaned_data["history"]:
            return queryset
        return queryset.filter(version__in=DatasetVersion.objects.news())

    # A type of the value would stand in the manual for the filter's own.
    def ignore(self, queryset: QuerySet[Any], name: str, value) -> QuerySet[Any]:
        """Leave it to filter_queryset: without it, too, something is left out."""
        return queryset


class CrossReferenceFilter(django_filters.FilterSet):
    entity = RowFilter(
        noun="entity",
        known_by="id",
        queryset=Entity.objects.only("id"),
        method="having_entity",
        help_text="The id of either of the two entities.",
    )
    dataset = RowFilter(
        noun="dataset",
        queryset=Dataset.objects.all(),
        to_field_name="name",
        method="having_dataset",
        help_text="The dataset of either of the two, as in `/datasets/`.",
    )
    status = django_filters.ChoiceFilter(
        choices=Identity.choices,
        help_text="What the matcher suggests, or a person's last word.",
        error_messages={"invalid_choice": f"Give one of {', '.join(Identity.values)}."},
    )
    waiting = YesNoFilter(
        method="having_waited",
        help_text="true: only suggestions that no answer uses before a person has looked at them; false: the others.",
    )
    min_score = django_filters.NumberFilter(
        field_name="score", lookup_expr="gte", min_value=0, max_value=1, help_text="The least score, 0 to 1."
    )
    max_score = django_filters.NumberFilter(
        field_name="score",
        lookup_expr="lte",
        min_value=0,
        max_value=1,
        help_text="The highest score, 0 to 1.",
    )

    class Meta:
        model = CrossReference
        fields: list[str] = []

    # The manual tells of the text that is given; the value is the row it names.
    def having_entity(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(Q(company_id=value.pk) | Q(listed_id=value.pk))  # type: ignore[attr-defined]

    def having_dataset(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(Q(company_dataset=str(value)) | Q(listed_dataset=str(value)))

    def having_waited(self, queryset: QuerySet[Any], name: str, value) -> QuerySet[Any]:
        waiting = CrossReference.objects.waiting()
        return waiting & queryset if value else queryset.exclude(pk__in=waiting.values("pk"))
