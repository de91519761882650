"""How templates write the record's values."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django import template

from entities.reading import country_name

register = template.Library()


@register.filter
def countries(codes: Iterable[str]) -> str:
    return ", ".join(country_name(code) for code in codes)


@register.filter
def country(code: str) -> str:
    return country_name(code)


@register.filter
def number(value: int) -> str:
    return f"{value:,}"


@register.filter
def pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


@register.filter
def web(url: str) -> str:
    """Pass only addresses of the web: a publisher's row must not smuggle in a script."""
    return url if url.startswith(("https://", "http://")) else ""
