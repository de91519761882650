"""The pages that suppose: what would change if, and whom would a listing hit. Nothing is saved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User

from entities.choices import DatasetKind, OwnershipKind
from entities.measures import CATALOGUE
from entities.models import Entity
from entities.querysets import Moment
from screening.index import current_index
from screening.models import Portfolio, Subject
from screening.placing import Placed, placed
from screening.reaching import Hits, would_hit
from screening.rules import RuleError, rulebook
from screening.structure import Structure, structure_at
from screening.supposing import (
    Outcome,
    SupposedEdge,
    SupposedListing,
    SuppositionError,
    Suppositions,
    suppose,
)

# Changes, and parties hit, told in full on one page.
MOST = 50
OWNS, OWNED = "owns it", "is owned by it"
IN_FORCE, SUSPENDED = "in force", "not in force"


class SupposingForm(forms.Form):
    """What may be supposed of one company; every part is optional, and several add up."""

    as_of = forms.DateField(
        required=False, label="As of", widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    listed = forms.ChoiceField(required=False, label="It were listed under")
    delisted = forms.ChoiceField(required=False, label="It were no longer listed under")
    other = forms.CharField(
        required=False,
        max_length=500,
        label="Another company",
        help_text="Its name or id. This stands in place of what is known of the two.",
    )
    relation = forms.ChoiceField(required=False, choices=[(OWNS, OWNS), (OWNED, OWNED)], label="that")
    kind = forms.ChoiceField(required=False, choices=OwnershipKind.choices, label="by")
    share = forms.FloatField(
        required=False, min_value=0, max_value=100, label="with percent", help_text="Empty: not stated."
    )
    ended = forms.ChoiceField(required=False, label="This edge were gone")
    rule = forms.ChoiceField(required=False, label="This rule were")
    holds = forms.ChoiceField(
        required=False, choices=[(IN_FORCE, IN_FORCE), (SUSPENDED, SUSPENDED)], label="held"
    )
    portfolio = forms.ModelChoiceField(
        Portfolio.objects.none(), required=False, label="Only for the portfolio", empty_label="whole record"
    )

    def __init__(self, given: Any, *, entity: Entity, reader: User | AnonymousUser, moment: Moment) -> None:
        super().__init__(given, initial={"as_of": moment.on})
        structure, book = structure_at(moment), rulebook()
        self.entity = entity
        parties = {structure.clusters.party(row) for row in structure.rows(entity)}
        listed = sorted({row.regime_list for row in structure.listings.of(parties) if row.live(moment.on)})
        titles = {fact.code: f"{fact.title} ({fact.code})" for fact in CATALOGUE}
        self._offer("listed", list(titles.items()))
        self._offer("delisted", [(code, titles.get(code, code)) for code in listed])
        self._offer("rule", [(rule.code, f"{rule.regime} ({rule.code})") for rule in book.rules])
        self._offer("ended", _edges(parties, structure, moment))
        self.fields["portfolio"].queryset = portfolios(reader)  # type: ignore[attr-defined]

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = [("", "–"), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("other"):
            try:
                given["other"] = company_named(given["other"])
            except SuppositionError as error:
                self.add_error("other", str(error))
        if not any(given.get(name) for name in ("listed", "delisted", "other", "ended", "rule")):
            raise forms.ValidationError(
                "Suppose something: a listing, an edge that comes or goes, or a rule."
            )
        return given

    def terms(self, structure: Structure, moment: Moment) -> Suppositions:
        """Read a valid form into the desk's terms; a supposed edge stands in place of what is known of the two."""
        given, own = self.cleaned_data, self.entity.pk
        terms = Suppositions()
        if given["listed"]:
            terms = replace(terms, add_listings=(SupposedListing(own, given["listed"]),))
        if given["delisted"]:
            terms = replace(terms, remove_listings=((own, given["delisted"]),))
        if given["other"]:
            owner, asset = given["other"].pk, own
            if given["relation"] == OWNED:
                owner, asset = asset, owner
            share = given["share"]
            terms = replace(
                terms,
                add_edges=(SupposedEdge(owner, asset, given["kind"] or "shareholding", share, share),),
                remove_edges=_between(owner, asset, structure, moment),
            )
        if given["ended"]:
            gone = tuple(map(int, given["ended"].split()))
            terms = replace(terms, remove_edges=tuple(dict.fromkeys((*terms.remove_edges, *gone))))
        if given["rule"]:
            terms = replace(terms, rules={given["rule"]: given["holds"] != SUSPENDED})
        return terms


@dataclass(frozen=True)
class Supposed:
    """What would change, and which subjects of the portfolio the changed parties are."""

    outcome: Outcome
    placed: dict[str, list[Placed]]


def supposed(form: SupposingForm, moment: Moment) -> Supposed:
    """Conclude what a valid form supposes; raises SuppositionError where it cannot be."""
    structure, book = structure_at(moment), rulebook()
    subjects = _subjects(form.cleaned_data["portfolio"], structure)
    try:
        outcome = suppose(form.terms(structure, moment), moment, structure, book, most=MOST, only=subjects)
    except RuleError as error:
        raise SuppositionError(str(error)) from error
    return Supposed(outcome, subjects or {})


def would_be_hit(
    entity: Entity, portfolio: Portfolio | None, moment: Moment, offset: int
) -> tuple[Hits, dict[str, list[Placed]]]:
    """Conclude whom a listing of an entity would hit, in the whole record or in a portfolio."""
    structure = structure_at(moment)
    subjects = _subjects(portfolio, structure)
    hits = would_hit(entity, moment, structure, rulebook(), limit=MOST, offset=offset, only=subjects)
    return hits, subjects or {}


def portfolios(reader: User | AnonymousUser) -> Any:
    """Return the portfolios whose subjects a person may see."""
    if not reader.has_perm("screening.view_subject"):
        return Portfolio.objects.none()
    return Portfolio.objects.visible_to(reader)


def company_named(text: str) -> Entity:
    """Find the company that an id or a name means; raises SuppositionError where none is found."""
    text = " ".join(text.split())
    entities = Entity.objects.select_related("dataset").defer("raw", "properties")
    if found := entities.filter(pk=text).first():
        return found
    hits = current_index().match(text, schema="Company", limit=10, threshold=settings.MATCH_THRESHOLD)
    rows = entities.in_bulk([hit.id for hit in hits])
    close = [hit for hit in hits if hit.id in rows and hit.score >= hits[0].score - 0.03]
    if not close:
        raise SuppositionError(f"No company of the record is called {text[:80]!r}.")
    # A register says more of a company than a list does.
    return rows[min(close, key=lambda hit: (rows[hit.id].dataset.kind == DatasetKind.LIST, -hit.score)).id]


def _subjects(portfolio: Portfolio | None, structure: Structure) -> dict[str, list[Placed]] | None:
    if portfolio is None:
        return None
    return placed(Subject.objects.filter(portfolio=portfolio), structure, portfolio.least_score)


def _between(owner: str, asset: str, structure: Structure, moment: Moment) -> tuple[int, ...]:
    """Return the rows that state a holding of one party in another on the day."""
    pair = structure.clusters.party(owner), structure.clusters.party(asset)
    held = (
        edge
        for edge in structure.graph.holdings_of(pair[0])
        if edge.asset == pair[1] and edge.live(moment.on)
    )
    return tuple(row for edge in held for row in structure.stated[edge])


def _edges(parties: set[str], structure: Structure, moment: Moment) -> list[tuple[str, str]]:
    """Name the edges of a party that hold on the day, by the rows that state them."""
    edges = [
        edge
        for party in sorted(parties)
        for edge in (*structure.graph.owners_of(party), *structure.graph.holdings_of(party))
        if edge.live(moment.on)
    ]
    names = Entity.objects.only("caption").in_bulk(
        {row for edge in edges for row in (edge.owner, edge.asset)}
    )
    return [
        (
            " ".join(map(str, structure.stated[edge])),
            f"{names[edge.owner].caption} → {names[edge.asset].caption}, {edge.share}, {edge.kind}",
        )
        for edge in edges
    ]
