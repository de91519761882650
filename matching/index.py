from __future__ import annotations

import gc
import gzip
import json
import math
import os
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import starmap
from pathlib import Path
from typing import Any

from matching.alignment import typo_similarity
from matching.keys import half_guesses, halves_of, may_be_misspelt, name_keys, respell
from matching.names import Analysis, Token, analyse
from matching.records import (
    VERSION,
    Hit,
    Query,
    Record,
    RecordName,
    schemas_match,
    unique_identifiers,
)
from matching.scoring import is_plain, score_names
from matching.weighing import always_rare, token_weight

FORMAT = "watchlink-matching"
MAX_SCORED = 120  # candidates that get the full score
MAX_POSTINGS = 20_000  # entries read per query, rare keys first
MIN_SHARE = 0.3  # of the query's and the name's weight, before the full score
# Rarity is measured against a world of names, so that a list of three parties has rare words too.
WORLD = 50_000


class IndexFormatError(ValueError):
    """Say that a file is no index of this matcher version."""


class Index:
    """Find the records whose names are near a query's; read-only once built. See Index.build and Index.open."""

    def __init__(
        self, records: list[Record], names: list[tuple[int, int, Analysis | str]], tables: dict[str, Any]
    ):
        self._records = records
        self._names = names  # (record, which of its names, analysis or its saved form)
        self._postings: dict[str, list[int]] = tables["postings"]
        self._sizes: list[float] = tables["sizes"]
        self._counts: dict[str, int] = tables["counts"]
        self._meant: list[str] = tables["meant"]  # words and whole names a query may have misspelt
        self._halves: dict[str, list[str]] = defaultdict(list)
        for word in self._meant:
            for half in halves_of(word):
                self._halves[half].append(word)
        self._identifiers: dict[tuple[str, str], list[int]] = defaultdict(list)
        for number, record in enumerate(records):
            for identifier in unique_identifiers(record.identifiers):
                self._identifiers[identifier].append(number)
        self._first = {
            number: at for at, (number, which, _) in reversed(list(enumerate(names))) if which == 0
        }
        self._rarity = lru_cache(maxsize=200_000)(self._measure_rarity)

    def __len__(self) -> int:
        return len(self._records)

    @classmethod
    def build(cls, records: Iterable[Record]) -> Index:
        """Analyse every name of the records; the same records in the same order give the same index."""
        kept = list(records)
        names: list[tuple[int, int, Analysis | str]] = []
        sizes: list[float] = []
        postings: dict[str, list[int]] = defaultdict(list)
        counts: dict[str, int] = defaultdict(int)
        meant: set[str] = set()
        for number, record in enumerate(kept):
            plain = is_plain(record.schema)
            words: set[str] = set()
            for which, name in enumerate(record.names):
                analysis = analyse(name.text, plain)
                for key in name_keys(analysis):
                    postings[key].append(len(names))
                distinctive = [token.text for token in analysis.tokens if token.cls == "name"]
                words.update(distinctive)
                meant.update(key for key in (*distinctive, "".join(distinctive)) if may_be_misspelt(key))
                sizes.append(round(sum(token_weight(token, always_rare) for token in analysis.tokens), 3))
                names.append((number, which, analysis))
            for word in words:
                counts[word] += 1
        tables = {"postings": dict(postings), "sizes": sizes, "counts": dict(counts), "meant": sorted(meant)}
        return cls(kept, names, tables)

    def save(self, path: str | Path) -> None:
        """Write the index as one gzipped file of JSON lines; the file appears whole or not at all."""
        path = Path(path)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            # No file name and no time in the gzip header: equal indexes are equal files.
            with os.fdopen(handle, "wb") as raw, gzip.GzipFile("", "wb", 1, raw, mtime=0) as lines:
                for block in self._blocks():
                    lines.write(json.dumps(block, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise

    def _blocks(self) -> Iterator[Any]:
        yield {"format": FORMAT, "version": VERSION, "records": len(self._records), "names": len(self._names)}
        yield [
            [r.id, r.schema, [[n.text, n.kind] for n in r.names], r.countries, r.identifiers]
            for r in self._records
        ]
        yield [
            [number, which, found if isinstance(found, str) else _pack(found)]
            for number, which, found in self._names
        ]
        yield {
            "postings": self._postings,
            "sizes": self._sizes,
            "counts": self._counts,
            "meant": self._meant,
        }

    @classmethod
    def open(cls, path: str | Path) -> Index:
        """Read a saved index without analysing its names again.

        Raises IndexFormatError for a file that is none, or one written by another matcher version.
        """
        # Loading makes a million objects, none of them garbage; the collector would look at each many times over.
        collecting = gc.isenabled()
        gc.disable()
        try:
            with gzip.open(path, "rb") as lines:
                header = json.loads(lines.readline() or b"{}")
                found = header.get("version") if header.get("format") == FORMAT else None
                if found is None:
                    raise IndexFormatError(f"{path} is not a matching index.")
                if found != VERSION:
                    raise IndexFormatError(
                        f"{path} was written by matcher {found}, this is matcher {VERSION}: build the index again."
                    )
                rows, names, tables = (json.loads(lines.readline()) for _ in range(3))
            records = [
                Record(
                    id_,
                    schema,
                    tuple(starmap(RecordName, names_)),
                    tuple(countries),
                    tuple(map(tuple, identifiers)),
                )
                for id_, schema, names_, countries, identifiers in rows
            ]
            return cls(records, [tuple(name) for name in names], tables)
        except (
            gzip.BadGzipFile,
            EOFError,
            UnicodeDecodeError,
            AttributeError,
            json.JSONDecodeError,
        ) as error:
            raise IndexFormatError(f"{path} is not a matching index, or is cut short.") from error
        finally:
            if collecting:
                gc.enable()

    def match(
        self,
        name: str,
        country: str | None = None,
        schema: str = "Company",
        identifiers: Iterable[tuple[str, str]] = (),
        limit: int = 10,
        threshold: float = 0.7,
        accept: Callable[[str], bool] | None = None,
    ) -> list[Hit]:
        """Return the records nearest to a name, best first, at most `limit` with a score of at least `threshold`.

        accept is asked with record ids before anything is scored.
        """
        query = Query(name, country, schema, tuple(identifiers))
        return self._match(query, limit, threshold, accept)

    def match_many(
        self,
        queries: Iterable[Query],
        limit: int = 10,
        threshold: float = 0.7,
        accept: Callable[[str], bool] | None = None,
    ) -> Iterator[list[Hit]]:
        """Answer queries one by one, in order."""
        for query in queries:
            yield self._match(query, limit, threshold, accept)

    def _match(
        self, query: Query, limit: int, threshold: float, accept: Callable[[str], bool] | None
    ) -> list[Hit]:
        identifiers = unique_identifiers(query.identifiers)
        best: dict[int, Hit] = {}
        for text in dict.fromkeys((query.name, *query.names)):
            analysis = analyse(text, is_plain(query.schema))
            wanted = self._candidates(analysis, query.schema, accept) if analysis.tokens else []
            identified = [
                self._first[number]
                for identifier in sorted(identifiers)
                for number in self._identifiers.get(identifier, ())
                if number in self._first and self._wanted(number, query.schema, accept)
            ]
            for at in dict.fromkeys(wanted + identified):
                hit = self._score(at, text, analysis, query, identifiers)
                number = self._names[at][0]
                # Strictly better only: the first of a record's equal names wins.
                if hit.score >= threshold and (number not in best or hit.score > best[number].score):
                    best[number] = hit
        return sorted(best.values(), key=lambda hit: (-hit.score, hit.id))[:limit]

    def _wanted(self, number: int, schema: str, accept: Callable[[str], bool] | None) -> bool:
        record = self._records[number]
        return schemas_match(schema, record.schema) and (accept is None or accept(record.id))

    def _score(
        self, at: int, text: str, analysis: Analysis, query: Query, identifiers: frozenset[tuple[str, str]]
    ) -> Hit:
        number, which, found = self._names[at]
        if isinstance(found, str):
            found = _unpack(found)
            self._names[at] = (number, which, found)
        record = self._records[number]
        explanation = score_names(
            text,
            analysis,
            record.names[which],
            found,
            self._rarity,
            query.country,
            record.countries,
            identifiers,
            unique_identifiers(record.identifiers) if identifiers else frozenset(),
        )
        return Hit(record.id, explanation.score, record.names[which], explanation)

    def _measure_rarity(self, word: str) -> float:
        world = WORLD + len(self._records)
        return 1 - math.log(max(1, self._counts.get(word, 0))) / math.log(world)

    def _candidates(self, analysis: Analysis, schema: str, accept: Callable[[str], bool] | None) -> list[int]:
        keys = self._query_keys(analysis)
        query_size = sum(token_weight(token, always_rare) for token in analysis.tokens)
        shares: dict[int, float] = defaultdict(float)
        read = 0
        for key in sorted(keys, key=lambda key: (len(self._postings[key]), key)):
            found = self._postings[key]
            read += len(found)
            if read > MAX_POSTINGS and shares:
                break
            for at in found:
                shares[at] += keys[key]
        ranked = sorted(
            (-2 * min(shared, query_size, self._sizes[at]) / (query_size + self._sizes[at]), at)
            for at, shared in shares.items()
        )
        wanted: list[int] = []
        for share, at in ranked:
            if -share < MIN_SHARE or len(wanted) >= MAX_SCORED:
                break
            if self._wanted(self._names[at][0], schema, accept):
                wanted.append(at)
        return wanted

    def _query_keys(self, analysis: Analysis) -> dict[str, float]:
        keys: dict[str, float] = {}
        wanted = name_keys(analysis)
        if respelt := respell(analysis.tokens):
            wanted = name_keys(Analysis(respelt, "")) | wanted
        for key, weight in wanted.items():
            if key in self._postings:
                keys[key] = max(weight, keys.get(key, 0.0))
            if may_be_misspelt(key):
                for meant in self._neighbours(key):
                    keys[meant] = max(weight * 0.85, keys.get(meant, 0.0))
        return keys

    def _neighbours(self, word: str) -> list[str]:
        near = {meant for half in half_guesses(word) for meant in self._halves.get(half, ())}
        return sorted(
            meant
            for meant in near
            if meant != word and meant in self._postings and typo_similarity(word, meant)
        )


def _pack(analysis: Analysis) -> str:
    tokens = ("\t".join(token) for token in analysis.tokens)
    return "\n".join([analysis.normal, *tokens])


@lru_cache(maxsize=10_000)
def _unpack(packed: str) -> Analysis:
    normal, *tokens = packed.split("\n")
    return Analysis(tuple(Token(*token.split("\t")) for token in tokens), normal)
