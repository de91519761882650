"""Insert many plain rows at the database's own speed: no model is made of a row that nobody reads."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import DateField, DateTimeField, DecimalField, Field, JSONField, Model

from ingest.records import Encoded

# Rows given to SQLite at once: more only holds more memory.
BATCH = 5_000
# Rows after which PostgreSQL is told to look at a table anew.
ANALYSED_FROM = 2_000

Adapt = Callable[[Any], Any]


def insert(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of a model inside the caller's transaction, without signals and without reading keys back.

    `columns` names fields (a foreign key by its attname); each row has their values in that order.
    """
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    fields = [by_name[name] for name in columns]
    adapt = [_adapter(field) for field in fields]
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    names = ", ".join(quote(str(field.column)) for field in fields)
    values = ([fit(value) if fit else value for fit, value in zip(adapt, row, strict=True)] for row in rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            count = 0
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
                    count += 1
            if count >= ANALYSED_FROM:
                # What it believes of a table that was empty a moment ago makes minutes of a count.
                cursor.execute(f"ANALYZE {table}")
        else:
            marks = ", ".join(["%s"] * len(columns))
            while batch := list(islice(values, BATCH)):
                cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", batch)  # noqa: S608


# Made once: json.dumps() makes one for every call with options.
_encode = json.JSONEncoder(ensure_ascii=False, default=str).encode


def _encoded(value: Any) -> str:
    if isinstance(value, Encoded):
        return value
    return "{}" if value == {} else _encode(value)


def _adapter(field: Field[Any, Any]) -> Adapt | None:
    """Return what makes a value of the field fit the database, or None where it fits as it is."""
    ops = connection.ops
    if isinstance(field, JSONField):
        return _encoded
    if connection.vendor == "postgresql":
        return None
    # A load stamps its rows with one moment, and dates repeat.
    if isinstance(field, DateTimeField):
        return lru_cache(maxsize=4096)(ops.adapt_datetimefield_value)
    if isinstance(field, DateField):
        return lru_cache(maxsize=4096)(ops.adapt_datefield_value)
    if isinstance(field, DecimalField):
        return lambda value: ops.adapt_decimalfield_value(value, field.max_digits, field.decimal_places)
    return None
