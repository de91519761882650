from __future__ import annotations

from collections.abc import Sequence

from matching.alignment import HEARD_VAGUELY, PART_OF, READ_IN_PART, Pair, language
from matching.names import Analysis, Token
from matching.records import Feature
from matching.scripts import HAN
from matching.weighing import Weighing, always_rare, is_common, weigh

# A bare name never proves a party; country and identifier bring it nearer to 1.
EXACT = 0.97
NEARLY_ALL = 0.98  # share of the words' weight from which a name is as good as exact
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
LITTLE_EVIDENCE = 0.74  # three letters or a common word, and nothing else that agrees
NOT_CARRIED = 0.65  # nothing distinctive agrees
BARE_BRAND = 0.71  # the query is one distinctive word of a longer name
BRAND_LETTERS = 6
LEADING_BRAND_LETTERS = 5  # where it is the first distinctive word
HEARD_BRAND = 0.88  # 鑫磊压缩机 ~ Xinlei Air Systems
HEARD_LETTERS = 4
READ_ALIKE = frozenset({"same reading", READ_IN_PART, HEARD_VAGUELY})
READ_NEARLY = 0.92
SHORT_NAME = 0.90  # 海康威视, or 联合能源 of 联合新能源集团股份有限公司
SHORT_NAME_CHARACTERS = (2, 6)
PHRASE_WORDS = 3  # common words that together, in order and nearly alone, are a name
PHRASE_SHARE = 0.85
CUT_OFF = 0.86  # one name is the other cut mid-word
IDENTIFIED = 0.95
TOP = 0.995
# Agreements that leave no doubt which word is meant.
LITERAL = frozenset({"same", "translation", "one or two letters differ"})
# Field widths at which systems cut names, in characters.
FIELD_WIDTHS = frozenset({30, 35, 40})
MIN_CUT = 20

FORM_SHORT = {
    "company": "co",
    "limited": "ltd",
    "corporation": "corp",
    "incorporated": "inc",
    "private": "pte",
}

# Countries whose companies carry each other's code in practice.
RELATED_COUNTRIES = (frozenset({"cn", "hk", "mo"}),)


class Tally:
    """Collect the features of one comparison, so that their points add up to the score."""

    def __init__(self) -> None:
        self.features: list[Feature] = []
        self.conflicts: list[str] = []
        self.score = 0.0

    def add(self, name: str, points: float, detail: str, conflict: bool = False) -> None:
        points = round(max(-self.score, points), 4) + 0.0  # no negative zero
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


def score_words(query_text: str, query: Analysis, text: str, candidate: Analysis) -> tuple[Tally, Weighing]:
    """Score two analysed names that both hold a word."""
    tally = Tally()
    words = weigh(query, candidate, always_rare)
    _score_words(tally, query_text, text, words)
    return tally, words


def _score_words(tally: Tally, query_text: str, text: str, words: Weighing) -> None:
    tally.add("words", EXACT * words.share, f"{words.share:.0%} of the weight of all words agrees")
    _score_shape(tally, words)
    _score_conflicts(tally, words)
    if not tally.conflicts and _is_cut(query_text, words.query.normal, text, words.candidate.normal):
        tally.raise_to("cut off", CUT_OFF, "one name is the beginning of the other, cut off")
    else:
        _limit_evidence(tally, words)
    if _is_short_name(words.query.tokens, words.candidate.tokens):
        tally.raise_to(
            "short name", SHORT_NAME, "one name is the short form of the other, as exchanges write it"
        )
    if _is_heard_brand(tally, words):
        tally.raise_to("trade name", HEARD_BRAND, "the trade name reads alike in both scripts")
    if not tally.conflicts and _is_bare_brand(words):
        tally.raise_to("brand", BARE_BRAND, "the word asked for is a distinctive one of the name")


def _score_shape(tally: Tally, words: Weighing) -> None:
    query, candidate = words.query.tokens, words.candidate.tokens
    left = {token.text for token in query if token.cls == "form"}
    right = {token.text for token in candidate if token.cls == "form"}
    if left != right and all(text.isascii() for text in left) == all(text.isascii() for text in right):
        tally.add("legal form", -OTHER_FORM, "the legal form is missing or written otherwise")
    order = [pair.candidate[0] for pair in words.pairs if query[pair.query[0]].cls != "form"]
    if order != sorted(order) and all(token.shown.isascii() for token in query + candidate):
        tally.add("order", -OTHER_ORDER, "the words stand in another order")


def _score_conflicts(tally: Tally, matched: Weighing) -> None:
    ours = [matched.query.tokens[at] for at in matched.alone[0]]
    theirs = [matched.candidate.tokens[at] for at in matched.alone[1]]

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
        elif not any(matched.query.tokens[pair.query[0]].cls == "industry" for pair in matched.pairs):
            tally.add("industry", -INDUSTRY_MISSING, f"only one name tells the business: {one_sided}")
    if names := both("name"):
        tally.add("distinctive words", -NAME_CONFLICT, f"different distinctive words: {names}", True)


def _limit_evidence(tally: Tally, words: Weighing) -> None:
    ours, theirs, pairs = words.query.tokens, words.candidate.tokens, words.pairs
    rest_ours = {ours[at].cls for at in words.alone[0]} - {"form"}
    rest_theirs = {theirs[at].cls for at in words.alone[1]} - {"form"}
    whole = not rest_ours and not rest_theirs
    carrying = [found for pair in pairs if (found := _carriers(pair, ours, theirs))]
    carriers = [token for found in carrying for token in found]
    if not carriers:
        forms = [{token.text for token in side if token.cls == "form"} for side in (ours, theirs)]
        literal = all(pair.kind in LITERAL for pair in pairs)
        content = [token.cls for token in ours if token.cls != "form"]
        # "Healthcare Co., Ltd." is a name with its form, and only then.
        several = (len(content) > 1 or (all(forms) and _related(*forms))) and set(content) != {"number"}
        # "Bank of China" is a name although each of its words is common: then all of them must be there.
        if not (whole and literal and several and (not all(forms) or _related(*forms))):
            if not (rest_ours and rest_theirs) and literal and _is_phrase(words):
                detail = "all words that agree are common, but there are several"
                tally.limit("evidence", LITTLE_EVIDENCE, detail)
            else:
                tally.limit("evidence", NOT_CARRIED, "no distinctive word agrees", True)
        return
    if whole:
        return
    other = {"industry", "name"} & (rest_ours | rest_theirs) or (rest_ours and rest_theirs)
    if all(is_common(token) for token in carriers):
        ceiling = NOT_CARRIED if other else LITTLE_EVIDENCE
        tally.limit("common word", ceiling, "many unrelated companies bear the words that agree", True)
    longest = max(sum(len(token.text) for token in found) for found in carrying)
    if longest <= 3 and all(token.key.isascii() for token in carriers):
        context = any(
            ours[pair.query[0]].cls in ("place", "industry") and pair.similarity > PART_OF for pair in pairs
        )
        if not context or longest == 1:
            ceiling = NOT_CARRIED if other else LITTLE_EVIDENCE
            tally.limit("acronym", ceiling, "three letters or fewer say little without context", True)


def _is_phrase(words: Weighing) -> bool:
    """Tell whether enough common words agree to be a name together, and little else stands beside them."""
    told = [pair for pair in words.pairs if words.query.tokens[pair.query[0]].cls not in ("form", "number")]
    return len(told) >= PHRASE_WORDS and words.share >= PHRASE_SHARE


def _carriers(pair: Pair, ours: Sequence[Token], theirs: Sequence[Token]) -> list[Token]:
    # The words that make a pair evidence of identity: distinctive on both sides, or joined to one that is.
    left = [ours[at] for at in pair.query if ours[at].cls == "name"]
    right = [theirs[at] for at in pair.candidate if theirs[at].cls == "name"]
    if len(pair.query) + len(pair.candidate) > 2:
        # The side that is written apart shows whether the words are common ones.
        return max(left, right, key=lambda side: (len(side), sum(len(token.text) for token in side)))
    return left if right else []


def _is_bare_brand(words: Weighing) -> bool:
    """Tell whether somebody asked for a single rare word that is a distinctive one of the candidate.

    Not the other way round: a list's one-word alias is no brand of every company whose name holds the word.
    """
    bare, full = words.query.tokens, words.candidate.tokens
    if len(bare) != 1 or bare[0].cls != "name" or is_common(bare[0]):
        return False
    letters = len(bare[0].text)
    names = [(at,) for at, token in enumerate(full) if token.cls == "name"]
    found = names if letters >= BRAND_LETTERS else names[:1] if letters >= LEADING_BRAND_LETTERS else []
    return any(pair.candidate in found and pair.kind == "same" for pair in words.pairs)


def _is_heard_brand(tally: Tally, words: Weighing) -> bool:
    """Tell whether the trade name in Han reads much as the one in letters, and neither place nor number speaks against it.

    What is left over is then most often the business in words that no lexicon holds.
    """
    if any(feature.name in ("place", "number") for feature in tally.features):
        return False
    ours, theirs = words.query.tokens, words.candidate.tokens
    # A Japanese trade name is more often a family's or a place's: one reading, many companies.
    if language(ours, theirs) == "japanese":
        return False
    for pair in words.pairs:
        written = (
            "".join(ours[at].shown for at in pair.query),
            "".join(theirs[at].shown for at in pair.candidate),
        )
        if written[0].isascii() == written[1].isascii() or not _carriers(pair, ours, theirs):
            continue
        letters = len(min(written, key=lambda text: not text.isascii()))
        alike = pair.kind in READ_ALIKE or (pair.kind == "sounds alike" and pair.similarity >= READ_NEARLY)
        if alike and letters >= HEARD_LETTERS:
            return True
    return False


def _is_short_name(left: Sequence[Token], right: Sequence[Token]) -> bool:
    """Tell whether one name has no legal form and its characters stand, in order, in the other, which has one.

    A Chinese exchange gives each company a short name of up to four characters taken from the registered one.
    """
    short, full = sorted((left, right), key=lambda tokens: any(_is_full_form(token) for token in tokens))
    if any(_is_full_form(token) for token in short) or not any(_is_full_form(token) for token in full):
        return False
    brief, whole = _characters(short), _characters(full)
    if not SHORT_NAME_CHARACTERS[0] <= len(brief) <= SHORT_NAME_CHARACTERS[1]:
        return False
    if len(brief) < 3 and not any(token.cls == "name" for token in short):
        return False
    at = -1
    for char in brief:
        at = whole.find(char, at + 1)
        if at < 0:
            return False
    return True


def _is_full_form(token: Token) -> bool:
    return token.cls == "form" and token.shown.endswith(("公司", "会社"))


def _characters(tokens: Sequence[Token]) -> str:
    # A Han compound of two meanings is one word; Latin letters mark shares and warnings (ST, KY, A).
    words: list[str] = []
    for token in tokens:
        if token.cls not in ("form", "structure") and (not words or token.shown != words[-1]):
            words.append(token.shown)
    return "".join(word for word in words if HAN.search(word))


def _related(left: set[str], right: set[str]) -> bool:
    """Tell whether two sets of legal forms may be one: written alike, in another script, or with "Co" left out."""
    if not all(text.isascii() for text in left | right):
        return True
    return bool({_form_core(text) for text in left} & {_form_core(text) for text in right})


def _form_core(text: str) -> str:
    for word, short in FORM_SHORT.items():
        text = text.replace(word, short)
    return text.removeprefix("co") or "co"


def _is_cut(left: str, left_normal: str, right: str, right_normal: str) -> bool:
    (text, shorter), (_, longer) = sorted(
        ((left, left_normal), (right, right_normal)), key=lambda side: len(side[1])
    )
    if len(shorter) < MIN_CUT or len(shorter) == len(longer) or not longer.startswith(shorter):
        return False
    return longer[len(shorter)] != " " or len(text) in FIELD_WIDTHS
