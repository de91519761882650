"""Query parameters: each view knows its own, and the rest are refused."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Any, ClassVar

from django.utils import timezone
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rigour.territories import lookup_territory

from entities.querysets import Moment

# Neither NUL nor half of a surrogate pair can be stored, compared or sent back.
UNUSABLE = re.compile("[\x00\ud800-\udfff]")


class KnownParameters:
    """Refuse query parameters that the view does not know: a misspelt filter must not widen the answer."""

    parameters: ClassVar[tuple[str, ...]] = ()
    repeatable: ClassVar[tuple[str, ...]] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        known = self.known_parameters()
        if unknown := [name for name in request.query_params if name not in known]:
            allowed = f"This address takes {', '.join(known)}." if known else "This address takes none."
            named = ", ".join(UNUSABLE.sub("?", name) for name in unknown)
            raise ValidationError(f"Unknown query parameter: {named}. {allowed}", code="unknown_parameter")
        for name, values in request.query_params.lists():
            if len(values) > 1 and name not in self.repeatable:
                raise ValidationError({name: ["Give it once."]}, code="repeated_parameter")
            if any(UNUSABLE.search(value) for value in values):
                raise ValidationError({name: ["It holds a character that no text may hold."]})

    def known_parameters(self) -> tuple[str, ...]:
        filters = getattr(getattr(self, "filterset_class", None), "base_filters", {})
        pages = getattr(getattr(self, "pagination_class", None), "parameters", ())
        return (*filters, *self.parameters, *self.repeatable, *pages)


def read_date(request: Request, name: str) -> date | None:
    text = request.query_params.get(name)
    if text is None:
        return None
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise ValidationError({name: [bad_date(text)]}, code="bad_date") from None


def read_known_at(request: Request) -> datetime | None:
    """Read a moment; a day stands for its last one, so that what was loaded on that day counts."""
    text = request.query_params.get("known_at")
    if text is None:
        return None
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time.max, tzinfo=UTC)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValidationError({"known_at": [bad_moment(text)]}, code="bad_date") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def read_moment(request: Request) -> Moment:
    """Read the day to answer for and the moment of knowledge; today and now where none is given."""
    return Moment(read_date(request, "as_of") or timezone.localdate(), read_known_at(request))


def bad_date(text: str) -> str:
    return f"Give a day that exists, as YYYY-MM-DD, not {text[:40]!r}."


def bad_moment(text: str) -> str:
    return f"Give a day or a moment, as YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ, not {text[:40]!r}."


def read_integer(request: Request, name: str, default: int, *, low: int, high: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or not low <= int(text) <= high:
        raise ValidationError({name: [f"Give a whole number from {low} to {high}, not {text[:40]!r}."]})
    return int(text)


def read_fraction(request: Request, name: str) -> float | None:
    text = request.query_params.get(name)
    if text is None:
        return None
    if not re.fullmatch(r"\d*\.?\d+|\d+\.", text, re.ASCII) or not 0 <= float(text) <= 1:
        raise ValidationError({name: [f"Give a number from 0 to 1, not {text[:40]!r}."]})
    return float(text)


def country_named(text: str) -> str | None:
    """Return the ISO 3166 code, in lower case, of a code or a name; None where it is not known."""
    territory = lookup_territory(text.strip()) if text.strip() else None
    return territory.code.split("-")[0].lower() if territory else None


def read_country(request: Request, name: str) -> str | None:
    text = request.query_params.get(name)
    if text is None:
        return None
    code = country_named(text)
    if code is None:
        raise ValidationError({name: [f"Give a country such as cn or China, not {text[:40]!r}."]})
    return code
