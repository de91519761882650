"""How the review pages write what a hit waits for."""

from __future__ import annotations

from django import template

from screening.choices import Wait

register = template.Library()
SHADES = {
    Wait.OPEN: "wl-info",
    Wait.REOPENED: "wl-warn",
    Wait.EXPIRED: "wl-warn",
    Wait.ESCALATED: "wl-bad",
    Wait.SECOND: "wl-info",
    Wait.WAITING: "wl-warn",
    Wait.DECIDED: "wl-good",
    Wait.ENDED: "",
}


@register.filter
def standing(value: str) -> str:
    return Wait(value).label


@register.filter
def shade(value: str) -> str:
    return SHADES[Wait(value)]
