"""A good copy of every list that has one here: beside the tests, among the excerpts, shipped whole, or generated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings

from ingest.files import measure
from ingest.source import all_sources
from tests.copies import FIXTURES
from tests.generated_lists import sdn_tables
from tests.pdf_table import write as write_pdf
from tests.test_au_dfat import FIXTURE as AUSTRALIAN_ROWS
from tests.test_au_dfat import workbook
from tests.test_cn_exchanges import TABLES as CHINESE_TABLES
from tests.test_cn_exchanges import WORKBOOKS as CHINESE_WORKBOOKS
from tests.test_cn_exchanges import tables as chinese_tables
from tests.test_jp_meti_eul import AL_QAIDA, DELTA, HEAD, PHENOMENA
from tests.workbooks import xls, xlsx


@dataclass(frozen=True)
class GoodCopy:
    """The files of one version. `text` is what `build` makes the damaged one from, where it is no text itself."""

    source: str
    files: dict[str, bytes]
    text: str = ""
    build: Callable[[str], bytes] | None = None
    damaged: str = ""

    @property
    def name(self) -> str:
        return f"{self.source}-{self.victim}"

    @property
    def victim(self) -> str:
        """The file to damage: the one that holds the names."""
        return self.damaged or next(
            (name for name in self.files if name in ("companies.csv", "sdn_2026-11-20.csv")), [*self.files][0]
        )

    @property
    def kind(self) -> str:
        return "csv" if self.build else self.victim.rpartition(".")[2].lower() if self.is_text else ""

    @property
    def is_text(self) -> bool:
        return bool(self.build) or not self.victim.endswith((".xlsx", ".xls", ".pdf"))

    @property
    def plain(self) -> str:
        return self.text or self.files[self.victim].decode("utf-8-sig")

    def with_text(self, text: str) -> dict[str, bytes]:
        return self.with_bytes(self.build(text) if self.build else text.encode())

    def with_bytes(self, content: bytes) -> dict[str, bytes]:
        return self.files | {self.victim: content}


def good_copies() -> Iterator[GoodCopy]:
    for name, source in sorted(all_sources().items()):
        for home in (FIXTURES / name, settings.STARTER_DIR / name, settings.CURATED_DIR / name):
            for place in (home, *sorted(path for path in home.rglob("*") if path.is_dir())):
                files = [measure(path) for path in sorted(place.glob("*")) if path.is_file()]
                for group in source.recognise(files):
                    yield GoodCopy(name, {file.name: file.path.read_bytes() for file in group})
    with TemporaryDirectory() as folder:
        tables = sdn_tables(Path(folder), "2026-11-20", range(6))
        yield GoodCopy("us_ofac_sdn", {path.name: path.read_bytes() for path in sorted(tables.iterdir())})
        pdf = write_pdf(Path(folder) / "list.pdf", [[HEAD, AL_QAIDA, DELTA, PHENOMENA]])
        yield GoodCopy("jp_meti_eul", {"20250929006-1.pdf": pdf.read_bytes()})
    securities = (FIXTURES / "hk_hkex" / "rows.csv").read_text()
    yield GoodCopy("hk_hkex", {"ListOfSecurities.xlsx": xlsx(securities)}, securities, xlsx)
    exchanges = chinese_tables()
    for table, rows_of in CHINESE_WORKBOOKS.items():
        text = (CHINESE_TABLES / rows_of).read_text()
        yield GoodCopy("cn_exchanges", exchanges, text, xls if table.endswith(".xls") else xlsx, table)
    yield GoodCopy("cn_exchanges", exchanges, damaged="stock_basic_2026-06.csv")
    rows = AUSTRALIAN_ROWS.read_text()
    yield GoodCopy("au_dfat", {"list_2026-09-03.xlsx": _workbook(rows)}, rows, _workbook)


def _workbook(rows: str) -> bytes:
    with TemporaryDirectory() as folder:
        return workbook(Path(folder) / "list.xlsx", lambda text: rows).read_bytes()
