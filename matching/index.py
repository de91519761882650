from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, starmap
from pathlib import Path
from threading import local
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching import crafts, latin
from matching.encoding import Encoded, encode, hash_text
from matching.evidence import KIND, is_told, needed, steps
from matching.identifiers import unique_identifiers
from matching.names import Analysis, analyse
from matching.native.scoring import is_read
from matching.persons import reading
from matching.persons import scoring as persons
from matching.records import PERSONS, VERSION, Hit, Query, Record, RecordName, schemas_match
from matching.retrieval import storage
from matching.retrieval.building import Terms, build, frozen
from matching.retrieval.searching import Room, room, search
from matching.retrieval.storage import IndexFormatError
from matching.retrieval.terms import cut
from matching.retrieval.texts import lookup_text
from matching.scoring import DECIMALS, Family, explain, family, is_unspaced, score_words
from matching.scripts import UNSPACED

__all__ = ["Index", "IndexFormatError", "Matches"]

DEFAULT_THRESHOLD = 0.8  # bench/alerts.py: two alerts in 1,000 clean companies
CHUNK = 4_000  # queries answered at once
LIKELY = 0.2  # names scored below this are no match whatever else agrees but an identifier
KINDS = ("primary", *KIND)
LATIN, NATIVE = 1, 2  # scripts a record has names in, a mask
Accept = Callable[[str], bool]


class Matches(NamedTuple):
    """Matches as arrays, best first within a query: positions of query, record and the record's name, and the score (0..1)."""

    query: NDArray[np.int64]
    record: NDArray[np.int64]
    name: NDArray[np.int64]
    score: NDArray[np.float64]


class Index:
    """Find the records whose names are near a query's; read-only once built. See Index.build and Index.open.

    All of it is arrays: the terms that names are looked up by, the names taken apart, and the records as JSON, read when one is hit.
    """

    def __init__(self, arrays: dict[str, NDArray[Any]]):
        self._arrays = arrays
        self._terms = Terms(**{field: arrays[f"terms.{field}"] for field in Terms._fields})
        self._encoded = Encoded.of({field: arrays[f"words.{field}"] for field in Encoded._fields})
        self._owner, self._which = arrays["owner"], arrays["which"]
        self._latin, self._kind, self._schema = arrays["latin"], arrays["kind"], arrays["schema"]
        self._scripts = arrays["scripts"]
        self._schemas = json.loads(arrays["schemas"].tobytes())
        self._rooms = local()
        self._record = lru_cache(maxsize=20_000)(self._read_record)
        self._analysis = lru_cache(maxsize=20_000)(self._analyse_name)

    def __len__(self) -> int:
        return len(self._schema)

    @classmethod
    def build(cls, records: Iterable[Record]) -> Index:
        """Analyse every name of the records; the same records in the same order give the same index."""
        blobs, schemas, owner, which, kinds, texts, analyses = [], [], [], [], [], [], []
        identifiers: list[tuple[int, int]] = []
        for number, record in enumerate(records):
            blobs.append(_pack(record))
            schemas.append(record.schema)
            identifiers += [
                (hash_text(f"{s}:{v}"), number) for s, v in unique_identifiers(record.identifiers)
            ]
            # Names of people, ships and aircraft are read when they are compared.
            taken_apart = family(record.schema) is Family.ORGANISATION
            for at, name in enumerate(record.names):
                owner.append(number)
                which.append(at)
                kinds.append(KINDS.index(name.kind) if name.kind in KINDS else 0)
                texts.append(
                    (reading.lookup_text(name.text), False)
                    if record.schema == "Person"
                    else lookup_text(name.text)
                )
                analyses.append(analyse(name.text) if taken_apart else Analysis((), ""))
        latin_ = [bool(analysis.tokens) and not is_unspaced(analysis) for analysis in analyses]
        terms = build(
            cut([text for text, _ in texts]),
            np.array([native for _, native in texts], np.uint8),
            np.array(owner, np.int64),
        )
        known = sorted(set(schemas))
        scripts = np.zeros(len(schemas), np.uint8)
        np.bitwise_or.at(
            scripts, owner, np.array([NATIVE if native else LATIN for _, native in texts], np.uint8)
        )
        identifiers.sort()
        arrays: dict[str, NDArray[Any]] = {
            f"terms.{field}": array for field, array in terms._asdict().items()
        }
        arrays |= {f"words.{field}": array for field, array in encode(analyses).arrays().items()}
        arrays |= {
            "owner": np.array(owner, np.int32),
            "which": np.array(which, np.int32),
            "latin": np.array(latin_, np.bool_),
            "kind": np.array(kinds, np.uint8),
            "scripts": scripts,
            "schema": np.array([known.index(schema) for schema in schemas], np.uint8),
            "schemas": np.frombuffer(json.dumps(known).encode(), np.uint8),
            "records": np.frombuffer(b"".join(blobs), np.uint8),
            "ends": np.cumsum([len(blob) for blob in blobs], dtype=np.int64),
            "identifiers": np.array([value for value, _ in identifiers], np.uint64),
            "identified": np.array([number for _, number in identifiers], np.int32),
        }
        return cls({name: frozen(array) for name, array in arrays.items()})

    def save(self, path: str | Path) -> None:
        """Write the index as one file; it appears whole or not at all."""
        storage.write(Path(path), VERSION, self._arrays)

    @classmethod
    def open(cls, path: str | Path) -> Index:
        """Map a saved index into memory; processes that open it share its pages.

        Raises IndexFormatError for a file that is none, or one written by another matcher version.
        """
        return cls(storage.read(Path(path), VERSION))

    def match(
        self,
        name: str,
        country: str | None = None,
        schema: str = "Company",
        identifiers: Iterable[tuple[str, str]] = (),
        limit: int = 10,
        threshold: float = DEFAULT_THRESHOLD,
        accept: Accept | None = None,
    ) -> list[Hit]:
        """Return the records nearest to a name, best first, at most `limit` with a score of at least `threshold`.

        accept is asked with the ids of records that reach the threshold.
        """
        query = Query(name, country, schema, tuple(identifiers))
        return next(self.match_many([query], limit, threshold, accept))

    def match_many(
        self,
        queries: Iterable[Query | str] | Any,
        limit: int = 10,
        threshold: float = DEFAULT_THRESHOLD,
        accept: Accept | None = None,
    ) -> Iterator[list[Hit]]:
        """Answer queries, bare names or the rows of a data frame, in order and in chunks; the hits explain themselves when asked.

        A data frame (pandas, polars) has a column "name", and may have "country" and "schema".
        """
        asked = (Query(query) if isinstance(query, str) else query for query in _rows(queries))
        while chunk := list(islice(asked, CHUNK)):
            found = self.matches(chunk, threshold, accept)
            ends = np.searchsorted(found.query, np.arange(len(chunk) + 1))
            for at, query in enumerate(chunk):
                rows = range(ends[at], ends[at + 1])
                hits = [self._hit(query, int(found.name[row]), float(found.score[row])) for row in rows]
                yield sorted(hits, key=lambda hit: (-hit.score, hit.id))[:limit]

    def matches(
        self, queries: Sequence[Query], threshold: float = DEFAULT_THRESHOLD, accept: Accept | None = None
    ) -> Matches:
        """Answer queries with arrays: each record that scores at least `threshold`, by its best name."""
        texts = [
            (at, text)
            for at, query in enumerate(queries)
            for text in dict.fromkeys((query.name, *query.names))
        ]
        asked = np.array([at for at, _ in texts], np.int64)
        least = [needed(threshold, query) for query in queries]
        looked_up = [
            (number, *words)
            for number, (at, text) in enumerate(texts)
            for words in _lookup_texts(text, queries[at].schema, least[at])
        ]
        words = cut([text for _, text, _, _ in looked_up])
        native = np.array([row[2] for row in looked_up], np.uint8)
        asked_for = np.array([row[3] for row in looked_up], np.float64)
        row_at, proposed = search(self._terms, words, native, asked_for, self._room())
        asking = np.array([row[0] for row in looked_up], np.int64)[row_at]
        identified = self._by_identifier(queries, texts)
        text_at = np.concatenate([asking, np.array(identified[0], np.int64)])
        name_at = np.concatenate([proposed.astype(np.int64), np.array(identified[1], np.int64)])
        kept = self._fits(queries, asked[text_at], name_at)
        text_at, name_at = text_at[kept], name_at[kept]
        scores = self._score(queries, texts, text_at, name_at, min(least, default=threshold))
        kept = scores >= threshold
        found = self._best(asked[text_at[kept]], name_at[kept], scores[kept])
        return found if accept is None else self._accepted(found, accept)

    def _room(self) -> Room:
        if not hasattr(self._rooms, "room"):
            self._rooms.room = room(self._terms)
        return self._rooms.room  # type: ignore[no-any-return]

    def _accepted(self, found: Matches, accept: Accept) -> Matches:
        numbers = np.unique(found.record)
        accepted = np.array([accept(self._record(int(number)).id) for number in numbers], np.bool_)
        kept = accepted[np.searchsorted(numbers, found.record)]
        return Matches(found.query[kept], found.record[kept], found.name[kept], found.score[kept])

    def _by_identifier(
        self, queries: Sequence[Query], texts: Sequence[tuple[int, str]]
    ) -> tuple[list[int], list[int]]:
        found: tuple[list[int], list[int]] = ([], [])
        known, numbers = self._arrays["identifiers"], self._arrays["identified"]
        for text_at, (at, _) in enumerate(texts):
            for scheme, value in sorted(unique_identifiers(queries[at].identifiers)):
                hashed = np.uint64(hash_text(f"{scheme}:{value}"))
                for number in numbers[
                    np.searchsorted(known, hashed) : np.searchsorted(known, hashed, "right")
                ]:
                    first = int(np.searchsorted(self._owner, number))
                    if first < len(self._owner) and self._owner[first] == number:
                        found[0].append(text_at)
                        found[1].append(first)
        return found

    def _fits(
        self, queries: Sequence[Query], asked: NDArray[np.int64], names: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        kinds = sorted({query.schema for query in queries})
        fits = np.array(
            [[schemas_match(ours, theirs) for theirs in self._schemas] for ours in kinds], np.bool_
        )
        ours = np.array([kinds.index(query.schema) for query in queries], np.int64)
        kept: NDArray[np.bool_] = fits.reshape(len(kinds), -1)[ours[asked], self._schema[self._owner[names]]]
        return kept

    def _score(
        self,
        queries: Sequence[Query],
        texts: Sequence[tuple[int, str]],
        text_at: NDArray[np.int64],
        name_at: NDArray[np.int64],
        least: float,
    ) -> NDArray[np.float64]:
        used, position = np.unique(text_at, return_inverse=True)
        analyses = [
            analyse(text) if family(queries[at].schema) is Family.ORGANISATION else Analysis((), "")
            for at, text in (texts[number] for number in used)
        ]
        encoded = encode(analyses)
        ours = (np.diff(encoded.first) > 0) & (encoded.unspaced == 0)
        scores = np.zeros(len(text_at))
        both = ours[position] & self._latin[name_at]
        scores[both] = latin.score_pairs(
            encoded,
            self._encoded,
            position[both].astype(np.int32),
            name_at[both].astype(np.int32),
            least,
        )
        people: list[int] = []
        names: list[tuple[str, str]] = []
        for row in np.flatnonzero(~both):
            at, text = texts[used[position[row]]]
            number, owner = int(name_at[row]), int(self._owner[name_at[row]])
            of = family(queries[at].schema, self._schemas[self._schema[owner]])
            if of is Family.PERSON:
                people.append(int(row))
                names.append((text, self._name(number).text))
            elif of is Family.CRAFT:
                scores[row] = crafts.score(text, self._name(number).text)
            else:
                name, known = self._analysis(number)
                if self._is_asked(text, name, owner):
                    scores[row] = score_words(text, analyses[position[row]], name, known)
        if people:
            scores[people] = persons.score_pairs(names)
        self._weigh_evidence(queries, texts, text_at, name_at, scores, least)
        return np.round(scores, DECIMALS)

    def _is_asked(self, text: str, name: str, owner: int) -> bool:
        # A party that gives its name in the query's script is known by that one; another script's counts only read aloud.
        native = UNSPACED.search(text) is not None
        if native == (UNSPACED.search(name) is not None) or not self._scripts[owner] & (
            NATIVE if native else LATIN
        ):
            return True
        return is_read(text, name)

    def _weigh_evidence(
        self,
        queries: Sequence[Query],
        texts: Sequence[tuple[int, str]],
        text_at: NDArray[np.int64],
        name_at: NDArray[np.int64],
        scores: NDArray[np.float64],
        least: float,
    ) -> None:
        told = np.array([is_told(queries[at]) for at, _ in texts], np.bool_)
        known = np.array([bool(queries[at].identifiers) for at, _ in texts], np.bool_)
        moves = (told[text_at] | (self._kind[name_at] > 0)) & (scores >= max(LIKELY, least)) | known[text_at]
        for row in np.flatnonzero(moves):
            query, name = queries[texts[text_at[row]][0]], int(name_at[row])
            kind = self._name(name).kind
            found = steps(float(scores[row]), kind, query, self._record(int(self._owner[name])))
            if found:
                scores[row] = found[-1].score

    def _best(
        self, asked: NDArray[np.int64], names: NDArray[np.int64], scores: NDArray[np.float64]
    ) -> Matches:
        owners = self._owner[names].astype(np.int64)
        # The best name of each record; of equal ones the first.
        order = np.lexsort((names, -scores, owners, asked))
        first = np.ones(len(order), np.bool_)
        first[1:] = (asked[order][1:] != asked[order][:-1]) | (owners[order][1:] != owners[order][:-1])
        order = order[first]
        order = order[np.lexsort((owners[order], -scores[order], asked[order]))]
        return Matches(asked[order], owners[order], names[order], scores[order])

    def _hit(self, query: Query, name: int, score: float) -> Hit:
        record = self._record(int(self._owner[name]))
        return Hit(
            record.id, score, record.names[self._which[name]], lambda: self._explain(query, name, score)
        )

    def _explain(self, query: Query, name: int, score: float) -> Any:
        record = self._record(int(self._owner[name]))
        texts = dict.fromkeys((query.name, *query.names))
        told = (explain(query, record, self._name(name), text) for text in texts)
        return max(told, key=lambda explanation: explanation.score)

    def _read_record(self, number: int) -> Record:
        ends = self._arrays["ends"]
        start = int(ends[number - 1]) if number else 0
        return _unpack(self._arrays["records"][start : int(ends[number])].tobytes())

    def _name(self, number: int) -> RecordName:
        record: Record = self._record(int(self._owner[number]))
        return record.names[int(self._which[number])]

    def _analyse_name(self, number: int) -> tuple[str, Analysis]:
        text = self._name(number).text
        return text, analyse(text)


def _lookup_texts(text: str, schema: str, least: float) -> list[tuple[str, bool, float]]:
    # A person is looked for among parties of unstated kind too, and one of unstated kind among persons. What is looked at
    # first, and what score then matters, was learnt for organisations.
    found = [(*lookup_text(text), least if family(schema) is Family.ORGANISATION else 0.0)]
    if schema in PERSONS or schema == "Thing":
        found.append((reading.lookup_text(text), False, 0.0))
    return found


def _rows(queries: Any) -> Iterator[Query | str]:
    if not hasattr(queries, "columns"):
        yield from queries
        return
    if "name" not in queries.columns:
        raise ValueError(f'The frame has no column "name", only {", ".join(map(str, queries.columns))}.')
    wanted = [column for column in ("name", "country", "schema") if column in queries.columns]
    for values in zip(*(queries[column].to_list() for column in wanted), strict=True):
        # What is missing is None, or a number that is not one.
        told = {column: value for column, value in zip(wanted, values, strict=True) if isinstance(value, str)}
        yield Query(told.get("name", ""), told.get("country"), told.get("schema", "Company"))


def _pack(record: Record) -> bytes:
    names = [[name.text, name.kind] for name in record.names]
    told = [
        *(record.id, record.schema, names, record.countries, record.identifiers),
        *(record.birth_dates, record.addresses),
    ]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _unpack(blob: bytes) -> Record:
    id_, schema, names, countries, identifiers, births, addresses = json.loads(blob)
    return Record(
        id_,
        schema,
        tuple(starmap(RecordName, names)),
        tuple(countries),
        tuple(map(tuple, identifiers)),
        tuple(births),
        tuple(addresses),
    )
