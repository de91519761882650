"""Many names against one index on every core: each process maps the same file, answers come back in order as arrays."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from matching.index import DEFAULT_THRESHOLD, Index, Matches
from matching.records import Query

CHUNK = 20_000  # names asked at once: words that repeat among them are looked up once

_index: Index | None = None


def matches_of(
    path: str | Path,
    queries: Iterable[Query | str],
    threshold: float = DEFAULT_THRESHOLD,
    workers: int | None = None,
    chunk: int = CHUNK,
) -> Iterator[tuple[int, Matches]]:
    """Answer queries, or bare names, against a saved index: the position of each chunk's first query, and its matches.

    Positions of queries in Matches count from there. Memory does not grow with the number of queries: a few chunks per
    worker are under way at once. The same answers as Index.matches.
    """
    workers = workers or os.cpu_count() or 1
    asked = (Query(query) if isinstance(query, str) else query for query in queries)
    with ProcessPoolExecutor(workers, get_context("spawn"), _open, (str(path),)) as pool:
        under_way: deque[tuple[int, Future[Matches]]] = deque()
        first = 0
        while part := list(islice(asked, chunk)):
            under_way.append((first, pool.submit(_answer, part, threshold)))
            first += len(part)
            if len(under_way) > workers + 1:
                at, future = under_way.popleft()
                yield at, future.result()
        for at, future in under_way:
            yield at, future.result()


def _open(path: str) -> None:
    global _index
    _index = Index.open(path)


def _answer(queries: Sequence[Query], threshold: float) -> Matches:
    if _index is None:
        raise RuntimeError("This process has opened no index.")
    return _index.matches(queries, threshold)
