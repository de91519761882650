"""What an ownership edge of a register must be to be loaded; what is not is counted and told, row by row."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from entities.choices import OwnershipKind
from ingest.audit import Audit
from ingest.records import Ownership, Record

WHOLE = Decimal(100)


def check(record: Record, audit: Audit) -> None:
    """Take out the edges that cannot be; say where the owners of a company have more than all of it."""
    if not record.ownerships:
        return
    sound = []
    for edge in record.ownerships:
        if fault := _fault(edge):
            audit.doubt(fault, f"{record.caption}, {edge.citation}")
        else:
            sound.append(edge)
    record.ownerships = sound
    if (total := _total(record)) > WHOLE:
        audit.doubt("owners with more than 100 % in total", f"{record.caption}: {total.normalize():f} %")


def _fault(edge: Ownership) -> str:
    if edge.owner_id == edge.asset_id:
        return "company that owns itself"
    if edge.start and edge.end and edge.end < edge.start:
        return "ownership that ends before it begins"
    low, high = edge.share_min, edge.share_max
    if any(share is not None and not 0 <= share <= WHOLE for share in (low, high)):
        return "share below 0 or above 100 %"
    if low is not None and high is not None and low > high:
        return "share whose least is above its most"
    return ""


def _total(record: Record) -> Decimal:
    """Add up the least that each owner holds today of a company's shares."""
    shares: dict[str, Decimal] = defaultdict(Decimal)
    for edge in record.ownerships:
        if edge.kind == OwnershipKind.SHAREHOLDING and edge.asset_id == record.id and edge.end is None:
            shares[edge.owner_id] = max(shares[edge.owner_id], edge.share_min or Decimal())
    return sum(shares.values(), Decimal())
