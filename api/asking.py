"""POST /screenings/: a file or rows read into a run, once for each Idempotency-Key."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError, ValidationError
from rest_framework.request import Request

from api.batch import read_object
from api.desk import person, portfolio_named
from api.exceptions import TooLarge
from api.parameters import UNUSABLE
from api.screening_answers import ScreeningRequestSerializer
from screening.choices import Trigger
from screening.models import Portfolio, Screening
from screening.starting import Input, start
from screening.suppliers import Refused, SupplierFile, given_suppliers, open_suppliers
from screening.suppliers.rows import country_named
from screening.tasks import run_screening
from screening.uploading import refuse_size

HEADER = "Idempotency-Key"
EXAMPLE = '{"portfolio": "Footwear suppliers", "rows": [{"name": "…", "country": "cn"}]}'


class UsedKey(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "idempotency_key_used"


def asked_screening(request: Request) -> tuple[Screening, bool]:
    """Begin the run that a request asks for; the same key again gives the same run and False."""
    body = _body(request)
    portfolio = portfolio_named(request, body["portfolio"])
    key = request.headers.get(HEADER, "").strip()
    if len(key) > 200 or not key.isprintable():
        raise ValidationError({HEADER: ["Give at most 200 printable characters."]})
    if ("rows" in body) == ("file" in body):
        raise ValidationError("Send either `rows`, in JSON, or a `file`, in a form.")
    try:
        if "rows" in body:
            rows = body["rows"]
            if not rows:
                raise ValidationError({"rows": ["There is no row in it."]})
            text = json.dumps(rows, sort_keys=True).encode()
            source = Input("rows over the API", hashlib.sha256(text).hexdigest(), len(text))
            return _begun(request, portfolio, given_suppliers(rows), source, key, body)
        return _of_file(request, portfolio, key, body)
    except Refused as error:
        raise ValidationError(str(error), code="refused") from error


def _body(request: Request) -> dict[str, Any]:
    if (request.content_type or "").startswith("multipart/"):
        try:
            refuse_size(request.META.get("CONTENT_LENGTH"))
        except Refused as error:
            raise TooLarge(str(error)) from error
        form: Any = request.data
        sent: Any = form.dict()
        if isinstance(sent.get("columns"), str):
            try:
                sent["columns"] = json.loads(sent["columns"])
            except ValueError:
                raise ParseError('`columns` is no JSON, such as {"name": "Supplier"}.') from None
    else:
        sent = read_object(request, EXAMPLE)
    reader = ScreeningRequestSerializer(data=sent)
    reader.is_valid(raise_exception=True)
    body: dict[str, Any] = reader.validated_data
    for name in ("portfolio", "columns", "encoding", "country", "reason"):
        if UNUSABLE.search(_text(body.get(name, ""))):
            raise ValidationError({name: ["It holds a character that no text may hold."]})
    return body


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _of_file(
    request: Request, portfolio: Portfolio, key: str, body: dict[str, Any]
) -> tuple[Screening, bool]:
    columns = body.get("columns", {})
    if not isinstance(columns, dict) or not all(isinstance(title, str) for title in columns.values()):
        raise ValidationError({"columns": ['Give an object of titles, such as {"name": "Supplier"}.']})
    country = country_named(body["country"]) if body["country"] else ""
    if country is None:
        raise ValidationError({"country": [f"The country {body['country'][:40]!r} is not known."]})
    with tempfile.TemporaryDirectory(prefix="watchlink-") as folder:
        path = Path(folder) / (Path(body["file"].name).name[-100:] or "file")
        digest = hashlib.sha256()
        with path.open("wb") as sink:
            for block in body["file"].chunks():
                digest.update(block)
                sink.write(block)
        suppliers = open_suppliers(path, columns=columns, encoding=body["encoding"], country=country)
        source = Input(body["file"].name, digest.hexdigest(), path.stat().st_size)
        return _begun(request, portfolio, suppliers, source, key, body)


def _begun(
    request: Request,
    portfolio: Portfolio,
    suppliers: SupplierFile,
    source: Input,
    key: str,
    body: dict[str, Any],
) -> tuple[Screening, bool]:
    if key and (known := _known(portfolio, key, source)):
        return known, False
    try:
        with transaction.atomic():
            screening = start(
                portfolio,
                suppliers,
                source,
                by=person(request),
                trigger=Trigger.API,
                reason=body["reason"],
                on=body["as_of"],
                threshold=body["threshold"],
                watch=body["watch"],
                request_key=key,
                most_rows=settings.SCREENING_MAX_ROWS,
            )
    except IntegrityError:
        # The same key came twice at once: whoever was first began it.
        if key and (known := _known(portfolio, key, source)):
            return known, False
        raise
    transaction.on_commit(lambda: run_screening.delay(screening.pk))
    return screening, True


def _known(portfolio: Portfolio, key: str, source: Input) -> Screening | None:
    rows = Screening.objects.select_related("portfolio__team", "by")
    known: Screening | None = rows.filter(portfolio=portfolio, request_key=key).first()
    if known and known.input_sha256 != source.sha256:
        raise UsedKey(f"This {HEADER} began screening {known.pk} with other rows; use another key.")
    return known
