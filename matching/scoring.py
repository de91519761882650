"""How alike two parties are, and why: one score for a pair alone and for the candidates of an index."""

from __future__ import annotations

from enum import StrEnum

from matching import crafts, latin
from matching.evidence import TOP, steps
from matching.names import Analysis, analyse
from matching.native import scoring as native
from matching.persons import scoring as persons
from matching.records import (
    CRAFT,
    AlignedToken,
    Comparison,
    Explanation,
    Feature,
    Query,
    Record,
    RecordName,
)
from matching.scripts import UNSPACED

DECIMALS = 4
Points = list[tuple[str, float, str]]


class Family(StrEnum):
    """The sort of party that decides how two names are compared."""

    ORGANISATION = "organisation"
    PERSON = "person"
    CRAFT = "craft"


def family(*schemas: str) -> Family:
    """Tell how names of parties of these schemas are compared; one that is certain decides for one of unstated kind."""
    if "Person" in schemas:
        return Family.PERSON
    return Family.ORGANISATION if CRAFT.isdisjoint(schemas) else Family.CRAFT


def is_unspaced(*names: Analysis) -> bool:
    """Tell whether one of the names is written in Han, kana or Hangul."""
    return any(
        token.cls != "form" and not token.shown.isascii() and UNSPACED.search(token.shown)
        for name in names
        for token in name.tokens
    )


def compare(query: str, candidate: str, schema: str = "Company") -> Comparison:
    """Score two names (0..1) and explain it, with the scorer that ranks the candidates of an index.

    Never raises on any text.
    """
    name = RecordName(candidate)
    explanation = explain(Query(query, schema=schema), Record("", schema, (name,)), name)
    return Comparison(explanation.score, explanation)


def score_words(query_text: str, query: Analysis, text: str, candidate: Analysis) -> float:
    """Return the score of two organisations' names of which one is in Han, kana or Hangul."""
    return native.score(query_text, text) if query.tokens and candidate.tokens else 0.0


def explain(query: Query, record: Record, name: RecordName, text: str | None = None) -> Explanation:
    """Explain the score of a query, or of another of its names, with one name of a record, and of whatever else is known."""
    text = query.name if text is None else text
    score, tokens, points, conflicts = _explain_names(text, name.text, family(query.schema, record.schema))
    for step in steps(score, name.kind, query, record):
        points.append((step.name, step.score - score, step.detail))
        score = step.score
        if step.conflict:
            conflicts.append(step.detail)
    if score > TOP:
        points.append(("ceiling", TOP - score, "no comparison of records is certain"))
        score = TOP
    return Explanation(text, name.text, tokens, tuple(conflicts), _rounded(points, round(score, DECIMALS)))


def _explain_names(
    query: str, candidate: str, of: Family
) -> tuple[float, tuple[AlignedToken, ...], Points, list[str]]:
    if of is Family.PERSON:
        told = persons.explain(query, candidate)
        return told.score, told.tokens, list(told.points), list(told.conflicts)
    if of is Family.CRAFT:
        craft = crafts.explain(query, candidate)
        return craft.score, craft.tokens, [("name", craft.score, craft.detail)], list(craft.conflicts)
    return _explain_organisations(query, analyse(query), candidate, analyse(candidate))


def _explain_organisations(
    query_text: str, query: Analysis, text: str, candidate: Analysis
) -> tuple[float, tuple[AlignedToken, ...], Points, list[str]]:
    if not query.tokens or not candidate.tokens:
        return 0.0, (), [("words", 0.0, "one of the two texts holds no name")], []
    if is_unspaced(query, candidate):
        crossed = native.explain(query_text, text)
        return crossed.score, crossed.tokens, list(crossed.points), list(crossed.conflicts)
    told = latin.explain(query, candidate)
    points = list(told.points)
    total = sum(gained for _, gained, _ in points)
    for floor in told.floors:
        if total < floor.score:
            points.append((floor.name, floor.score - total, floor.detail))
            total = floor.score
    for ceiling in told.ceilings:
        if total > ceiling.score:
            points.append((ceiling.name, ceiling.score - total, ceiling.detail))
            total = ceiling.score
    return told.score, told.tokens, points, list(told.conflicts)


def _rounded(points: Points, score: float) -> tuple[Feature, ...]:
    # What rounding leaves over goes to the first feature, so that the points add up to the score.
    features = [Feature(name, round(gained, DECIMALS) + 0.0, detail) for name, gained, detail in points]
    rest = round(score - sum(feature.points for feature in features), DECIMALS)
    first = features[0]
    features[0] = Feature(first.name, round(first.points + rest, DECIMALS) + 0.0, first.detail)
    return tuple(features)
