"""Companies of the registers by exact name or identifier: millions, found by the database's own indexes."""

from __future__ import annotations

from datetime import datetime

from entities.models import Dataset, Entity, Identifier
from screening.candidates import Candidate

# Rows of registers that one question may find.
MOST = 10


def registered_as(name: str, country: str | None, by: datetime | None = None) -> list[Candidate]:
    """Find the registers' companies that bear this very name, or this identifier, as far as we knew by a moment.

    The name must be written as the register writes it, or in capitals as many do. Three queries, none where no
    register is loaded.
    """
    registers = list(Dataset.objects.registers())
    if not registers:
        return []
    found = {
        pk: f"the identifier {value} is its own"
        for pk, value in Identifier.objects.current()
        .filter(value=name.upper(), entity__dataset__in=registers)
        .values_list("entity_id", "value")[:MOST]
    }
    named = Entity.objects.current().filter(caption__in={name, name.upper()}, dataset__in=registers)
    found |= dict.fromkeys(
        named.order_by("id").values_list("id", flat=True)[:MOST], "the register's own name, letter for letter"
    )
    rows = Entity.objects.with_record().in_bulk(found)
    return [
        Candidate(row, 1.0, None, found[row.id])
        for row in rows.values()
        if (country is None or not row.country_codes or country in row.country_codes)
        and (by is None or row.added_in.fetched_at <= by)
    ]
