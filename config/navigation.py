"""What stands in the sidebar of the pages, in which order, and who sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse, reverse_lazy


class Entry(NamedTuple):
    """A page: its title, its icon (Material Symbols), where it is, and the permission without which it is not shown."""

    title: str
    icon: str
    page: str
    permission: str = ""
    asked: str = ""

    def as_item(self) -> dict[str, Any]:
        # The address of a filtered list cannot be put together before the addresses are known.
        link = (
            (lambda request: f"{reverse(self.page)}?{self.asked}") if self.asked else reverse_lazy(self.page)
        )
        seen = {"permission": _may(self.permission)} if self.permission else {}
        return {"title": self.title, "icon": self.icon, "link": link, **seen}


def _may(permission: str) -> Callable[[HttpRequest], bool]:
    return lambda request: request.user.has_perm(permission)


FIRST = (
    Entry("Ask about a company", "search", "admin:vet"),
    Entry("Screen a file", "upload_file", "admin:screening_upload", "screening.add_screening"),
    Entry("Screenings", "playlist_add_check", "admin:screening_runs", "screening.view_screening"),
)
DESK = (
    Entry("Review queue", "inbox", "admin:review_queue", "screening.view_hit"),
    Entry("Alerts", "notifications", "admin:screening_alert_changelist", "screening.view_alert"),
    Entry("Portfolios", "folder_open", "admin:screening_portfolio_changelist", "screening.view_portfolio"),
    Entry("Subjects", "storefront", "admin:screening_subject_changelist", "screening.view_subject"),
    Entry("Webhooks", "webhook", "admin:screening_webhook_changelist", "screening.view_webhook"),
    Entry("Deliveries", "outbox", "admin:screening_delivery_changelist", "screening.view_delivery"),
    Entry(
        "Audit trail", "receipt_long", "admin:screening_auditevent_changelist", "screening.view_auditevent"
    ),
)
RECORD = (
    Entry("Datasets", "dataset", "admin:entities_dataset_changelist", "entities.view_dataset"),
    Entry("Versions", "history", "admin:entities_datasetversion_changelist", "entities.view_datasetversion"),
    Entry("What changed", "difference", "admin:entities_change_changelist", "entities.view_change"),
    Entry("Entities", "apartment", "admin:entities_entity_changelist", "entities.view_entity"),
    Entry(
        *("Cross-references", "compare_arrows", "admin:screening_crossreference_changelist"),
        *("screening.view_crossreference", "effect=waiting"),
    ),
    Entry("Evidence", "newspaper", "admin:entities_evidence_changelist", "entities.view_evidence"),
    Entry("Partnerships", "handshake", "admin:entities_partnership_changelist", "entities.view_partnership"),
    Entry("Measures", "gavel", "admin:entities_measure_changelist", "entities.view_measure"),
    Entry(
        "Ownership rules", "balance", "admin:entities_ownershiprule_changelist", "entities.view_ownershiprule"
    ),
    Entry(
        *("Schedule", "schedule", "admin:django_celery_beat_periodictask_changelist"),
        "django_celery_beat.view_periodictask",
    ),
)
ACCESS = (
    Entry("Users", "person", "admin:auth_user_changelist", "auth.view_user"),
    Entry("Teams", "groups", "admin:screening_team_changelist", "screening.view_team"),
    Entry("API keys", "key", "admin:api_apikey_changelist", "api.view_apikey"),
    Entry("API documentation", "api", "docs"),
)


def _section(title: str, entries: tuple[Entry, ...]) -> dict[str, Any]:
    items = [entry.as_item() for entry in entries]
    return {"title": title, "separator": True, "items": items} if title else {"items": items}


SIDEBAR = {
    "show_search": False,
    "navigation": [
        _section("", FIRST),
        _section("The desk", DESK),
        _section("The record", RECORD),
        _section("Access", ACCESS),
    ],
}
