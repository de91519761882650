"""Files of evidence or partnerships, CSV or JSON: each row checked, each fault told with its place."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError

from entities.choices import DatasetKind, EvidenceNature, PartnershipKind
from entities.models import Entity, Evidence, Name, Partnership
from ingest import files
from ingest.errors import IngestError
from ingest.files import Bundle, RawFile
from ingest.sources._cited_row import CitedRow
from screening.recording import Entry

# Columns of each kind of file; a party is named by its id, or by one of its names in full.
PARTY = ("entity", "company")
COLUMNS: dict[str, tuple[str, ...]] = {
    "evidence": (
        *("publisher", "title", "url", "published", "published_text", "retrieved", "archived_sha256"),
        *("claim", "nature", "topic", "verified", "note", "citation"),
    ),
    "partnerships": (
        *("brand", "kind", "description", "start", "end", "dates", "citation", "url", "verified"),
    ),
}
# Columns that a row cannot be without, and by which a file is told.
NEEDED = {"evidence": ("publisher", "published", "claim", "nature"), "partnerships": ("brand", "kind")}
# Ids or names per statement: below SQLite's least limit of variables.
CHUNK = 900


class EntryRow(CitedRow):
    """A row of such a file; entries of a JSON file have no line."""

    unit = "row"

    def verified(self) -> bool:
        if not self.cells.get("verified"):
            self.cells.pop("verified", None)
            return True
        return super().verified()


@dataclass
class EntryFile:
    """What a file holds: entries that can be written, faults row by row, and how many are on record already."""

    kind: str
    entries: list[Entry] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    known: int = 0


def read_entries(path: Path) -> EntryFile:
    """Read a file of evidence or of partnerships; raises IngestError where it is neither."""
    if not path.is_file():
        raise IngestError(f"{path} is not a file.")
    if path.stat().st_size > settings.INGEST_MAX_MB << 20:
        raise IngestError(f"{path.name} is larger than {settings.INGEST_MAX_MB} MiB (INGEST_MAX_MB).")
    file = files.measure(path)
    files.refuse_html(file)
    rows = list(_json_rows(file) if path.suffix.lower() == ".json" else _csv_rows(file))
    kind = _kind(file, rows)
    found = EntryFile(kind)
    parties = _parties(rows)
    for number, cells in rows:
        try:
            entry = _entry(EntryRow({"FILE": file.name, "LINE": number, **cells}), kind, parties)
        except IngestError as error:
            found.problems.append(str(error))
        else:
            found.entries.append(entry)
    _leave_known(found)
    return found


def archived(path: Path) -> list[dict[str, Any]]:
    """Keep the file in the archive, as every list's; return what a version says of it."""
    return files.archive(Bundle((files.measure(path),), str(path)), settings.ARCHIVE_DIR)


def _csv_rows(file: RawFile) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(file.text().replace("\0", ""), newline=""), strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if None in cells or None in cells.values():
                raise IngestError(f"{file.name} row {number}: more or fewer cells than the headings.")
            yield number, {str(name).strip(): value.strip() for name, value in cells.items()}
    except csv.Error as error:
        raise IngestError(f"{file.name} row {number + 1}: cut off or not a table, {error}.") from error


def _json_rows(file: RawFile) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        held = json.loads(file.text())
    except (ValueError, RecursionError) as error:
        raise IngestError(f"{file.name} is cut off or not JSON: {error}.") from error
    if not isinstance(held, list) or not all(isinstance(row, dict) for row in held):
        raise IngestError(f"{file.name} must be a list of objects, one for each entry.")
    for number, row in enumerate(held, start=1):
        yield number, {str(name): _text(value) for name, value in row.items()}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value).strip()


def _kind(file: RawFile, rows: list[tuple[int, dict[str, str]]]) -> str:
    names = {name for _, cells in rows for name in cells}
    kind = next((kind for kind, needed in NEEDED.items() if names.issuperset(needed)), None)
    if kind is None:
        told = " or ".join(f"{', '.join(needed)} ({kind})" for kind, needed in NEEDED.items())
        raise IngestError(f"{file.name} has no row with the columns {told}.")
    if names.isdisjoint(PARTY):
        raise IngestError(f"{file.name} must name the company of each row: entity (its id) or company.")
    if unknown := sorted(names - {*COLUMNS[kind], *PARTY}):
        known = ", ".join((*PARTY, *COLUMNS[kind]))
        raise IngestError(f"{file.name}: the column {unknown[0]!r} is unknown; known are {known}.")
    return kind


@dataclass(frozen=True)
class _Parties:
    by_id: dict[str, Entity]
    by_name: dict[str, list[Entity]]

    def of(self, row: CitedRow) -> Entity:
        key, name = row.take("entity"), row.take("company")
        if key:
            return self.by_id.get(key) or row.refuse(f"there is no entity {key[:90]!r}")
        if not name:
            row.refuse("entity and company are both empty")
        found = self.by_name.get(name, [])
        # A register or a table says more of a company than a list does.
        found = [one for one in found if one.dataset.kind != DatasetKind.LIST] or found
        if not found:
            row.refuse(f"no company of the record is called {name[:80]!r}")
        if len(found) > 1:
            row.refuse(f"{name[:80]!r} names {len(found)} parties of the record; give the entity's id")
        return found[0]


def _parties(rows: list[tuple[int, dict[str, str]]]) -> _Parties:
    ids = sorted({cells.get("entity", "") for _, cells in rows} - {""})
    names = sorted({cells.get("company", "") for _, cells in rows} - {""})
    by_name: dict[str, dict[str, Entity]] = defaultdict(dict)
    for start in range(0, len(names), CHUNK):
        stated = Name.objects.current().filter(text__in=names[start : start + CHUNK])
        for name in stated.select_related("entity__dataset").defer("entity__raw", "entity__properties"):
            by_name[name.text][name.entity_id] = name.entity
    entities = Entity.objects.select_related("dataset").defer("raw", "properties")
    return _Parties(entities.in_bulk(ids), {name: list(held.values()) for name, held in by_name.items()})


def _entry(row: EntryRow, kind: str, parties: _Parties) -> Entry:
    entity = parties.of(row)
    entry = _evidence(row, entity) if kind == "evidence" else _partnership(row, entity)
    try:
        entry.clean_fields(exclude=("entity", "added_in", "removed_in", "known_from", "known_to"))
        entry.clean()
    except ValidationError as error:
        row.refuse(" ".join(error.messages).rstrip("."))
    return entry


def _evidence(row: EntryRow, entity: Entity) -> Evidence:
    stated = row.cells.get("published", "")
    day, whole = row.vague_day("published")
    if day is None:
        row.refuse("published is empty")
    return Evidence(
        entity=entity,
        published=day,
        # A year or a month is told as it is written; its first day stands for it in the order of days.
        published_text=row.take("published_text") or ("" if whole else stated),
        publisher=row.need("publisher"),
        title=row.take("title"),
        url=row.url(),
        retrieved=row.retrieved(day),
        archived_sha256=row.sha256("archived_sha256"),
        claim=row.need("claim"),
        nature=row.choice("nature", EvidenceNature.values),
        topic=row.take("topic"),
        verified=row.verified(),
        note=" ".join(part for part in (row.take("note"), row.take("citation")) if part),
    )


def _partnership(row: EntryRow, entity: Entity) -> Partnership:
    start, end, vague = row.period()
    return Partnership(
        entity=entity,
        brand=row.need("brand"),
        kind=row.choice("kind", PartnershipKind.values),
        description=row.need("description"),
        start=start,
        end=end,
        dates=row.take("dates") or "; ".join(vague),
        citation=row.take("citation") or row.cells.get("url", ""),
        url=row.url(),
        verified=row.verified(),
    )


def _leave_known(found: EntryFile) -> None:
    """Leave out what is on record already, so that a file can be loaded again after its faults were mended."""

    def said(entry: Entry) -> tuple[Any, ...]:
        if isinstance(entry, Evidence):
            return (entry.entity_id, entry.published, entry.publisher, entry.claim)
        return (entry.entity_id, entry.brand, entry.kind, entry.description, entry.start)

    model = Evidence if found.kind == "evidence" else Partnership
    ids = sorted({entry.entity_id for entry in found.entries})
    held: set[tuple[Any, ...]] = set()
    for start in range(0, len(ids), CHUNK):
        held.update(map(said, model.objects.current().filter(entity__in=ids[start : start + CHUNK])))
    fresh = {said(entry): entry for entry in found.entries if said(entry) not in held}
    found.known = len(found.entries) - len(fresh)
    found.entries = list(fresh.values())
