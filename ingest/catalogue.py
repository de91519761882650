"""The page that describes every dataset, written from the source modules so that the two cannot disagree."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import getdoc
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from entities.measures import CATALOGUE, MeasureFact
from ingest.runs import ships_whole
from ingest.source import DatasetInfo, Source, all_sources, name_of

PAGE = Path("docs", "datasets.md")
HEAD = """# Datasets

Every list that Watchlink reads, what being on it does, and what its files are like. Written from the source modules by
`python manage.py datasets --write`; without `--write` the command shows what is loaded and how fresh it is. A test fails when
this page lags behind the modules.
"""
KINDS = {"list": "government list", "register": "company register", "curated": "curated table"}


class Described(NamedTuple):
    """A dataset with the module that reads it first hand, and those that stand in for it."""

    info: DatasetInfo
    source: Source
    others: tuple[str, ...]


def described() -> list[Described]:
    """Return every dataset once, by name."""
    read = [(info, source) for source in all_sources().values() for info in source.DATASETS]
    return [
        Described(
            info,
            source,
            tuple(name_of(other) for twin, other in read if twin.name == info.name and other is not source),
        )
        for info, source in sorted(read, key=lambda pair: pair[0].name)
        if not info.second_hand
    ]


def page() -> str:
    """Write the page."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    datasets = described()
    yield HEAD
    yield "| dataset | title | what a listing does |"
    yield "| --- | --- | --- |"
    for info, _, _ in datasets:
        kinds = dict.fromkeys(str(fact.kind.label) for fact in measures(info))
        yield f"| [{info.name}](#{info.name}) | {info.title} | {', '.join(kinds) or 'nothing: it is no list'} |"
    yield ""
    for dataset in datasets:
        yield from _section(*dataset)


def _section(info: DatasetInfo, source: Source, others: tuple[str, ...]) -> Iterator[str]:
    name = name_of(source)
    yield f"## {info.name}\n"
    yield f"**{info.title}** ({KINDS[info.kind]}). {_stop(info.authority)}"
    if info.legal_basis:
        yield f"Legal basis: {_stop(info.legal_basis)}"
    if info.closed_on:
        yield f"Its publisher closed it on {info.closed_on}: it is kept for history."
    yield ""
    for fact in measures(info):
        yield f"- **{fact.title}.** {_stop(fact.forbids)}" + (
            f" Does not {_stop(fact.does_not)}" if fact.does_not else ""
        )
    if info.measures:
        yield ""
    yield "| | |"
    yield "| --- | --- |"
    yield f"| published | {info.cadence}{_fresh(info)} |"
    least, most = info.bounds
    schemas = (f"{schema} {low:,} to {high:,}" for schema, (low, high) in info.schemas.items())
    yield f"| a whole copy holds | {least:,} to {most:,} entities{''.join(f'; {text}' for text in schemas)} |"
    yield f"| obtained | {_obtained(info, source)} |"
    if info.homepage:
        yield f"| publisher's page | <{info.homepage}> |"
    yield f"| read by | `ingest/sources/{name}.py`{''.join(f'; second hand by `{other}`' for other in others)} |"
    yield ""
    paragraphs = (getdoc(source) or "").split("\n\n")
    yield "\n\n".join(" ".join(text.split()) for text in paragraphs)
    yield ""


def measures(info: DatasetInfo) -> list[MeasureFact]:
    known = {fact.code: fact for fact in CATALOGUE}
    return [known[code] for code in info.measures]


def _fresh(info: DatasetInfo) -> str:
    return "" if info.closed_on else f"; stale when not checked for {info.fresh_days:,} days"


def _obtained(info: DatasetInfo, source: Source) -> str:
    name = name_of(source)
    if ships_whole(source):
        return f"ships with the project (`ingest/curated/{name}`); your own table with `--from`"
    if info.url:
        return f"<{info.url}>"
    shipped = f"an excerpt ships with the project (`ingest/starter/{name}`); " if _starter(name) else ""
    return f"{shipped}no download: hand a file in with `ingest {name} --from PATH`"


def _starter(name: str) -> bool:
    return bool((settings.STARTER_DIR / name).is_dir())


def _stop(text: str) -> str:
    return text if text.endswith(".") else f"{text}."
