from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import NamedTuple

from normality import ascii_text
from rapidfuzz.distance import OSA
from rigour.names import extract_org_types
from rigour.text.normalize import Cleanup, Normalize

from matching.han import pinyin, segment
from matching.lexicon import JOINING, ROMAN, SHORT_FORMS, lexicon, number
from matching.scripts import HAN, UNSPACED, simplify

# Longer texts are not names (the longest on the lists of 2022 has 383 characters); they match nothing.
MAX_LENGTH = 512
MAX_TOKENS = 32
MIN_RESPELT = 6
FORM_WORDS = ("company", "limited", "corporation", "liability", "incorporated")
SHARE_LETTERS = frozenset("hn")  # "China Vanke Ltd H": shares listed in Hong Kong
RIGOUR_FLAGS = Normalize.CASEFOLD | Normalize.SQUASH_SPACES
APOSTROPHES = str.maketrans("", "", "'`´ʼʻ‘’ʹ")
# "H&M" and "AT&T" are one word, "Johnson & Johnson" is two.
AMPERSAND = re.compile(r"(?<!\w)(\w{1,2})&(\w{1,2})(?!\w)")
# "ADR/4 DL-00002", "SPONSORED ADS REP", "NON-VOTING DR P", "EO-,22", "EO -,30": the security, not the company.
SECURITY = re.compile(
    r"(?<=\w) (?:(?:un)?sponsored (?:adr|ads|gdr)|adr|gdr|nvdr|ads rep|non voting dr)\b.*$|(?<=\w) (?:eo|dl|dr)(?: \d+)+$"
)
# "Toho Co Ltd/Tokyo": vendors tell namesakes apart by their seat.
SEAT = re.compile(r"(?<=[a-z.])/[A-Za-z][A-Za-z ]+$")
CUT_WIDTH = 30  # from this length a stump at the end may be a legal form that a field was too narrow for
CUT_FORMS = (*FORM_WORDS, "sociedad", "sponsored", "representing", "class", "plc", "ltd", "inc", "nv", "co")
ASCII_BREAKS = re.compile(r"[^0-9a-z]+")
SPACED = {code: " " for code in range(128) if not chr(code).isalnum()}
# Without one of these words a name says nothing of the security.
SECURITY_WORDS = frozenset({"adr", "ads", "gdr", "nvdr", "dr", "eo", "dl"})


class Token(NamedTuple):
    """One word of a name: folded text, class, meaning (equal across languages) and the word as written."""

    text: str
    cls: str  # name, place, industry, generic, structure, number, form
    key: str
    shown: str


class Analysis(NamedTuple):
    """A name taken apart: its tokens in order and its folded text with nothing left out."""

    tokens: tuple[Token, ...]
    normal: str


def clean(text: str) -> str:
    """Fold width, case and punctuation; keep the script and its combining marks."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    text = text.casefold().translate(APOSTROPHES)
    if "&" in text:
        text = AMPERSAND.sub(r"\1\2", text).replace("&", " and ")
    if text.isascii():
        return " ".join(text.translate(SPACED).split())
    kept = (char if unicodedata.category(char)[0] in "LNM" else " " for char in text)
    return " ".join("".join(kept).split())


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """Write a word of any script in lower-case ASCII letters and digits (ICU transliteration)."""
    if word.isascii():
        return word
    # ICU writes syllable breaks into Hangul ("jung-gug"); they are no word breaks.
    return ASCII_BREAKS.sub("", (ascii_text(word) or "").casefold())


def analyse(text: str) -> Analysis:
    """Take a name apart into class-tagged tokens.

    A text of more than MAX_LENGTH characters, or one without letters and digits, gives no tokens. Legal forms: rigour
    and matching/data/forms.csv.
    """
    if len(text) > MAX_LENGTH:
        return Analysis((), "")
    cleaned = clean(SEAT.sub("", text) if "/" in text else text)
    if not cleaned:
        return Analysis((), "")
    if not cleaned.isascii() and UNSPACED.search(cleaned):
        cleaned = " ".join(UNSPACED.sub(lambda run: f" {run.group()} ", simplify(cleaned)).split())
    words = cleaned.split()
    if not SECURITY_WORDS.isdisjoint(words):
        words = SECURITY.sub("", cleaned).split()
    cleaned = " ".join([word if len(word) < MIN_RESPELT else _respell_form(word) for word in words])
    if len(text) >= CUT_WIDTH and " " in cleaned:
        head, stump = cleaned.rsplit(" ", 1)
        cleaned = head if len(stump) <= 2 and any(form.startswith(stump) for form in CUT_FORMS) else cleaned
    tokens: list[Token] = []
    pending: list[tuple[str, str]] = []
    for word, is_form in _flag(cleaned.split(), _form_spans(cleaned)):
        if not is_form and (word.isascii() or not UNSPACED.match(word)):
            if folded := word if word.isascii() else fold(word):
                pending.append((folded, word))
            continue
        tokens += _latin_tokens(pending)
        pending = []
        if is_form:
            tokens.append(Token(fold(word), "form", "form", word))
        else:
            tokens += _han_tokens(word)
    tokens += _latin_tokens(pending)
    tokens = _once(_numerals(tokens)[:MAX_TOKENS])
    if all(token.cls == "form" for token in tokens):
        return Analysis((), "")
    return Analysis(tuple(tokens), " ".join(token.text for token in tokens))


@lru_cache(maxsize=20_000)
def _respell_form(word: str) -> str:
    # A slip in "Company" would make the commonest word of all look like the rarest.
    if word in FORM_WORDS:
        return word
    return next((form for form in FORM_WORDS if OSA.distance(word, form, score_cutoff=1) == 1), word)


def _form_spans(cleaned: str) -> list[list[str]]:
    found = extract_org_types(cleaned, RIGOUR_FLAGS, Cleanup.Strong)
    return [matched.split() for matched, _ in found]


def _flag(words: list[str], spans: list[list[str]]) -> list[tuple[str, bool]]:
    # rigour returns the matched texts in order of appearance, not their positions.
    flagged: list[tuple[str, bool]] = []
    position = 0
    for span in spans:
        start = next(
            (at for at in range(position, len(words)) if words[at : at + len(span)] == span), len(words)
        )
        if start == len(words) or not _is_believable(words, start, span):
            continue
        flagged += [(word, False) for word in words[position:start]]
        flagged.append(("".join(span), True))
        position = start + len(span)
    return flagged + [(word, False) for word in words[position:]]


def _is_believable(words: list[str], start: int, span: list[str]) -> bool:
    if len(span) > 1 and all(len(word) == 1 for word in span):
        # "K.A.S." holds no "A.S.".
        around = words[max(0, start - 1) : start] + words[start + len(span) : start + len(span) + 1]
        return all(len(word) > 1 for word in around)
    return len(span) > 1 or len(span[0]) > 2 or span[0] in SHORT_FORMS or not span[0].isascii()


def _han_tokens(word: str) -> list[Token]:
    if (entry := lexicon().han.get(word)) and entry.cls == "form":
        return [Token(word, "form", "form", word)]
    tokens = []
    for part, found in segment(word):
        if found is None:
            text = "".join(pinyin(part)) if HAN.fullmatch(part) else fold(part)
            tokens.append(Token(text, "name", part, part))
        elif found.cls == "number":
            value = number(part) or part
            tokens.append(Token(value, "number", value, part))
        elif found.cls == "form":
            tokens.append(Token(part, "form", "form", part))
        else:
            tokens += [Token(key, found.cls, key, part) for key in found.keys]
    return tokens


def _latin_tokens(pairs: list[tuple[str, str]]) -> list[Token]:
    pairs = _join_letters(pairs)
    tables = lexicon()
    words = [word for word, _ in pairs]
    tokens = []
    at = 0
    while at < len(words):
        word, shown = pairs[at]
        if word == shown and (alone := _alone(word)):
            tokens.append(alone)
            at += 1
            continue
        length = 1
        entry = tables.latin.get(word)
        if (
            entry is None
            and (joined := tables.latin.get("".join(words[at : at + 2])))
            and joined.cls == "place"
        ):
            # "Dong Guan" is Dongguan.
            length, entry, shown = 2, joined, " ".join(shown for _, shown in pairs[at : at + 2])
        for phrase, phrase_entry in tables.phrases.get(word, ()):
            if tuple(words[at : at + len(phrase)]) == phrase:
                length, entry = len(phrase), phrase_entry
                shown = " ".join(words[at : at + length])
                break
        if (value := number(word)) is not None and length == 1:
            tokens.append(Token(value, "number", value, shown))
        elif entry is not None and entry.cls != "common":
            text = "".join(words[at : at + length])
            key = "form" if entry.cls == "form" else entry.keys[0]
            tokens.append(Token(text, entry.cls, key, shown))
        elif word not in JOINING:
            tokens.append(Token(word, "name", word, shown))
        at += length
    return tokens


@lru_cache(maxsize=100_000)
def _alone(word: str) -> Token | None:
    """Return the token of a word whose neighbours cannot change what it is; most words are such."""
    tables = lexicon()
    if word in tables.phrases or word in JOINING or word in _place_beginnings() or number(word) is not None:
        return None
    entry = tables.latin.get(word)
    if entry is None or entry.cls == "common":
        return Token(word, "name", word, word)
    return Token(word, entry.cls, "form" if entry.cls == "form" else entry.keys[0], word)


@cache
def _place_beginnings() -> frozenset[str]:
    places = (word for word, entry in lexicon().latin.items() if entry.cls == "place")
    return frozenset(word[:length] for word in places for length in range(1, len(word)))


def _join_letters(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    # "H.L.P." and "H L P" are "HLP"; a lone letter stays ("Plan B").
    if all(len(word) > 1 for word, _ in pairs):
        return pairs
    joined: list[tuple[str, str]] = []
    run: list[tuple[str, str]] = []
    for word, shown in [*pairs, ("", "")]:
        if len(word) == 1 and word.isalpha():
            run.append((word, shown))
            continue
        if len(run) > 1:
            joined.append(("".join(word for word, _ in run), "".join(shown for _, shown in run)))
        else:
            joined += run
        run = []
        if word:
            joined.append((word, shown))
    return joined


def _once(tokens: list[Token]) -> list[Token]:
    # "BANK SEPAH AND BANK SEPAH INTERNATIONAL": two words or more said twice count once.
    if len({token.text for token in tokens}) > len(tokens) - 2:
        return tokens
    for length in range(len(tokens) // 2, 1, -1):
        for start in range(len(tokens) - 2 * length + 1):
            run = [token.text for token in tokens[start : start + length]]
            for again in range(start + length, len(tokens) - length + 1):
                if run == [token.text for token in tokens[again : again + length]]:
                    return _once(tokens[:again] + tokens[again + length :])
    return tokens


def _numerals(tokens: list[Token]) -> list[Token]:
    # "Fund VII" and "Plan B" count; "VI" first, or a lone letter mid-name, is an ordinary word.
    last = max((at for at, token in enumerate(tokens) if token.cls != "form"), default=0)
    for at, token in enumerate(tokens):
        if at == 0 or token.cls != "name":
            continue
        value = ROMAN.get(token.text)
        if value and (at == last or len(token.text) > 1):
            tokens[at] = token._replace(text=str(value), cls="number", key=str(value))
        elif at == last and token.text in SHARE_LETTERS and tokens[at - 1].cls == "form":
            tokens[at] = token._replace(cls="form", key="form")
        elif len(token.text) == 1 and at == last:
            tokens[at] = token._replace(cls="number")
    return tokens
