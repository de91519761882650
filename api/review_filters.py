"""Filters of the lists of hits under review and of alerts."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet

from api.filters import YesNoFilter
from screening.choices import AlertKind, Wait
from screening.models import Alert, Hit


class ReviewFilter(django_filters.FilterSet):
    portfolio = django_filters.NumberFilter(
        field_name="subject__portfolio_id", label="Of this portfolio, by its number."
    )
    subject = django_filters.NumberFilter(field_name="subject_id", label="Of this subject, by its number.")
    standing = django_filters.ChoiceFilter(choices=Wait.choices, label="Only those that wait for this.")
    dataset = django_filters.CharFilter(label="Only hits on this list.")
    entity_id = django_filters.CharFilter(label="Only hits on this listed party.")
    least = django_filters.NumberFilter(
        field_name="score", lookup_expr="gte", label="Only from this score on."
    )
    direct = YesNoFilter(
        method="being_direct", label="Only listed parties themselves, or only those through owners."
    )

    class Meta:
        model = Hit
        fields = ["portfolio", "subject", "standing", "dataset", "entity_id", "least", "direct"]

    def being_direct(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        return queryset.filter(path="") if value else queryset.exclude(path="")


class AlertFilter(django_filters.FilterSet):
    portfolio = django_filters.NumberFilter(
        field_name="portfolio_id", label="Of this portfolio, by its number."
    )
    subject = django_filters.NumberFilter(field_name="subject_id", label="Of this subject, by its number.")
    kind = django_filters.ChoiceFilter(choices=AlertKind.choices, label="Only those of this kind.")
    seen = YesNoFilter(method="being_seen", label="Only those that somebody has seen, or only the others.")

    class Meta:
        model = Alert
        fields = ["portfolio", "subject", "kind", "seen"]

    def being_seen(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        return queryset.filter(seen_at__isnull=not value)
