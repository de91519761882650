from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz.distance import OSA

from matching.han import pinyin, reads_as_pinyin
from matching.lexicon import contains_place
from matching.names import Token
from matching.scripts import HAN, KANA, UNSPACED
from matching.sounding import sounds_like, starts_alike

# How alike two words count as, by how they agree. Typos and readings are computed below.
SAME_MEANING = 0.95  # technology ~ technologies ~ 科技
PART_OF = 0.5  # Hangzhou ~ Zhejiang
JOINED = 0.98  # Hik Vision ~ Hikvision
READING = 0.96  # 海康威视 ~ Haikangweishi
SAME_SOUND = 0.6  # 金山 ~ 晋山: other characters, the same pinyin
MIN_TYPO_LENGTH = 5
MIN_SWAP_LENGTH = 4  # Bakn, Bank
SHORT_WORD = 6  # up to here another letter is often another word (Panda, Padda); swapped letters are not
SHORT_EDIT = 1.4
OTHER_SYLLABLE = 0.12  # Changtai, Chengtai: both are pinyin
LONG_WORD = 10  # from here two edits are one typo
FIRST_CHARACTERS = 0.92  # 鑫磊压缩机 ~ Xinlei
HEARD_VAGUELY = "sounds vaguely alike"
READ_IN_PART = "same reading of the first characters"
SAME_SOUND_KANA = 0.99
WHOLE_SOUND = 0.80  # whole names in two scripts that sound as alike as this are read as one
VAGUE_SOUND = 0.45
PART_SOUND_MANDARIN = 0.75
PART_SOUND = 0.62  # the same of what is left of them
SOUND_LOSS = 0.4  # how much of what does not sound alike counts
READING_LOSS = 0.2
MAX_HEARD = 4  # words that are heard as one
JAPANESE_FORMS = ("株式会社", "有限会社", "合同会社")
CHINESE_FORMS = ("有限公司", "责任公司")
MAX_JOIN = 6
CLASSES_WITH_MEANING = ("place", "industry", "generic", "structure")


class Pair(NamedTuple):
    """Positions of query and candidate words that agree, how, and how closely (0..1)."""

    query: tuple[int, ...]
    candidate: tuple[int, ...]
    kind: str
    similarity: float


def typo_similarity(left: str, right: str) -> float:
    """Return how alike two words are if one is a likely misspelling of the other, else 0.

    One edit (a swap of neighbours is one) from 5 letters, two from 10; a different first letter counts as a second
    edit, and a change inside words that both read as pinyin as more than a slip.
    """
    longest = max(len(left), len(right))
    swapped = sorted(left) == sorted(right)
    if min(len(left), len(right)) < (MIN_SWAP_LENGTH if swapped else MIN_TYPO_LENGTH):
        return 0.0
    allowed = 2 if longest >= LONG_WORD else 1
    distance: float = OSA.distance(left, right, score_cutoff=allowed)
    if distance > allowed:
        return 0.0
    if longest <= SHORT_WORD and not swapped:
        distance *= SHORT_EDIT
    if left[0] != right[0] and left[1:2] != right[:1]:
        distance += 1
        if distance > 2:
            return 0.0
    similarity = 1 - distance / longest
    return similarity - OTHER_SYLLABLE if reads_as_pinyin(left) and reads_as_pinyin(right) else similarity


def _is_han(token: Token) -> bool:
    return token.cls == "name" and not token.key.isascii()


def _same_text(left: Token, right: Token) -> tuple[str, float] | None:
    if left.text != right.text:
        return None
    if (left.cls == "number") != (right.cls == "number"):
        return None
    if left.key == right.key:
        return ("same" if left.shown == right.shown or not _is_han(left) else "same word"), 1.0
    if _is_han(left) and _is_han(right):
        return "same sound, other characters", SAME_SOUND
    if _is_han(left) or _is_han(right):
        return "same reading", READING
    return "same", 1.0


def _same_key(left: Token, right: Token) -> tuple[str, float] | None:
    if left.cls != right.cls or left.key != right.key or left.cls not in CLASSES_WITH_MEANING:
        return None
    translated = left.shown.isascii() != right.shown.isascii()
    return ("translation" if translated else "same meaning"), (1.0 if left.cls == "place" else SAME_MEANING)


def _contained(left: Token, right: Token) -> tuple[str, float] | None:
    if left.cls == right.cls == "place" and (
        contains_place(left.key, right.key) or contains_place(right.key, left.key)
    ):
        return "place within place", PART_OF
    return None


def _misspelt(left: Token, right: Token) -> tuple[str, float] | None:
    names = (left.cls == "name") + (right.cls == "name")
    if names == 0 or "number" in (left.cls, right.cls) or "form" in (left.cls, right.cls):
        return None
    if _is_han(left) and _is_han(right):
        return _similar_han(left.key, right.key)
    similarity = typo_similarity(left.text, right.text)
    if not similarity:
        return None
    return "one or two letters differ", similarity


def _similar_han(left: str, right: str) -> tuple[str, float] | None:
    shorter, longer = sorted((left, right), key=len)
    if len(shorter) >= 3 and shorter in longer and len(longer) - len(shorter) <= 2:
        return "shortened", len(shorter) / len(longer)
    if len(shorter) >= 4 and OSA.distance(left, right) == 1:
        return "one character differs", 1 - 1 / len(longer)
    return None


def align(query: Sequence[Token], candidate: Sequence[Token]) -> list[Pair]:
    """Pair the words of two names: equal first, then equal in meaning, joined or split, misspelt, alike in sound."""
    left, right = list(range(len(query))), list(range(len(candidate)))
    pairs: list[Pair] = []
    kana = _is_kana(query) + _is_kana(candidate)
    crossing = _is_unspaced(query) != _is_unspaced(candidate) or kana > 0
    if crossing and (whole := _sound_whole(query, candidate, SAME_SOUND_KANA if kana == 2 else WHOLE_SOUND)):
        return [whole]
    crossing = crossing and kana < 2
    for rule in (_same_text, _same_key):
        for q in left[:]:
            for c in right:
                if found := rule(query[q], candidate[c]):
                    pairs.append(Pair((q,), (c,), *found))
                    left.remove(q)
                    right.remove(c)
                    break
    if left and right:
        pairs += _join(query, candidate, left, right)
    for rule in (_misspelt, _contained):
        found_pairs = (
            (found[1], q, c, found[0])
            for q in left
            for c in right
            if (found := rule(query[q], candidate[c])) is not None
        )
        for similarity, q, c, kind in sorted(found_pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
            if q in left and c in right:
                pairs.append(Pair((q,), (c,), kind, similarity))
                left.remove(q)
                right.remove(c)
    while crossing and left and right and (part := _sound_part(query, candidate, left, right)):
        pairs.append(part)
        left = [at for at in left if at not in part.query]
        right = [at for at in right if at not in part.candidate]
    return sorted(pairs)


def _is_unspaced(tokens: Sequence[Token]) -> bool:
    return any(
        token.cls != "form" and not token.shown.isascii() and UNSPACED.search(token.shown) for token in tokens
    )


def _is_kana(tokens: Sequence[Token]) -> bool:
    return all(token.cls == "form" or KANA.fullmatch(token.shown) for token in tokens)


def _heard(query: Sequence[Token], candidate: Sequence[Token], q: Sequence[int], c: Sequence[int]) -> float:
    ours, theirs = (_shown(query, q), query), (_shown(candidate, c), candidate)
    # Han has many readings and Latin letters have names; kana and Hangul are what is heard.
    if _readings_of(theirs[0]) > _readings_of(ours[0]):
        ours, theirs = theirs, ours
    spoken = language(query, candidate)
    return sounds_like(ours[0], theirs[0], spoken != "japanese", spoken != "chinese")


def _readings_of(text: str) -> int:
    return 2 * bool(HAN.search(text)) + any("a" <= char <= "z" for char in text)


def language(query: Sequence[Token], candidate: Sequence[Token]) -> str:
    """Tell whether two names are read as Japanese or Chinese, by kana and legal form; empty if either may be."""
    whole = "".join(token.shown for token in (*query, *candidate))
    if KANA.search(whole) or any(mark in whole for mark in JAPANESE_FORMS):
        return "japanese"
    return "chinese" if any(mark in whole for mark in CHINESE_FORMS) else ""


def _shown(tokens: Sequence[Token], positions: Sequence[int]) -> str:
    # A Han compound of two meanings is one word.
    words: list[str] = []
    for at in positions:
        if not words or tokens[at].shown != words[-1] or tokens[at].shown.isascii():
            words.append(tokens[at].shown)
    return " ".join(words)


def _sound_whole(query: Sequence[Token], candidate: Sequence[Token], least: float) -> Pair | None:
    q = tuple(at for at, token in enumerate(query) if token.cls != "form")
    c = tuple(at for at, token in enumerate(candidate) if token.cls != "form")
    if not q or not c or (similarity := _heard(query, candidate, q, c)) < least:
        return None
    # Long words that both have (フィナンシャルグループ) must not drown the difference of the others.
    shared = {query[at].key for at in q} & {candidate[at].key for at in c}
    told = [
        sum(len(tokens[at].text) for at in span if tokens[at].key not in shared)
        / sum(len(tokens[at].text) for at in span)
        for tokens, span in ((query, q), (candidate, c))
    ]
    similarity = 1 - (1 - similarity) / max(0.1, min(told))
    # A register's kana are the reading of that very name; English only resembles it.
    loss = READING_LOSS if _is_unspaced(query) and _is_unspaced(candidate) else SOUND_LOSS
    return Pair(q, c, "sounds alike", 1 - loss * (1 - similarity)) if similarity >= least else None


def _sound_part(
    query: Sequence[Token], candidate: Sequence[Token], left: list[int], right: list[int]
) -> Pair | None:
    best: tuple[float, Pair] | None = None
    # Mandarin has few syllables: among them, only names of all the same ones are alike, and a place is no part of them.
    mandarin = language(query, candidate) != "japanese" and any(
        HAN.search(t.shown) for t in (*query, *candidate)
    )
    least = PART_SOUND_MANDARIN if mandarin else PART_SOUND
    for q in _spans(query, left, mandarin):
        for c in _spans(candidate, right, mandarin):
            if _is_unspaced([query[at] for at in q]) == _is_unspaced([candidate[at] for at in c]) and not (
                _is_kana([query[at] for at in q]) or _is_kana([candidate[at] for at in c])
            ):
                continue
            similarity = _heard(query, candidate, q, c)
            if similarity >= least and (best is None or similarity * len(q + c) > best[0]):
                pair = Pair(q, c, "sounds alike", 1 - SOUND_LOSS * (1 - similarity))
                best = similarity * len(q + c), pair
    if best is None and mandarin:
        return _sound_vaguely(query, candidate, left, right)
    return best[1] if best else None


def _sound_vaguely(
    query: Sequence[Token], candidate: Sequence[Token], left: list[int], right: list[int]
) -> Pair | None:
    # Brands made for export keep the first sound and little else: 康佳 Konka, 丽珠 Livzon.
    q = tuple(at for at in left if query[at].cls == "name")
    c = tuple(at for at in right if candidate[at].cls == "name")
    if not q or not c or _is_unspaced([query[at] for at in q]) == _is_unspaced([candidate[at] for at in c]):
        return None
    written, heard = _shown(query, q), _shown(candidate, c)
    if HAN.search(heard):
        written, heard = heard, written
    if len(written) < 2 or not starts_alike(written, heard):
        return None
    similarity = sounds_like(written, heard, True, False)
    if similarity < VAGUE_SOUND:
        return None
    return Pair(q, c, HEARD_VAGUELY, 1 - SOUND_LOSS * (1 - similarity))


def _spans(tokens: Sequence[Token], free: list[int], placeless: bool) -> list[tuple[int, ...]]:
    spans = []
    for start, first in enumerate(free):
        for end in range(start + 1, min(start + MAX_HEARD, len(free)) + 1):
            span = tuple(free[start:end])
            if span[-1] - first != len(span) - 1:
                break
            if placeless and any(tokens[at].cls == "place" for at in span):
                break
            if placeless and any(tokens[at].cls == "place" for at in span):
                break
            if all(tokens[at].cls != "form" for at in span) and any(tokens[at].cls == "name" for at in span):
                spans.append(span)
    return spans


def _windows(tokens: Sequence[Token], free: list[int]) -> dict[str, tuple[int, ...]]:
    windows: dict[str, tuple[int, ...]] = {}
    for start in range(len(free)):
        text = tokens[free[start]].text
        run = [free[start]]
        windows.setdefault(text, tuple(run))
        for position in free[start + 1 : start + MAX_JOIN]:
            if position != run[-1] + 1:
                break
            run.append(position)
            text += tokens[position].text
            windows.setdefault(text, tuple(run))
    return windows


def _join(
    query: Sequence[Token], candidate: Sequence[Token], left: list[int], right: list[int]
) -> list[Pair]:
    pairs = []
    ours, theirs = _windows(query, left), _windows(candidate, right)
    shared = sorted((text for text in ours if text in theirs), key=lambda text: (-len(text), text))
    for text in shared:
        q, c = ours[text], theirs[text]
        if len(q) == len(c) == 1 or len(text) < 4 or not (set(q) <= set(left) and set(c) <= set(right)):
            continue
        if all(query[at].cls == "form" for at in q) or all(candidate[at].cls == "form" for at in c):
            continue
        reading = any(_is_han(query[at]) for at in q) or any(_is_han(candidate[at]) for at in c)
        pairs.append(
            Pair(q, c, "same reading" if reading else "written together", READING if reading else JOINED)
        )
        left[:] = [at for at in left if at not in q]
        right[:] = [at for at in right if at not in c]
    _read_first_characters(query, left, theirs, right, pairs, False)
    _read_first_characters(candidate, right, ours, left, pairs, True)
    # A slip in a name that is also split otherwise: the distinctive words left over, without spaces.
    q_names = tuple(at for at in left if query[at].cls == "name")
    c_names = tuple(at for at in right if candidate[at].cls == "name")
    if q_names and c_names and len(q_names) != len(c_names):
        joined = ("".join(query[at].text for at in q_names), "".join(candidate[at].text for at in c_names))
        near = min(map(len, joined)) >= 7 and OSA.distance(*joined, score_cutoff=1) <= 1
        similarity = typo_similarity(*joined) if near else 0.0
        if similarity:
            pairs.append(Pair(q_names, c_names, "nearly the same, written together", similarity * JOINED))
            left[:] = [at for at in left if at not in q_names]
            right[:] = [at for at in right if at not in c_names]
    return pairs


def _read_first_characters(
    tokens: Sequence[Token],
    free: list[int],
    windows: dict[str, tuple[int, ...]],
    other: list[int],
    pairs: list[Pair],
    swapped: bool,
) -> None:
    # What follows the trade name is often an industry word no lexicon holds: 鑫磊|压缩机.
    for at in free[:]:
        if not _is_han(tokens[at]):
            continue
        syllables = pinyin(tokens[at].key)
        for length in range(len(syllables) - 1, 1, -1):
            run = windows.get("".join(syllables[:length]))
            if run and set(run) <= set(other):
                q, c = (run, (at,)) if swapped else ((at,), run)
                pairs.append(Pair(q, c, READ_IN_PART, FIRST_CHARACTERS))
                free.remove(at)
                other[:] = [position for position in other if position not in run]
                break
