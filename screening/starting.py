"""A file becomes a run: its rows are read once, cut into chunks, and the receipt is written before any is screened."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from screening.choices import Trigger
from screening.models import AuditEvent, Portfolio, Screening, ScreeningChunk
from screening.numbers import numbered
from screening.receipts import receipt_of, standing_now
from screening.suppliers import Refused, Row, Supplier, SupplierFile
from screening.suppliers.rows import CONTROLS

# Rows of a chunk: small enough that progress is seen and little is lost, large enough for the arrays.
LEAST, MOST, STEPS = 100, 4_000, 40
# Problems kept with a run; all are counted.
EXAMPLES = 500


@dataclass(frozen=True)
class Input:
    """A file as it arrived."""

    name: str
    sha256: str
    size: int


@dataclass
class Read:
    """The rows of a file as a run keeps them."""

    chunks: list[ScreeningChunk] = field(default_factory=list)
    rows: int = 0
    asked: int = 0
    problems: int = 0
    examples: list[dict[str, Any]] = field(default_factory=list)
    digest: Any = field(default_factory=hashlib.sha256)


def start(
    portfolio: Portfolio,
    suppliers: SupplierFile,
    source: Input,
    *,
    by: User | None,
    trigger: Trigger = Trigger.UPLOAD,
    reason: str = "",
    on: date | None = None,
    threshold: float | None = None,
    watch: bool = False,
    request_key: str = "",
    most_rows: int | None = None,
) -> Screening:
    """Read a file and write the run, ready to be taken up; nothing is written of a file that is refused.

    Raises Refused. The column titles are remembered for the portfolio's next file.
    """
    suppliers.require_name()
    read = read_rows(suppliers.distinct(), most_rows)
    if not read.asked:
        raise Refused(
            f"{source.name} names no supplier: none of its {read.rows:,} rows has a name that can be asked."
        )
    standing = standing_now(portfolio, on, threshold)
    if not standing["versions"]:
        raise Refused("No list has been loaded, so nothing can be said; load the lists first.")
    screening = Screening(
        portfolio=portfolio,
        trigger=trigger,
        by=by,
        reason=CONTROLS.sub("", reason)[:500],
        watch=watch,
        request_key=request_key,
        input_name=CONTROLS.sub("", source.name)[:255],
        input_sha256=source.sha256,
        input_size=source.size,
        reading=suppliers.reading,
        mapping=suppliers.columns.mapping,
        rows=read.rows,
        problems=read.problems,
        problem_examples=read.examples,
        **standing,
    )
    screening.receipt = receipt_of(screening, read.digest.hexdigest())
    with transaction.atomic():
        screening.save()
        for chunk in read.chunks:
            chunk.screening = screening
        ScreeningChunk.objects.bulk_create(read.chunks, batch_size=50)
        if trigger == Trigger.UPLOAD and suppliers.columns.worth_remembering != portfolio.mapping:
            Portfolio.objects.filter(pk=portfolio.pk).update(mapping=suppliers.columns.worth_remembering)
        AuditEvent.objects.record(
            "screened",
            screening,
            by=by,
            portfolio=portfolio,
            file=screening.input_name,
            sha256=source.sha256,
            rows=read.rows,
            receipt=screening.receipt,
            reason=screening.reason,
        )
    return screening


def read_rows(rows: Iterable[Row], most: int | None = None) -> Read:
    """Cut rows into chunks of which each is about a fortieth of the whole; raises Refused beyond `most` rows."""
    read = Read()
    waiting, size = iter(rows), LEAST
    while piece := list(islice(waiting, size)):
        read.rows += len(piece)
        if most is not None and read.rows > most:
            raise Refused(
                f"The file has more than {numbered(most, 'row')}; screen it with `python manage.py screen`, which takes any number, "
                "or in parts."
            )
        told = [row for row in piece if row.problems]
        read.problems += len(told)
        for row in told[: EXAMPLES - len(read.examples)]:
            read.examples.append({"row": row.number, "problem": " ".join(row.problems)})
        asked = [row.supplier for row in piece if row.supplier is not None]
        read.asked += len(asked)
        packed = packed_rows(asked)
        read.digest.update(packed)
        read.chunks.append(
            ScreeningChunk(
                number=len(read.chunks),
                first_row=piece[0].number,
                size=len(piece),
                rows=gzip.compress(packed, compresslevel=6, mtime=0),
            )
        )
        size = min(MOST, max(LEAST, read.rows // STEPS))
    return read


def packed_rows(suppliers: Iterable[Supplier]) -> bytes:
    """Write suppliers as JSON lines."""
    return "".join(
        json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in suppliers
    ).encode()


def rows_sha256(chunks: Iterable[ScreeningChunk]) -> str:
    """Hash the rows that a run kept, as read_rows did."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(gzip.decompress(chunk.rows))
    return digest.hexdigest()


def suppliers_of(chunk: ScreeningChunk) -> Iterator[Supplier]:
    """Read the suppliers of a chunk."""
    for line in gzip.decompress(chunk.rows).splitlines():
        row, name, country, address, identifiers, reference = json.loads(line)
        yield Supplier(
            row, name, country, address, tuple((scheme, value) for scheme, value in identifiers), reference
        )
