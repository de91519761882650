"""Who sees what of the desk: rows of a portfolio are its team's."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import models
from django.db.models import Exists, OuterRef, Q

from entities.models import Entity
from screening.choices import Identity, Standing
from screening.roles import reads_all


class TeamQuerySet(models.QuerySet[Any]):
    """Rows that belong to a portfolio, themselves or through the row that `portfolio_path` leads to."""

    # The lookup from a row to its portfolio; empty for a portfolio itself.
    portfolio_path: ClassVar[str] = "portfolio"

    def visible_to(self, user: User | AnonymousUser) -> TeamQuerySet:
        """Keep what a person may see: their teams' portfolios, or all for auditors and administrators.

        One more query for each person, whatever the rows.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if reads_all(user):
            return self
        lookup = f"{self.portfolio_path}__team__members" if self.portfolio_path else "team__members"
        # A person is once in a team, so the join repeats no row.
        return self.filter(**{lookup: user})


class AppendOnlyQuerySet(TeamQuerySet):
    """Rows that are written once."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError(f"A {self.model._meta.verbose_name} is never changed; write another.")

    def delete(self) -> NoReturn:
        raise TypeError(f"A {self.model._meta.verbose_name} is never deleted.")


class PortfolioQuerySet(TeamQuerySet):
    portfolio_path = ""


class ChunkQuerySet(TeamQuerySet):
    portfolio_path = "screening__portfolio"


class HitQuerySet(AppendOnlyQuerySet):
    portfolio_path = "screening__portfolio"


class SaidQuerySet(AppendOnlyQuerySet):
    """What people said of a subject."""

    portfolio_path = "subject__portfolio"


class CrossReferenceQuerySet(models.QuerySet[Any]):
    def alike(self) -> CrossReferenceQuerySet:
        """Keep what the matcher alone joins, whatever a person said of it."""
        threshold = settings.SAME_PARTY_THRESHOLD
        return self.filter(agrees=True, score__gte=threshold).exclude(standing=Standing.LAPSED)

    def waiting(self) -> CrossReferenceQuerySet:
        """Keep the suggestions that no answer uses before a person has looked at them."""
        used = Q(agrees=True, score__gte=settings.SAME_PARTY_THRESHOLD)
        return self.filter(status=Identity.SUGGESTED, standing=Standing.CURRENT).exclude(used)

    def changed(self) -> CrossReferenceQuerySet:
        """Keep those of which a row has changed since the last person's word."""
        rulings = self.model._meta.get_field("said").related_model._default_manager
        as_they_are = {name: OuterRef(name) for name in ("company_digest", "listed_digest")}
        last = rulings.filter(reference=OuterRef("pk"), number=OuterRef("rulings"), **as_they_are)
        return self.ruled().exclude(Exists(last))

    def held(self) -> CrossReferenceQuerySet:
        """Keep those of which the record holds both parties: a rebuild may drop what a parser no longer reads."""
        both = (Exists(Entity.objects.filter(pk=OuterRef(end))) for end in ("company_id", "listed_id"))
        return self.filter(*both)

    def ruled(self) -> CrossReferenceQuerySet:
        return self.exclude(status=Identity.SUGGESTED)
