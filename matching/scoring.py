"""How alike two parties are, and why: one score for a pair alone and for the candidates of an index."""

from __future__ import annotations

from collections.abc import Sequence

from matching import heuristics, latin
from matching.evidence import TOP, Identifiers, steps
from matching.names import Analysis, analyse
from matching.native import scoring as native
from matching.records import ORGANISATIONS, AlignedToken, Comparison, Explanation, Feature, RecordName
from matching.scripts import UNSPACED

DECIMALS = 4


def is_plain(schema: str) -> bool:
    """Tell whether names of this schema have no legal form, place or industry to look for."""
    return schema not in ORGANISATIONS and schema != "Thing"


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
    plain = is_plain(schema)
    name = RecordName(candidate)
    explanation = explain(query, analyse(query, plain), name, analyse(candidate, plain), plain=plain)
    return Comparison(explanation.score, explanation)


def is_latin(query: Analysis, candidate: Analysis, plain: bool) -> bool:
    """Tell whether a pair of names is scored by the kernel of matching.latin; both must hold a word."""
    return not plain and bool(query.tokens and candidate.tokens) and not is_unspaced(query, candidate)


def score_words(query_text: str, query: Analysis, text: str, candidate: Analysis, plain: bool) -> float:
    """Return the score of two names of which one is a person's, a ship's, or in Han, kana or Hangul."""
    if not query.tokens or not candidate.tokens:
        return 0.0
    if not plain:
        return native.score(query_text, text)
    return heuristics.score_words(query_text, query, text, candidate)[0].score


def explain(
    query_text: str,
    query: Analysis,
    name: RecordName,
    candidate: Analysis,
    country: str | None = None,
    countries: Sequence[str] = (),
    identifiers: Identifiers = (),
    candidate_identifiers: Identifiers = (),
    plain: bool = False,
) -> Explanation:
    """Explain the score of two analysed names and of whatever else is known of both parties."""
    score, tokens, points, conflicts = _explain_names(query_text, query, name.text, candidate, plain)
    for step in steps(score, name.kind, country, countries, identifiers, candidate_identifiers):
        points.append((step.name, step.score - score, step.detail))
        score = step.score
        if step.conflict:
            conflicts.append(step.detail)
    if score > TOP:
        points.append(("ceiling", TOP - score, "no comparison of records is certain"))
        score = TOP
    return Explanation(
        query_text, name.text, tokens, tuple(conflicts), _rounded(points, round(score, DECIMALS))
    )


def _explain_names(
    query_text: str, query: Analysis, text: str, candidate: Analysis, plain: bool
) -> tuple[float, tuple[AlignedToken, ...], list[tuple[str, float, str]], list[str]]:
    if not query.tokens or not candidate.tokens:
        return 0.0, (), [("words", 0.0, "one of the two texts holds no name")], []
    if plain:
        tally, words = heuristics.score_words(query_text, query, text, candidate)
        points = [(feature.name, feature.points, feature.detail) for feature in tally.features]
        return tally.score, words.told(), points, tally.conflicts
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


def _rounded(points: Sequence[tuple[str, float, str]], score: float) -> tuple[Feature, ...]:
    # What rounding leaves over goes to the first feature, so that the points add up to the score.
    features = [Feature(name, round(gained, DECIMALS) + 0.0, detail) for name, gained, detail in points]
    rest = round(score - sum(feature.points for feature in features), DECIMALS)
    first = features[0]
    features[0] = Feature(first.name, round(first.points + rest, DECIMALS) + 0.0, first.detail)
    return tuple(features)
