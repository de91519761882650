"""The score of two names in Latin letters, of one pair or of many, and what each part of it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching import trees
from matching.encoding import Encoded, containment, encode
from matching.features import FEATURES, measure_all
from matching.names import Analysis, Token
from matching.pairing import KINDS, MAX_WORDS, MISSPELT, NEARLY_JOINED, SYLLABLE, pair_words, scratch
from matching.records import AlignedToken

# Where one of these holds, the margin of the trees counts only up to a ceiling.
NUMBERS_DIFFER = 0.50  # Fund VII, Fund VIII
PLACES_DIFFER = 0.65  # Bank of China (Hong Kong), (Singapore): at most a sister
BUSINESS_DIFFERS = 0.75  # Tianyuan Garments, Tianyuan Metal Powder
NOT_CARRIED = 0.60  # nothing distinctive agrees, and something is left over
COMMON_WORDS = 0.65  # only words that very many companies bear agree
FEW_LETTERS = 0.65  # three letters agree and nothing else speaks for it
BARE_WORD = 0.68  # one word, and not a rare one, of a name that says more
RARE_ALONE = 0.69  # the rarity from which a word asked for alone is a name
RARE = 0.85  # the rarity from which a word alone is a name
BARE_LETTERS = 5  # and the letters up to which it is not
BARE_BRAND = (
    0.82  # at least: a rare word asked for alone, of a name that adds only place, form or general words
)
INITIALS = 0.80  # at least: four initials or more, of all words of the other name
PHRASE_SHARE = 0.7  # of three common words or more, which together are a name
COMMON = 0.62  # the rarity up to which a word is common
FEATURE = {name: at for at, (name, _) in enumerate(FEATURES)}


class Ceiling(NamedTuple):
    """A limit of the score, upper or lower, its name among the features and its sentence."""

    score: float
    name: str
    detail: str


FLOORS = (
    Ceiling(BARE_BRAND, "brand", "the word asked for is the distinctive one of the name"),
    Ceiling(INITIALS, "initials", "one name is the initials of all words of the other"),
)
CEILINGS = (
    Ceiling(NUMBERS_DIFFER, "number", "names that differ in a number are different parties"),
    Ceiling(PLACES_DIFFER, "place", "names that differ in place are at most a possible match"),
    Ceiling(BUSINESS_DIFFERS, "business", "names that differ in business are at most a possible match"),
    Ceiling(NOT_CARRIED, "evidence", "no distinctive word agrees"),
    Ceiling(COMMON_WORDS, "common word", "many unrelated companies bear the words that agree"),
    Ceiling(FEW_LETTERS, "acronym", "three letters or fewer say little without context"),
    Ceiling(BARE_WORD, "bare word", "one word that is not a rare one agrees, and the other name says more"),
)


def ceilings(values: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Tell for rows of features which of the CEILINGS hold, shape (pairs, ceilings)."""

    def value(name: str) -> NDArray[np.float32]:
        return values[:, FEATURE[name]]

    whole = value("agreed share, low") > 0.999
    carried = value("weight of agreed distinctive words") > 0
    left_over = value("distinctive words alone, high") + value("industry alone") + value("place alone") > 0
    other = value("distinctive words alone, high") + value("industry alone") > 0
    few = value("letters in agreed distinctive words") <= 3
    phrase = (value("agreed share, low") >= PHRASE_SHARE) & (value("words, low") >= 3)
    same = whole & ~left_over & (value("agreed share, high") > 0.999) & (value("words, low") > 1)
    tiny = (value("letters in agreed distinctive words") <= 2) & (value("legal forms agree") == 0) & ~same
    weak = (value("rarest agreed word") < RARE) | (
        value("letters in agreed distinctive words") <= BARE_LETTERS
    )
    return np.column_stack(
        [
            value("number") > 0,
            value("place") >= 1,
            value("industry") > 0,
            ~whole & ~carried & ~phrase,
            ~whole
            & carried
            & left_over
            & (value("rarest agreed word") < COMMON)
            & (value("words, low") <= 2),
            carried & few & (other & ~whole | (value("initials") > 0) | tiny),
            carried & other & weak & (value("words, low") == 1) & (value("words, high") > 1),
        ]
    )


def floors(values: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Tell for rows of features which of the FLOORS hold, shape (pairs, floors)."""

    def value(name: str) -> NDArray[np.float32]:
        return values[:, FEATURE[name]]

    spelt = (value("least likeness of agreed distinctive words") > 0.999) & (value("initials") == 0)
    alone = value("distinctive words alone, high") + value("industry alone") + value("number alone") == 0
    bare = (value("words, low") == 1) & (value("agreed share, high") > 0.999)
    rare = value("rarest agreed word") >= RARE_ALONE
    form = (value("legal forms agree") + value("legal forms differ")) == 0
    initials = (value("initials") >= 4) & (value("agreed share, low") > 0.85) & (value("words, low") == 1)
    return np.column_stack([spelt & alone & bare & rare & form, initials & alone])


def scores(values: NDArray[np.float32], threshold: float = 0.0) -> NDArray[np.float64]:
    """Return the scores (0..1) of rows of features, shape (pairs, features); exact from the threshold on."""
    limits = np.array([ceiling.score for ceiling in CEILINGS])
    lowest: NDArray[np.float64] = np.where(ceilings(values), limits, 1.0).min(axis=1, initial=1.0)
    open_ = lowest >= threshold
    found = np.zeros(len(values))
    found[open_] = trees.load("latin").scores(values[open_], threshold)
    least = np.array([floor.score for floor in FLOORS])
    found = np.maximum(found, np.where(floors(values), least, 0.0).max(axis=1, initial=0.0))
    limited: NDArray[np.float64] = np.minimum(found, lowest)
    return limited


def score_pairs(
    left: Encoded,
    right: Encoded,
    lefts: NDArray[np.int32],
    rights: NDArray[np.int32],
    threshold: float = 0.0,
) -> NDArray[np.float64]:
    """Return the scores (0..1) of the pairs (left[lefts[n]], right[rights[n]]), exact from the threshold on; both names of a pair hold a word."""
    return scores(measure_all(left, lefts, right, rights, containment()), threshold)


class Told(NamedTuple):
    """One pair explained: its score, its words side by side, points by heading, the floors and ceilings that hold, and conflicts."""

    score: float
    tokens: tuple[AlignedToken, ...]
    points: tuple[tuple[str, float, str], ...]
    floors: tuple[Ceiling, ...]
    ceilings: tuple[Ceiling, ...]
    conflicts: tuple[str, ...]


def explain(query: Analysis, candidate: Analysis) -> Told:
    """Explain the score of two analysed names; the points add up to what the trees say before any ceiling."""
    both = encode([query, candidate])
    pair = np.array([0], np.int32), np.array([1], np.int32)
    values = measure_all(both, pair[0], both, pair[1], containment())
    groups, kinds, alike = _align(both)
    tokens = _tell_words(query.tokens, candidate.tokens, both, groups, kinds, alike)
    model = trees.load("latin")
    held = tuple(ceiling for ceiling, holds in zip(CEILINGS, ceilings(values)[0], strict=True) if holds)
    raised = tuple(floor for floor, holds in zip(FLOORS, floors(values)[0], strict=True) if holds)
    alone = (
        [token for token, group in zip(query.tokens, groups[0], strict=False) if group < 0],
        [token for token, group in zip(candidate.tokens, groups[1], strict=False) if group < 0],
    )
    details = _details(values[0], tokens, alone)
    points = trees.points(model, values[0].tolist(), FEATURES, details)
    return Told(float(scores(values)[0]), tokens, points, raised, held, tuple(_conflicts(alone)))


def _align(both: Encoded) -> tuple[tuple[NDArray[np.int8], NDArray[np.int8]], list[int], list[float]]:
    sizes = np.minimum(np.diff(both.first), MAX_WORDS)
    room = scratch()
    # In the order in which the features were measured: which words pair may depend on it.
    if both.order[0] > both.order[1]:
        count = pair_words(both, 1, both, 0, room, containment())
        groups = room.groups_r[: sizes[0]], room.groups_l[: sizes[1]]
    else:
        count = pair_words(both, 0, both, 1, room, containment())
        groups = room.groups_l[: sizes[0]], room.groups_r[: sizes[1]]
    return groups, room.kinds[:count].tolist(), room.alike[:count].tolist()


def _tell_words(
    ours: Sequence[Token],
    theirs: Sequence[Token],
    both: Encoded,
    groups: tuple[NDArray[np.int8], NDArray[np.int8]],
    kinds: Sequence[int],
    alike: Sequence[float],
) -> tuple[AlignedToken, ...]:
    told = []
    seen: list[int] = []
    for at, group in enumerate(groups[0].tolist()):
        if group < 0 or group in seen:
            continue
        seen.append(group)
        q = [other for other, found in enumerate(groups[0].tolist()) if found == group]
        c = [other for other, found in enumerate(groups[1].tolist()) if found == group]
        weights = both.weight[q].sum(), both.weight[[both.first[1] + other for other in c]].sum()
        weight = min(weights) if len(q) == len(c) == 1 else max(weights)
        if ours[at].cls == "form":
            weight = 0.0
        told.append(
            AlignedToken(
                " ".join(ours[other].shown for other in q),
                " ".join(theirs[other].shown for other in c),
                KINDS[kinds[group]],
                round(float(weight), 3),
                round(alike[group], 3),
            )
        )
    for side, tokens in enumerate((ours, theirs)):
        for at, group in enumerate(groups[side].tolist()):
            token = tokens[at]
            if group < 0 and token.cls != "form":
                weight = round(float(both.weight[both.first[side] + at]), 3)
                shown = ("", token.shown) if side else (token.shown, "")
                told.append(AlignedToken(*shown, token.cls, weight, 0.0))
    return tuple(told)


def _details(
    values: NDArray[np.float32], tokens: Sequence[AlignedToken], alone: tuple[list[Token], list[Token]]
) -> dict[str, str]:
    low, high = values[FEATURE["agreed share, low"]], values[FEATURE["agreed share, high"]]
    slips = [
        f"{token.query} for {token.candidate}"
        for token in tokens
        if token.kind
        in (
            KINDS[MISSPELT],
            KINDS[NEARLY_JOINED],
            KINDS[SYLLABLE],
            "shortened",
            "initials",
            "written together",
        )
    ]
    words = [token.shown for side in alone for token in side if token.cls != "form"]
    of_class = {
        cls: ", ".join(token.shown for side in alone for token in side if token.cls == cls)
        for cls in ("place", "number", "industry", "structure")
    }
    forms = values[FEATURE["legal forms agree"]], values[FEATURE["legal forms differ"]]
    share = f"{low:.0%}" if round(float(low), 2) == round(float(high), 2) else f"{low:.0%} and {high:.0%}"
    return {
        "words that agree": f"{share} of the weight of the words agrees",
        "spelling": f"written otherwise: {', '.join(slips)}"
        if slips
        else "the words that agree are written alike",
        "words left over": f"without a partner: {', '.join(words)}" if words else "no word is left over",
        "place": f"place without a partner: {of_class['place']}"
        if of_class["place"]
        else "no other place is named",
        "number": f"number without a partner: {of_class['number']}"
        if of_class["number"]
        else "no number differs",
        "business": f"business without a partner: {of_class['industry']}"
        if of_class["industry"]
        else "the same business",
        "structure": f"without a partner: {of_class['structure']}"
        if of_class["structure"]
        else "the same structure",
        "order": "the words stand in another order"
        if values[FEATURE["words out of order"]]
        else "the words stand in the same order",
        "length": f"names of {int(values[FEATURE['words, low']])} and {int(values[FEATURE['words, high']])} words",
        "letters": f"the letters are {values[FEATURE['likeness of the letters']]:.0%} alike",
        "legal form": "the legal form agrees"
        if forms[0]
        else "the legal forms differ"
        if forms[1]
        else "no legal form to compare",
    }


def _conflicts(alone: tuple[list[Token], list[Token]]) -> list[str]:
    found = []
    for cls, words in (
        ("number", "different numbers"),
        ("place", "different places"),
        ("industry", "different business"),
        ("name", "different distinctive words"),
    ):
        ours, theirs = (", ".join(token.shown for token in side if token.cls == cls) for side in alone)
        if ours and theirs:
            found.append(f"{words}: {ours} against {theirs}")
    return found
