"""What a dataset's publisher changed, as an Atom feed: one entry per version that is news."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html, format_html_join
from django.utils.http import quote_etag
from django.utils.safestring import SafeString, mark_safe

from api import records
from api.pagination import EPOCH
from entities.choices import ChangeKind
from entities.models import Dataset, DatasetVersion

ENTRIES = 50
# Names that an entry gives of those added, and of those removed.
NAMES = 200
# XML 1.0 has no way to write these, escaped or not.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def changes_feed(request: HttpRequest, dataset: Dataset) -> HttpResponse:
    """Answer the feed, or 304 where the reader holds its newest state already."""
    versions = list(records.news(dataset)[:ENTRIES])
    newest = _updated(dataset, versions)
    state = [request.build_absolute_uri(), dataset.title]
    state += [f"{row.pk} {row.fetched_at} {row.published_on} {movement(row)}" for row in versions]
    etag = quote_etag(hashlib.sha256("\n".join(state).encode()).hexdigest()[:32])
    moment = int(newest.timestamp())
    response = get_conditional_response(request, etag=etag, last_modified=moment)
    if response is None:
        response = ChangesFeed(dataset, versions)(request)
        response = get_conditional_response(request, etag=etag, last_modified=moment, response=response)
        assert response is not None
        response["ETag"] = etag
    # A key may stand behind the request: no cache between us may serve it to another.
    response["Cache-Control"] = "private, no-cache"
    return response


def movement(version: DatasetVersion) -> str:
    return f"+{version.added:,} added, ~{version.changed:,} changed, −{version.removed:,} removed"


class NewsFeed(Atom1Feed):
    """Atom with the content of each entry, and a date that does not move while nothing happens."""

    def latest_post_date(self) -> datetime:
        updated: datetime = self.feed["updated"]
        return updated

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        related = {"rel": "related", "type": "application/json", "href": item["address"]}
        handler.addQuickElement("link", "", related)
        handler.addQuickElement("content", item["content"], {"type": "html"})


class ChangesFeed(Feed):
    feed_type = NewsFeed
    language = "en"

    def __init__(self, dataset: Dataset, versions: Sequence[DatasetVersion]) -> None:
        self.dataset, self.versions = dataset, versions
        self.names: dict[tuple[int, str], list[str]] = defaultdict(list)
        for version, kind, caption in records.moved_names(versions, NAMES):
            self.names[version, kind].append(UNWRITABLE.sub("", caption))

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Dataset:
        self.request = request
        return self.dataset

    def title(self, dataset: Dataset) -> str:
        return f"What changed on {dataset.title} ({dataset.name})"

    def subtitle(self, dataset: Dataset) -> str:
        return f"Versions that differ from the one before, as published by: {dataset.authority}"

    def author_name(self, dataset: Dataset) -> str:
        return "Watchlink"

    def link(self, dataset: Dataset) -> str:
        return reverse("admin:entities_dataset_change", args=[dataset.pk])

    def feed_guid(self, dataset: Dataset) -> str:
        return _urn(dataset.name)

    def feed_extra_kwargs(self, dataset: Dataset) -> dict[str, Any]:
        return {"updated": _updated(dataset, self.versions)}

    def items(self, dataset: Dataset) -> Sequence[DatasetVersion]:
        return self.versions

    def item_title(self, version: DatasetVersion) -> str:
        return f"{self.dataset.name} of {version.published_on}: {movement(version)}"

    def item_description(self, version: DatasetVersion) -> str:
        dated = "the publisher's date" if version.published_on_stated else "the day of loading"
        loaded = version.fetched_at.astimezone(UTC)
        return f"Version of {version.published_on} ({dated}), loaded {loaded:%Y-%m-%d %H:%M} UTC."

    def item_link(self, version: DatasetVersion) -> str:
        return reverse("admin:entities_datasetversion_change", args=[version.pk])

    def item_guid(self, version: DatasetVersion) -> str:
        """Name the copy by its content: neither a rebuild nor a move to another server makes it new."""
        return _urn(f"{self.dataset.name}/{version.published_on}/{version.sha256}")

    def item_pubdate(self, version: DatasetVersion) -> datetime:
        return datetime.combine(version.published_on, time.min, UTC)

    def item_updateddate(self, version: DatasetVersion) -> datetime:
        return version.fetched_at

    def item_extra_kwargs(self, version: DatasetVersion) -> dict[str, Any]:
        address = self.request.build_absolute_uri(f"{reverse('changes')}?version={version.pk}")
        return {"address": address, "content": self._content(version)}

    def _content(self, version: DatasetVersion) -> SafeString:
        parts = [format_html("<p>{}.</p>", movement(version))]
        for kind, number in ((ChangeKind.ADDED, version.added), (ChangeKind.REMOVED, version.removed)):
            names = self.names[version.pk, kind]
            if names:
                items = format_html_join("", "<li>{}</li>", ((name,) for name in names))
                parts.append(format_html("<h3>{}</h3><ul>{}</ul>", kind.capitalize(), items))
            if number > len(names):
                parts.append(format_html("<p>And {} more {}.</p>", f"{number - len(names):,}", kind))
        return mark_safe("".join(parts))


def _updated(dataset: Dataset, versions: Sequence[DatasetVersion]) -> datetime:
    """Tell when the feed last said something new; without an entry, since when there is a copy."""
    if versions:
        return max(version.fetched_at for version in versions)
    return dataset.current_version.fetched_at if dataset.current_version else EPOCH


def _urn(name: str) -> str:
    return uuid5(NAMESPACE_URL, f"watchlink:changes/{name}").urn
