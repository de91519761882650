"""A company's group on the pages of the record."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from entities.models import Entity
from entities.querysets import Moment
from screening.groups import group_of, rows_of

register = template.Library()


@register.inclusion_tag("screening/_group.html", takes_context=True)
def group(context: Any, entity: Entity) -> dict[str, Any]:
    """Show what belongs to a company today: other rows, brands, former names, branches."""
    found = group_of(entity, rows_of(entity), Moment(timezone.localdate()))
    return {"group": found, "entity": entity, "perms": context.get("perms")}
