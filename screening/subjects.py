"""The suppliers of a run become subjects of its portfolio, each once across files."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.utils import timezone

from screening.models import Screening, Subject
from screening.suppliers import Supplier
from screening.suppliers.columns import SCHEMES

# Keys per statement: below SQLite's least limit of variables.
KEYS = 900
CHANGING = (
    "name",
    "country",
    "address",
    "identifiers",
    "reference",
    "watched",
    "read_from",
    "read_row",
    "changed_at",
)


def kept(screening: Screening, suppliers: Sequence[Supplier]) -> dict[int, Subject]:
    """Write suppliers as subjects of the run's portfolio and return them by row.

    A known subject takes what the file says of it; what the file has no column for stays as it was. Three queries
    for each 900 suppliers.
    """
    keys = {supplier.row: supplier.key for supplier in suppliers}
    known = _known(screening, set(keys.values()))
    mapped = frozenset(screening.mapping)
    fresh: dict[str, Subject] = {}
    changed: list[Subject] = []
    for supplier in suppliers:
        key = keys[supplier.row]
        if key in fresh:
            continue
        subject = known.get(key)
        if subject is None:
            fresh[key] = _subject(screening, supplier, key)
        elif _takes(subject, supplier, mapped, screening):
            changed.append(subject)
    if fresh:
        # Another run may have written the same supplier meanwhile: whoever was first stands.
        Subject.objects.bulk_create(fresh.values(), batch_size=500, ignore_conflicts=True)
        known |= _known(screening, fresh.keys())
    if changed:
        Subject.objects.bulk_update(changed, CHANGING, batch_size=100)
    return {supplier.row: known[keys[supplier.row]] for supplier in suppliers}


def _known(screening: Screening, keys: Collection[str]) -> dict[str, Subject]:
    wanted = sorted(keys)
    found: dict[str, Subject] = {}
    for start in range(0, len(wanted), KEYS):
        rows = Subject.objects.filter(portfolio=screening.portfolio_id, key__in=wanted[start : start + KEYS])
        found |= {row.key: row for row in rows}
    return found


def _subject(screening: Screening, supplier: Supplier, key: str) -> Subject:
    return Subject(
        portfolio_id=screening.portfolio_id,
        key=key,
        name=supplier.name,
        country=supplier.country,
        address=supplier.address,
        identifiers=[list(pair) for pair in supplier.identifiers],
        reference=supplier.reference,
        watched=screening.watch,
        read_from=screening,
        read_row=supplier.row,
    )


def _takes(subject: Subject, supplier: Supplier, mapped: frozenset[str], screening: Screening) -> bool:
    """Give a known subject what a file says of it; tell whether anything changed."""
    # Case and blanks of a name are no change of it: its key is the same.
    said = {"name": supplier.name} if subject.name.casefold() != supplier.name.casefold() else {}
    said |= {
        field: getattr(supplier, field) for field in ("country", "address", "reference") if field in mapped
    }
    if not mapped.isdisjoint(SCHEMES):
        schemes = {SCHEMES[field] for field in mapped & SCHEMES.keys()}
        others = [pair for pair in subject.identifiers if pair[0] not in schemes]
        said["identifiers"] = others + [list(pair) for pair in supplier.identifiers]  # type: ignore[assignment]
    if screening.watch and not subject.watched:
        said["watched"] = True  # type: ignore[assignment]
    news = {field: value for field, value in said.items() if getattr(subject, field) != value}
    for field, value in news.items():
        setattr(subject, field, value)
    if news:
        subject.read_from, subject.read_row, subject.changed_at = screening, supplier.row, timezone.now()
    return bool(news)
