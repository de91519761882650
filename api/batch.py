"""One POST /match: what it asks, of which datasets, and the answer with its proof."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from rest_framework.exceptions import NotFound, ParseError, ValidationError
from rest_framework.request import Request

from api import queries, records
from api.exceptions import NothingLoaded, TooLarge
from api.parameters import UNUSABLE, read_date, read_fraction, read_integer, read_known_at
from api.queries import Asked, BadQuery
from api.results import narrowed, result
from entities.models import Dataset
from entities.querysets import Moment
from matching import VERSION, Hit
from screening.index import current_index
from screening.searched import searched_lists

ALL = "all"
DEFAULT_LIMIT, MAX_LIMIT = 5, 500
MAX_EXCLUDED = 200
ALGORITHMS = ("watchlink", "best")


@dataclass(frozen=True, slots=True)
class Terms:
    """What the address and the query parameters ask for. A scope of None is every dataset."""

    scope: frozenset[str] | None
    excluded: frozenset[str]
    limit: int
    threshold: float
    cutoff: float
    as_of: date | None
    known_at: datetime | None

    @property
    def accept(self) -> Callable[[str], bool] | None:
        if self.scope is None and not self.excluded:
            return None
        return self._wants

    def _wants(self, entity_id: str) -> bool:
        # An entity's id is its dataset's name, a hyphen and a hash.
        within = self.scope is None or entity_id.rpartition("-")[0] in self.scope
        return within and entity_id not in self.excluded


def read_terms(request: Request, dataset: str) -> Terms:
    algorithm = request.query_params.get("algorithm", "best")
    if algorithm not in ALGORITHMS:
        raise ValidationError(
            {"algorithm": [f"There is one matcher here: {' or '.join(ALGORITHMS)}, not {algorithm[:40]!r}."]}
        )
    given, cutoff = read_fraction(request, "threshold"), read_fraction(request, "cutoff")
    threshold = settings.MATCH_THRESHOLD if given is None else given
    excluded = request.query_params.getlist("exclude_entity_ids")
    if len(excluded) > MAX_EXCLUDED:
        raise ValidationError({"exclude_entity_ids": [f"Give at most {MAX_EXCLUDED}, not {len(excluded)}."]})
    return Terms(
        scope=_scope(request, dataset),
        excluded=frozenset(excluded),
        limit=read_integer(request, "limit", DEFAULT_LIMIT, low=1, high=MAX_LIMIT),
        threshold=threshold,
        cutoff=threshold if cutoff is None else min(cutoff, threshold),
        as_of=read_date(request, "as_of"),
        known_at=read_known_at(request),
    )


def _scope(request: Request, dataset: str) -> frozenset[str] | None:
    known = {row.name: row for row in records.catalogue()}
    if dataset != ALL and dataset not in known:
        raise NotFound(f"There is no dataset {dataset!r}; `all` searches every one.")
    include, exclude = (request.query_params.getlist(f"{verb}_dataset") for verb in ("include", "exclude"))
    for parameter, names in (("include_dataset", include), ("exclude_dataset", exclude)):
        for name in names:
            if name not in known:
                raise ValidationError({parameter: [f"There is no dataset {name[:60]!r}."]})
    wanted = set(known) if dataset == ALL else {dataset}
    wanted = (wanted & set(include) if include else wanted) - set(exclude)
    if not wanted:
        raise ValidationError("These parameters leave no dataset to search.")
    _require_loaded([known[name] for name in sorted(wanted)])
    return None if len(wanted) == len(known) else frozenset(wanted)


def _require_loaded(datasets: list[Dataset]) -> None:
    if any(row.current_version for row in datasets):
        return
    if len(datasets) == 1:
        raise NothingLoaded(f"{datasets[0].name} has never been loaded, so there is nothing to search.")
    raise NothingLoaded("None of these datasets has ever been loaded, so there is nothing to search.")


def read_object(request: Request, example: str) -> dict[str, Any]:
    """Return the JSON object that was sent. Raises where there is none, or one that is too large."""
    size = request.META.get("CONTENT_LENGTH") or "0"
    if size.isdigit() and int(size) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise TooLarge(
            f"A request may have {settings.DATA_UPLOAD_MAX_MEMORY_SIZE:,} bytes, not {int(size):,}."
        )
    try:
        body = request.data
    except (RecursionError, UnicodeDecodeError):
        raise ParseError("This is not JSON that can be read.") from None
    if not isinstance(body, dict):
        raise ValidationError(f"Send an object such as {example}.")
    return body


def read_body(request: Request) -> dict[str, Any]:
    """Return the queries by key, unread. Raises where the batch as a whole cannot be answered."""
    body = read_object(request, '{"queries": {"a": {"schema": "Company", "properties": {}}}}')
    for name, value in body.items():
        if name in {"weights", "config"} and not value:
            continue
        if name != "queries":
            told = UNUSABLE.sub("?", name)[:60]
            raise ValidationError(f"Unknown key in the body: {told!r}. It takes `queries`.")
    asked = body.get("queries")
    if not isinstance(asked, dict):
        raise ValidationError({"queries": ["Give an object: your key for each query, and the query."]})
    if not asked:
        raise ValidationError({"queries": ["There is no query in it."]})
    if len(asked) > settings.MATCH_MAX_BATCH:
        raise ValidationError(
            {"queries": [f"Send at most {settings.MATCH_MAX_BATCH} in one request, not {len(asked)}."]},
            code="batch_too_large",
        )
    if any(UNUSABLE.search(key) for key in asked):
        raise ValidationError({"queries": ["A key holds a character that no text may hold."]})
    return asked


def answer(bodies: dict[str, Any], terms: Terms) -> dict[str, Any]:
    """Match every query; one that cannot be read gets its error in its place."""
    read: dict[str, Asked | BadQuery] = {}
    for key, body in bodies.items():
        try:
            read[key] = queries.read_query(body)
        except BadQuery as error:
            read[key] = error
    good = {key: asked for key, asked in read.items() if isinstance(asked, Asked)}
    # Twice the limit: parties that have left the record are dropped after the search.
    found = current_index().match_many(
        queries.for_matcher(good.values()),
        limit=2 * terms.limit,
        threshold=terms.cutoff,
        accept=terms.accept,
    )
    hits = dict(zip(good, found, strict=True))
    moment = Moment(terms.as_of or records.today(), terms.known_at)
    entities = records.matched((hit.id for row in hits.values() for hit in row), moment)
    responses = {
        key: _refused(asked)
        if isinstance(asked, BadQuery)
        else _answered(asked, [hit for hit in hits[key] if hit.id in entities], entities, terms)
        for key, asked in read.items()
    }
    return {
        "responses": responses,
        "matcher": {"name": ALGORITHMS[0], "version": VERSION},
        "limit": terms.limit,
        "as_of": terms.as_of,
        "known_at": terms.known_at,
        **narrowed(searched_lists(terms.known_at).as_dict(), terms.scope),
    }


def _refused(error: BadQuery) -> dict[str, Any]:
    return {"status": 400, "detail": error.detail, "code": error.code, "results": []}


def _answered(asked: Asked, hits: list[Hit], entities: dict[str, Any], terms: Terms) -> dict[str, Any]:
    shown = hits[: terms.limit]
    return {
        "status": 200,
        "results": [result(hit, entities[hit.id], terms.threshold) for hit in shown],
        "total": {"value": len(shown), "relation": "gte" if len(hits) > len(shown) else "eq"},
        "query": {"schema": asked.schema, "properties": asked.properties},
        "ignored_properties": asked.ignored,
    }
