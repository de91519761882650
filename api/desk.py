"""Who may do what at the desk over the API: a key does what its owner may, and sees what the owner's teams see."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import User
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from screening.models import Portfolio, Screening


class MayAtDesk(BasePermission):
    """Ask for the permission that the view names for the method."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not request.user.is_authenticated:
            if request.auth is None:
                return False
            raise PermissionDenied("This key has no owner, so it belongs to no team; give it one.")
        needed = getattr(view, "needs", {}).get(request.method, "screening.view_screening")
        return request.user.has_perm(needed)


class DeskView(APIView):
    """A view of what belongs to a team."""

    permission_classes = [MayAtDesk]
    # The permission that each method takes; reading takes that to view.
    needs: ClassVar[dict[str, str]] = {}


def person(request: Request) -> User:
    """Return who asks; the permission let nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def screening_named(request: Request, pk: int) -> Screening:
    """Find a run that the caller's teams see."""
    rows: Any = Screening.objects.visible_to(request.user).select_related("portfolio__team", "by")
    found: Screening | None = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(f"There is no screening {pk}.")
    return found


def portfolio_named(request: Request, named: str) -> Portfolio:
    """Find a portfolio that the caller's teams see, by its number or its name."""
    rows: Any = Portfolio.objects.visible_to(request.user).select_related("team")
    found = list(
        rows.filter(pk=int(named)) if named.isdigit() and len(named) < 18 else rows.filter(name=named)
    )
    if not found:
        raise NotFound(f"There is no portfolio {named[:100]!r}.")
    if len(found) > 1:
        raise NotFound(f"Several teams have a portfolio {named[:100]!r}; name it by its number.")
    one: Portfolio = found[0]
    return one
