"""A subject beside the listed party that it may be, as a reviewer reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from entities.models import Entity, Evidence
from entities.reading import Thread, country_name, threads
from matching.identifiers import unique_identifiers
from screening.aligning import Aligned, aligned
from screening.models import Hit

AGREES, DIFFERS = "agrees", "differs"


@dataclass(frozen=True)
class Line:
    """One field of both sides; `mark` says whether they agree, and is empty where one side says nothing."""

    title: str
    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    mark: str = ""


@dataclass(frozen=True)
class Beside:
    """What the page of a hit shows: the party matched, the listed one, words, fields, evidence, what changed."""

    matched: Entity | None
    listed: Entity | None
    words: Aligned
    lines: tuple[Line, ...]
    threads: list[Thread]
    changes: list[tuple[str, str, str]]
    subject_changed: bool


def beside(hit: Hit) -> Beside:
    """Set both sides of a hit side by side. Nine queries, whatever the record holds.

    Where the record no longer has the party, the facts kept with the hit stand.
    """
    entities = Entity.objects.with_record().in_bulk({hit.company_id, hit.entity_id})
    matched, listed = entities.get(hit.company_id), entities.get(hit.entity_id)
    today = timezone.localdate()
    evidence = Evidence.objects.stated(today).filter(entity__in=[hit.company_id, hit.entity_id])
    return Beside(
        matched,
        listed,
        aligned(hit.explanation, hit.subject.name, hit.matched_name),
        _lines(hit, matched),
        threads(evidence),
        changes(hit.difference),
        hit.subject.fingerprint != hit.subject_fingerprint,
    )


def _lines(hit: Hit, matched: Entity | None) -> tuple[Line, ...]:
    subject, facts = hit.subject, hit.entity_facts
    if matched is not None:
        current = [row for row in matched.names.all() if row.removed_in_id is None]
        names = tuple(f"{row.text} ({row.get_kind_display()})" for row in current)
        countries = tuple(matched.country_codes)
        addresses = tuple(row.text for row in matched.addresses.all() if row.removed_in_id is None)
        identifiers = tuple(
            (row.scheme, row.value) for row in matched.identifiers.all() if row.removed_in_id is None
        )
    else:
        names = tuple(map(_text, _several(facts.get("names"))))
        countries = tuple(map(str, _several(facts.get("countries"))))
        addresses = tuple(map(_text, _several(facts.get("addresses"))))
        identifiers = tuple(
            (str(row[0]), str(row[1])) for row in _several(facts.get("identifiers")) if len(row) == 2
        )
    ours = tuple((str(scheme), str(value)) for scheme, value in subject.identifiers)
    return (
        Line("All names", (subject.name,), names),
        Line(
            "Country",
            (country_name(subject.country),) if subject.country else (),
            tuple(map(country_name, countries)),
            _mark({subject.country} - {""}, set(countries)),
        ),
        Line("Address", (subject.address,) if subject.address else (), addresses),
        Line(
            "Identifiers",
            tuple(f"{scheme} {value}" for scheme, value in ours),
            tuple(f"{scheme} {value}" for scheme, value in identifiers),
            _mark_identifiers(ours, identifiers),
        ),
    )


def _mark(ours: set[str], theirs: set[str]) -> str:
    if not ours or not theirs:
        return ""
    return AGREES if ours & theirs else DIFFERS


def _mark_identifiers(ours: Iterable[tuple[str, str]], theirs: Iterable[tuple[str, str]]) -> str:
    known, other = unique_identifiers(ours), unique_identifiers(theirs)
    if known & other:
        return AGREES
    # Two values of one scheme speak against it; two schemes say nothing of each other.
    return DIFFERS if {scheme for scheme, _ in known} & {scheme for scheme, _ in other} else ""


def changes(difference: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Read what changed since a decision as (field, before, after)."""
    found = []
    for key, value in difference.items():
        if isinstance(value, Mapping) and {"before", "after"} <= value.keys():
            found.append((_title(key), _text(value["before"]), _text(value["after"])))
        elif isinstance(value, Mapping):
            found += [(f"{_title(key)}: {title}", old, new) for title, old, new in changes(value)]
        elif isinstance(value, (list, tuple)) and len(value) == 2:
            found.append((_title(key), _text(value[0]), _text(value[1])))
        else:
            found.append((_title(key), "", _text(value)))
    return found


def _title(key: str) -> str:
    return key.replace("_", " ")


def _several(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else []


def _text(value: Any) -> str:
    if value in (None, "", [], {}):
        return "–"
    if isinstance(value, Mapping):
        return ", ".join(f"{_title(str(key))} {_text(row)}" for key, row in value.items())
    if isinstance(value, (list, tuple)):
        return "; ".join(map(_text, value))
    return str(value)
