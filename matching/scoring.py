from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from matching.alignment import PART_OF, Pair, align
from matching.lexicon import lexicon
from matching.names import Analysis, Token, analyse
from matching.records import ORGANISATIONS, AlignedToken, Comparison, Explanation, Feature, RecordName

# What a word weighs by class; a distinctive word weighs 1 when rare, and never less than COMMON.
WEIGHTS = {
    "name": 1.0,
    "industry": 0.3,
    "place": 0.15,
    "generic": 0.1,
    "structure": 0.08,
    "number": 0.35,
    "form": 0.0,
}
COMMON = 0.5
SHORT_LATIN = {1: 0.3, 2: 0.6, 3: 0.8}

# A bare name never proves a party; country and identifier bring it nearer to 1.
EXACT = 0.97
OTHER_FORM = 0.01  # Inc against Ltd, or none
OTHER_ORDER = 0.01
PLACE_CONFLICT = 0.10
NUMBER_CONFLICT = 0.45
NUMBER_MISSING = 0.10
INDUSTRY_CONFLICT = 0.12  # chemical against bank
LOOSE_INDUSTRY_CONFLICT = 0.08  # textile against supplies
INDUSTRY_MISSING = 0.04  # Kingsoft against Kingsoft Cloud
NAME_CONFLICT = 0.08
KIND_COST = {"weak": 0.05, "former": 0.03, "transliteration": 0.01}
COUNTRY_AGREES = 0.01
COUNTRY_DIFFERS = 0.05
IDENTIFIER_AGREES = 0.015
IDENTIFIER_DIFFERS = 0.15

# Ceilings and floors.
POSSIBLE = 0.79  # the trade name agrees, the place or country does not
ACRONYM_ALONE = 0.74  # three letters and nothing else that agrees
NOT_CARRIED = 0.65  # nothing distinctive agrees
CUT_OFF = 0.86  # one name is the other cut mid-word
IDENTIFIED = 0.95
TOP = 0.995
# Agreements that leave no doubt which word is meant.
LITERAL = frozenset({"same", "translation", "one or two letters differ"})
# Field widths at which systems cut names, in characters.
FIELD_WIDTHS = frozenset({30, 35, 40})
MIN_CUT = 20

# Countries whose companies carry each other's code in practice.
RELATED_COUNTRIES = (frozenset({"cn", "hk", "mo"}),)

Rarity = Callable[[str], float]


def always_rare(key: str) -> float:
    """Call every word rare: what is known without an index."""
    return 1.0


def token_weight(token: Token, rarity: Rarity) -> float:
    """Weigh one word (0..1) by its class, length and rarity."""
    weight = WEIGHTS[token.cls]
    if token.cls == "name":
        if token.key.isascii():
            weight = SHORT_LATIN.get(len(token.text), 1.0)
        weight *= COMMON if is_common(token) else max(COMMON, rarity(token.text))
    return weight


def is_common(token: Token) -> bool:
    """Tell whether very many unrelated companies bear this distinctive word (matching/data/words.csv)."""
    entry = lexicon().latin.get(token.text)
    return entry is not None and entry.cls == "common"


class Tally:
    """Collect the features of one comparison, so that their points add up to the score."""

    def __init__(self) -> None:
        self.features: list[Feature] = []
        self.conflicts: list[str] = []
        self.score = 0.0

    def add(self, name: str, points: float, detail: str, conflict: bool = False) -> None:
        points = round(max(-self.score, points), 4)
        self.score = round(self.score + points, 4)
        self.features.append(Feature(name, points, detail))
        if conflict:
            self.conflicts.append(detail)

    def limit(self, name: str, ceiling: float, detail: str, conflict: bool = False) -> None:
        if self.score > ceiling:
            self.add(name, ceiling - self.score, detail, conflict)

    def raise_to(self, name: str, floor: float, detail: str) -> None:
        if self.score < floor:
            self.add(name, floor - self.score, detail)


def is_plain(schema: str) -> bool:
    """Tell whether names of this schema have no legal form, place or industry to look for."""
    return schema not in ORGANISATIONS and schema != "Thing"


def compare(query: str, candidate: str, schema: str = "Company") -> Comparison:
    """Score two names (0..1) and explain it, with the scorer that ranks the candidates of an index.

    Without an index every word outside the built-in tables counts as rare. Never raises on any text.
    """
    plain = is_plain(schema)
    explanation = score_names(
        query, analyse(query, plain), RecordName(candidate), analyse(candidate, plain), always_rare
    )
    return Comparison(explanation.score, explanation)


def score_names(
    query_text: str,
    query: Analysis,
    name: RecordName,
    candidate: Analysis,
    rarity: Rarity,
    country: str | None = None,
    countries: Sequence[str] = (),
    identifiers: frozenset[tuple[str, str]] = frozenset(),
    candidate_identifiers: frozenset[tuple[str, str]] = frozenset(),
) -> Explanation:
    """Score two analysed names and whatever else is known of both parties."""
    tally = Tally()
    aligned = _score_words(tally, query_text, query, name.text, candidate, rarity)
    if cost := KIND_COST.get(name.kind):
        tally.add("kind of name", -cost, f"the name that matched is a {name.kind} name")
    if country and countries:
        _score_country(tally, country.lower(), countries)
    _score_identifiers(tally, identifiers, candidate_identifiers)
    tally.limit("ceiling", TOP, "no comparison of records is certain")
    return Explanation(query_text, name.text, aligned, tuple(tally.conflicts), tuple(tally.features))


def _score_words(
    tally: Tally, query_text: str, query: Analysis, text: str, candidate: Analysis, rarity: Rarity
) -> tuple[AlignedToken, ...]:
    ours, theirs = query.tokens, candidate.tokens
    if not ours or not theirs:
        tally.add("words", 0.0, "one of the two texts holds no name")
        return ()
    pairs = align(ours, theirs)
    our_weights = [token_weight(token, rarity) for token in ours]
    their_weights = [token_weight(token, rarity) for token in theirs]
    weights = [_pair_weight(pair, ours, theirs, our_weights, their_weights) for pair in pairs]
    paired_ours = {at for pair in pairs for at in pair.query}
    paired_theirs = {at for pair in pairs for at in pair.candidate}
    alone_ours = [at for at in range(len(ours)) if at not in paired_ours]
    alone_theirs = [at for at in range(len(theirs)) if at not in paired_theirs]
    total = 2 * sum(weights) + sum(our_weights[at] for at in alone_ours)
    total += sum(their_weights[at] for at in alone_theirs)
    agreed = 2 * sum(weight * pair.similarity for pair, weight in zip(pairs, weights, strict=True))
    share = agreed / total if total else 0.0
    tally.add("words", EXACT * share, f"{share:.0%} of the weight of all words agrees")
    _score_shape(tally, query, candidate, pairs)
    business = any(ours[pair.query[0]].cls == "industry" for pair in pairs)
    _score_conflicts(tally, [ours[at] for at in alone_ours], [theirs[at] for at in alone_theirs], business)
    if _is_cut(query_text, query.normal, text, candidate.normal):
        tally.raise_to("cut off", CUT_OFF, "one name is the beginning of the other, cut off")
    else:
        _limit_evidence(tally, ours, theirs, pairs)
    alone = [
        AlignedToken(ours[at].shown, "", ours[at].cls, round(our_weights[at], 3), 0.0) for at in alone_ours
    ]
    alone += [
        AlignedToken("", theirs[at].shown, theirs[at].cls, round(their_weights[at], 3), 0.0)
        for at in alone_theirs
    ]
    matched = [
        AlignedToken(
            _shown(ours, pair.query),
            _shown(theirs, pair.candidate),
            pair.kind,
            round(weight, 3),
            round(pair.similarity, 3),
        )
        for pair, weight in zip(pairs, weights, strict=True)
    ]
    return tuple(matched + [token for token in alone if token.kind != "form"])


def _shown(tokens: Sequence[Token], positions: Iterable[int]) -> str:
    return " ".join(tokens[at].shown for at in positions)


def _pair_weight(
    pair: Pair,
    ours: Sequence[Token],
    theirs: Sequence[Token],
    our_weights: list[float],
    their_weights: list[float],
) -> float:
    left = sum(our_weights[at] for at in pair.query)
    right = sum(their_weights[at] for at in pair.candidate)
    if len(pair.query) > 1 or len(pair.candidate) > 1:
        return max(left, right)
    # A misspelt word is as rare as the word that was meant, which is the commoner of the two.
    return min(left, right)


def _score_shape(tally: Tally, query: Analysis, candidate: Analysis, pairs: list[Pair]) -> None:
    left = {token.text for token in query.tokens if token.cls == "form"}
    right = {token.text for token in candidate.tokens if token.cls == "form"}
    if left != right and all(text.isascii() for text in left) == all(text.isascii() for text in right):
        tally.add("legal form", -OTHER_FORM, "the legal form is missing or written otherwise")
    order = [pair.candidate[0] for pair in pairs if query.tokens[pair.query[0]].cls != "form"]
    if order != sorted(order) and all(token.shown.isascii() for token in query.tokens + candidate.tokens):
        tally.add("order", -OTHER_ORDER, "the words stand in another order")


def _score_conflicts(tally: Tally, ours: list[Token], theirs: list[Token], same_business: bool) -> None:
    def words(tokens: list[Token], *classes: str) -> str:
        return ", ".join(token.shown for token in tokens if token.cls in classes)

    def both(*classes: str) -> str:
        left, right = words(ours, *classes), words(theirs, *classes)
        return f"{left} against {right}" if left and right else ""

    if numbers := both("number"):
        tally.add("number", -NUMBER_CONFLICT, f"different numbers: {numbers}", True)
    elif one_sided := words(ours + theirs, "number"):
        tally.add("number", -NUMBER_MISSING, f"only one name has the number {one_sided}", True)
    if places := both("place"):
        tally.add("place", -PLACE_CONFLICT, f"different places: {places}", True)
        tally.limit("place", POSSIBLE, "names that differ in place are at most a possible match")
    if industries := both("industry"):
        tally.add("industry", -INDUSTRY_CONFLICT, f"different business: {industries}", True)
    elif one_sided := words(ours + theirs, "industry"):
        if loose := both("industry", "generic"):
            tally.add("industry", -LOOSE_INDUSTRY_CONFLICT, f"perhaps a different business: {loose}", True)
        elif not same_business:
            tally.add("industry", -INDUSTRY_MISSING, f"only one name tells the business: {one_sided}")
    if names := both("name"):
        tally.add("distinctive words", -NAME_CONFLICT, f"different distinctive words: {names}", True)


def _limit_evidence(tally: Tally, ours: Sequence[Token], theirs: Sequence[Token], pairs: list[Pair]) -> None:
    paired_ours = {at for pair in pairs for at in pair.query}
    paired_theirs = {at for pair in pairs for at in pair.candidate}
    rest_ours = {token.cls for at, token in enumerate(ours) if at not in paired_ours} - {"form"}
    rest_theirs = {token.cls for at, token in enumerate(theirs) if at not in paired_theirs} - {"form"}
    whole = not rest_ours and not rest_theirs
    carrying = [found for pair in pairs if (found := _carriers(pair, ours, theirs))]
    carriers = [token for found in carrying for token in found]
    if not carriers:
        forms = [{token.text for token in side if token.cls == "form"} for side in (ours, theirs)]
        literal = all(pair.kind in LITERAL for pair in pairs)
        content = sum(1 for token in ours if token.cls not in ("name", "form"))
        # "Bank of China" is a name although each of its words is common: then all of them must be there.
        if not (whole and literal and content > 1 and (not all(forms) or _related(*forms))):
            tally.limit("evidence", NOT_CARRIED, "no distinctive word agrees", True)
        return
    if whole:
        return
    if all(is_common(token) for token in carriers) and (
        (rest_ours and rest_theirs) or {"industry", "name"} & (rest_ours | rest_theirs)
    ):
        tally.limit("common word", NOT_CARRIED, "many unrelated companies bear the words that agree", True)
    longest = max(sum(len(token.text) for token in found) for found in carrying)
    if longest <= 3 and all(token.key.isascii() for token in carriers):
        context = any(
            ours[pair.query[0]].cls in ("place", "industry") and pair.similarity > PART_OF for pair in pairs
        )
        if not context or longest == 1:
            other = {"industry", "name"} & (rest_ours | rest_theirs) or (rest_ours and rest_theirs)
            ceiling = NOT_CARRIED if other else ACRONYM_ALONE
            tally.limit("acronym", ceiling, "three letters or fewer say little without context", True)


def _carriers(pair: Pair, ours: Sequence[Token], theirs: Sequence[Token]) -> list[Token]:
    # The words that make a pair evidence of identity: distinctive on both sides, or joined to one that is.
    left = [ours[at] for at in pair.query if ours[at].cls == "name"]
    right = [theirs[at] for at in pair.candidate if theirs[at].cls == "name"]
    if len(pair.query) + len(pair.candidate) > 2:
        # The side that is written apart shows whether the words are common ones.
        return max(left, right, key=lambda side: (len(side), sum(len(token.text) for token in side)))
    return left if right else []


def _related(left: set[str], right: set[str]) -> bool:
    return bool(left & right) or not all(text.isascii() for text in left | right)


def _is_cut(left: str, left_normal: str, right: str, right_normal: str) -> bool:
    (text, shorter), (_, longer) = sorted(
        ((left, left_normal), (right, right_normal)), key=lambda side: len(side[1])
    )
    if len(shorter) < MIN_CUT or len(shorter) == len(longer) or not longer.startswith(shorter):
        return False
    return longer[len(shorter)] != " " or len(text) in FIELD_WIDTHS


def _score_country(tally: Tally, country: str, countries: Sequence[str]) -> None:
    if country in countries:
        tally.add("country", COUNTRY_AGREES, f"the country agrees: {country.upper()}")
    elif not any(country in group and group & set(countries) for group in RELATED_COUNTRIES):
        theirs = ", ".join(sorted(countries)).upper()
        detail = f"different country: {country.upper()} against {theirs}"
        exact = tally.score >= EXACT - OTHER_FORM - OTHER_ORDER - KIND_COST["weak"]
        tally.add("country", -COUNTRY_DIFFERS, detail, True)
        if not exact:
            tally.limit("country", POSSIBLE, "a near name in another country is at most a possible match")


def _score_identifiers(
    tally: Tally, ours: frozenset[tuple[str, str]], theirs: frozenset[tuple[str, str]]
) -> None:
    if shared := sorted(ours & theirs):
        scheme, value = shared[0]
        if tally.score < IDENTIFIED:
            if tally.score < POSSIBLE:
                tally.conflicts.append("the identifier agrees, the names do not")
            tally.raise_to("identifier", IDENTIFIED, f"the {scheme} identifier agrees: {value}")
        else:
            tally.add("identifier", IDENTIFIER_AGREES, f"the {scheme} identifier agrees: {value}")
        return
    both = {scheme for scheme, _ in ours} & {scheme for scheme, _ in theirs}
    if both:
        tally.add("identifier", -IDENTIFIER_DIFFERS, f"different {', '.join(sorted(both))} identifiers", True)
