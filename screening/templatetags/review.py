"""How the review pages write what a hit waits for."""

from __future__ import annotations

from django import template

from screening.choices import Standing

register = template.Library()
SHADES = {
    Standing.OPEN: "wl-info",
    Standing.REOPENED: "wl-warn",
    Standing.EXPIRED: "wl-warn",
    Standing.ESCALATED: "wl-bad",
    Standing.SECOND: "wl-info",
    Standing.WAITING: "wl-warn",
    Standing.DECIDED: "wl-good",
    Standing.ENDED: "",
}


@register.filter
def standing(value: str) -> str:
    return Standing(value).label


@register.filter
def shade(value: str) -> str:
    return SHADES[Standing(value)]
