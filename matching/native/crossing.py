"""What tells a native name and an English one apart or together, in numbers."""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz.distance import Indel

from matching.lexicon import contains_place
from matching.native.readings import japanese, mandarin
from matching.native.spans import MEANT, READ, SPELT, English, Native, Span, cover, left_over
from matching.scripts import HANGUL
from matching.sounding import VOWELS, sound, sounds_like, starts_alike

# What a character counts by the class of its word.
COUNTS = {"name": 1.0, "number": 1.0, "industry": 0.6, "generic": 0.4, "structure": 0.3, "place": 0.4}
# Name of each feature and the heading under which an explanation counts it.
FEATURES = (
    ("characters told", "words that agree"),
    ("words told", "words that agree"),
    ("trade name told", "words that agree"),
    ("distinctive words told", "words that agree"),
    ("weight of words read", "words that agree"),
    ("weight of words translated", "words that agree"),
    ("rarest word read", "words that agree"),
    ("letters read", "words that agree"),
    ("characters read", "words that agree"),
    ("trade name begins alike", "words that agree"),
    ("longest run untold", "words left over"),
    ("characters untold", "words left over"),
    ("distinctive words untold", "words left over"),
    ("rarest word untold", "words left over"),
    ("other words untold", "words left over"),
    ("sound of what is left", "sound"),
    ("consonants of what is left", "sound"),
    ("what is left begins alike", "sound"),
    ("sound of the whole", "sound"),
    ("consonants of the whole", "sound"),
    ("initials", "sound"),
    ("initials of the words", "sound"),
    ("place", "place"),
    ("place agrees", "place"),
    ("number", "number"),
    ("business", "business"),
    ("business agrees", "business"),
    ("Japanese", "script"),
    ("Chinese", "script"),
    ("Korean", "script"),
    ("characters", "length"),
    ("trade name's characters", "length"),
    ("words", "length"),
    ("letters of distinctive words", "length"),
    ("legal form of the native name", "legal form"),
    ("legal form of the English name", "legal form"),
)


@lru_cache(maxsize=20_000)
def reading(native: str, written: str, spoken: str) -> str:
    """Return one whole reading of a native text: Japanese, Korean or Mandarin."""
    if HANGUL.search(native):
        return sound(native)
    if spoken == "ja":
        return "".join(word for _, word in japanese(written))
    return "".join(mandarin(native)) or sound(native)


_HEARD = (
    ("ce", "se"),
    ("ci", "si"),
    ("cy", "si"),
    ("x", "ks"),
    ("qu", "k"),
    ("th", "s"),
    ("sh", "s"),
    ("ch", "t"),
    ("ts", "t"),
)
_ALIKE = str.maketrans("cqgzjdvfwbl", "kkksstppppr")


@lru_cache(maxsize=20_000)
def consonants(letters: str) -> str:
    """Return what is heard through every spelling: the consonants, alike ones as one."""
    for written, heard in _HEARD:
        letters = letters.replace(written, heard)
    return "".join(char for char in letters.translate(_ALIKE) if char not in VOWELS and char != "h")


@lru_cache(maxsize=20_000)
def _first_sounds(written: str) -> str:
    # The first letters of a Japanese name's words: NSK of Nippon Seiko.
    return "".join(heard[:1] for _, heard in japanese(written))


def _alike(left: str, right: str) -> float:
    return float(Indel.normalized_similarity(left, right)) if left and right else 0.0


def measure(native: Native, english: English) -> tuple[tuple[float, ...], list[Span]]:
    """Return the features of a native and an English name, in the order of FEATURES, and the spans that agree."""
    spans = cover(native, english)
    held = {at: span for span in spans for at in range(span.start, span.end)}
    told = {at: span for span in spans for at in range(span.first, span.last)}
    weights = [COUNTS.get(cls, 0.0) for cls in native.classes]
    names = [at for at, cls in enumerate(native.classes) if cls == "name"]
    distinctive = [at for at, cls in enumerate(english.classes) if cls == "name"]
    characters, words = left_over(native, english, spans)
    rest = "".join(english.words[at] for at in words)
    read = [span for span in spans if span.kind in (READ, "same")]
    meant = [span for span in spans if span.kind == MEANT]

    def mass(found: list[Span]) -> float:
        return sum(english.weights[at] * span.sure for span in found for at in range(span.first, span.last))

    whole = "".join(english.words)
    spoken = reading(native.characters, native.written, native.language)
    left = reading(characters, _written(native, characters), native.language) if characters else ""
    trade = [at for at in names if at in held]
    places = _places(native, english, held, told)
    industries = [key for _, _, cls, key in native.keys if cls == "industry"]
    asked = [key for key, cls in zip(english.keys, english.classes, strict=True) if cls == "industry"]
    values = (
        _share([(weights[at], at in held) for at in range(len(weights))]),
        _share([(english.weights[at], at in told) for at in range(len(english.words))]),
        _share([(1.0, at in held) for at in names]),
        _share([(english.weights[at], at in told) for at in distinctive]),
        mass(read),
        mass(meant),
        max(
            (english.weights[at] * span.sure for span in read for at in range(span.first, span.last)),
            default=0.0,
        ),
        float(sum(len(english.words[at]) for span in read for at in range(span.first, span.last))),
        float(sum(span.end - span.start for span in read)),
        float(bool(names) and names[0] in held and bool(trade)),
        float(_longest([at not in held for at in names])),
        float(len(characters)),
        float(len(words)),
        max((english.weights[at] for at in words), default=0.0),
        float(sum(at not in told for at in range(len(english.words))) - len(words)),
        _heard(characters, rest, native.language),
        _alike(consonants(left), consonants(sound(rest))),
        float(bool(characters) and bool(rest) and starts_alike(characters, rest)),
        _heard(native.characters, whole, native.language),
        _alike(consonants(sound(spoken)), consonants(sound(whole))),
        float(max((len(english.words[span.first]) for span in spans if span.kind == SPELT), default=0)),
        float(max((_initialled(native, english.words[at]) for at in words), default=0)),
        places[0],
        places[1],
        float(bool(native.numbers or english.numbers) and native.numbers != english.numbers),
        float(bool(industries) and bool(asked) and not set(industries) & set(asked)),
        float(len(set(industries) & set(asked))),
        float(native.language == "ja"),
        float(native.language == "zh"),
        float(native.language == "ko"),
        float(len(native.characters)),
        float(len(names)),
        float(len(english.words)),
        float(sum(len(english.words[at]) for at in distinctive)),
        float(bool(native.form)),
        float(bool(english.form)),
    )
    return values, spans


def _share(parts: list[tuple[float, bool]]) -> float:
    total = sum(weight for weight, _ in parts)
    return sum(weight for weight, told in parts if told) / total if total else 1.0


def _initialled(native: Native, word: str) -> int:
    if native.language == "zh" or not 2 <= len(word) <= 5:
        return 0
    first = _first_sounds(native.written)
    return (
        len(word)
        if first.startswith(word) or first.startswith(word.removesuffix("k")) and len(word) > 2
        else 0
    )


def _longest(untold: list[bool]) -> int:
    longest = run = 0
    for one in untold:
        run = run + 1 if one else 0
        longest = max(longest, run)
    return longest


def _written(native: Native, characters: str) -> str:
    originals = dict(zip(native.characters, native.written, strict=True))
    return "".join(originals.get(char, char) for char in characters)


def _heard(characters: str, letters: str, spoken: str) -> float:
    # Both empty: nothing is left that could sound otherwise.
    if not characters or not letters:
        return 1.0 if not characters and not letters else 0.0
    return sounds_like(characters, letters, spoken != "ja", spoken != "zh")


def _places(
    native: Native, english: English, held: dict[int, Span], told: dict[int, Span]
) -> tuple[float, float]:
    ours = {key: at in held for at, _, cls, key in native.keys if cls == "place"}
    theirs = {
        key: at in told
        for at, (key, cls) in enumerate(zip(english.keys, english.classes, strict=True))
        if cls == "place"
    }
    agree = any(contains_place(one, other) or contains_place(other, one) for one in ours for other in theirs)
    alone = [[key for key, paired in side.items() if not paired] for side in (ours, theirs)]
    near = any(
        contains_place(one, other) or contains_place(other, one) for one in alone[0] for other in alone[1]
    )
    return float(bool(alone[0]) and bool(alone[1]) and not near), float(agree)
