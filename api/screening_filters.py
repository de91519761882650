"""Filters of the lists of screenings and of hits."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet

from api.filters import YesNoFilter
from screening.choices import ScreeningState, Trigger
from screening.models import Hit, Screening


class ScreeningFilter(django_filters.FilterSet):
    portfolio = django_filters.NumberFilter(
        field_name="portfolio_id", label="Of this portfolio, by its number."
    )
    state = django_filters.ChoiceFilter(choices=ScreeningState.choices, label="Only those in this state.")
    trigger = django_filters.ChoiceFilter(choices=Trigger.choices, label="Only those begun by this.")

    class Meta:
        model = Screening
        fields = ["portfolio", "state", "trigger"]


class HitFilter(django_filters.FilterSet):
    dataset = django_filters.CharFilter(label="Only hits on this list.")
    row = django_filters.NumberFilter(label="Only hits of this row of the file.")
    direct = YesNoFilter(
        method="being_direct", label="Only listed parties themselves, or only those through owners."
    )
    suppressed = YesNoFilter(
        method="being_suppressed", label="Only hits that an earlier decision answers, or only the others."
    )

    class Meta:
        model = Hit
        fields = ["dataset", "row", "direct", "suppressed"]

    def being_direct(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        return queryset.filter(path="") if value else queryset.exclude(path="")

    def being_suppressed(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        return queryset.filter(suppressed_by__isnull=not value)
