"""Companies that file with Japan's financial regulator: the EDINET code list (CSV in Shift JIS).

Names stand in Japanese, in their reading, and often in English; filers from abroad in katakana, with the name in
Latin or Chinese letters in brackets. A third of the filers are people, who are counted and left out. The download
was not tried on the live service.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Any

from rigour.territories import lookup_territory
from stdnum.jp import cn

from ingest.audit import Audit
from ingest.errors import IngestError
from ingest.files import Bundle, RawFile, table
from ingest.records import Address, Identifier, Name, Record
from ingest.source import Client, DatasetInfo
from ingest.sources._dates import day_of

NAME = "jp_edinet"
URL = "https://disclosure2dl.edinet-fsa.go.jp/searchdocument/codelist/Edinetcode.zip"

DATASETS = (
    DatasetInfo(
        name=NAME,
        title="Companies that file with EDINET, Japan",
        authority="Financial Services Agency of Japan",
        legal_basis="",
        homepage="https://disclosure2.edinet-fsa.go.jp/",
        url=URL,
        cadence="each working day",
        bounds=(4_000, 24_000),
        fresh_days=30,
        every_hours=168,
        kind="register",
    ),
)

COLUMNS = (
    *("ＥＤＩＮＥＴコード", "提出者種別", "上場区分", "連結の有無", "資本金", "決算日", "提出者名"),
    *("提出者名（英字）", "提出者名（ヨミ）", "所在地", "提出者業種", "証券コード", "提出者法人番号"),
)
# "株式会社パルテック（定款上の商号　株式会社ＰＡＬＴＥＫ）", "株式會社ケーティー（ＫＴ　Ｃｏｒｐｏｒａｔｉｏｎ）"
BRACKET = re.compile(r"^(?P<name>.{3,}?)\s*（(?P<inside>.{4,})）$")
STATED = re.compile(r"^(?:定款上の商号|商号|称号|旧商号|旧社名)\s*[:：]?\s*")


def fetch(client: Client) -> Bundle:
    return client.bundle(client.get(URL, "Edinetcode.zip"))


def recognise(files: list[RawFile]) -> list[tuple[RawFile, ...]]:
    return [
        (file,)
        for file in files
        if "ＥＤＩＮＥＴコード" in file.head(600).decode(_encoding(file), "replace")
        and "提出者種別" in file.head(600).decode(_encoding(file), "replace")
    ]


def _encoding(file: RawFile) -> str:
    """Tell Shift JIS, as published, from UTF-8, as somebody may have saved it since."""
    # The letter at the end may be cut in two.
    return "cp932" if "�" in file.head(600).decode("utf-8", "replace")[:-4] else "utf-8-sig"


def published_on(bundle: Bundle) -> date | None:
    """Read the first line: ダウンロード実行日,2026年08月11日現在,件数,11374件."""
    first = bundle.only.head(600).decode(_encoding(bundle.only), "replace").partition("\n")[0]
    found = re.search(r"(\d{4})年(\d\d?)月(\d\d?)日", first)
    return day_of(found[1], found[2], found[3]) if found else None


def read(bundle: Bundle) -> Iterator[dict[str, Any]]:
    file = bundle.only
    encoding = _encoding(file)
    first = file.head(600).decode(encoding, "replace").partition("\n")[0]
    preamble = 0 if "提出者種別" in first else 1
    rows = table(file, columns=len(COLUMNS), encoding=encoding, preamble=preamble)
    header = next(rows, [])
    if set(header) != set(COLUMNS):
        raise IngestError(f"{file.name} has other columns than the known ones of the EDINET code list.")
    stated = re.search(r"件数,\"?([\d,]+)件", first)
    count = 0
    for cells in rows:
        count += 1
        yield dict(zip(header, (" ".join(cell.split()) for cell in cells), strict=True))
    if preamble and stated and int(stated[1].replace(",", "")) != count:
        raise IngestError(f"{file.name} states {stated[1]} filers and holds {count:,}.")


def parse(rows: Iterator[dict[str, Any]], audit: Audit) -> Iterator[Record]:
    for row in rows:
        audit.row()
        if row["提出者種別"].startswith("個人"):
            audit.skip("filer who is a person")
            continue
        yield parse_filer(row, audit)


def parse_filer(row: dict[str, Any], audit: Audit) -> Record:
    raw = {name: value for name, value in row.items() if value}
    code, kind = row.pop("ＥＤＩＮＥＴコード"), row.pop("提出者種別")
    if not re.fullmatch(r"E\d{5}", code):
        raise IngestError(f"A filer has no EDINET code such as E00004: {code!r}.")
    text, address = row.pop("提出者名"), row.pop("所在地")
    if kind.startswith("外国"):
        country = _country(address)
    elif kind.startswith("内国法人"):
        country = "jp"
    else:
        audit.doubt("unknown kind of filer", kind)
        country = ""
    names = list(_names(text))
    names += [
        Name(row.pop("提出者名（英字）"), "alias", "en"),
        Name(row.pop("提出者名（ヨミ）"), "transliteration", "ja-Kana"),
    ]
    stock, number = row.pop("証券コード"), row.pop("提出者法人番号")
    identifiers = [Identifier("EDINET code", code, "jp")]
    if number:
        identifiers.append(Identifier("JP corporate number", number[:300], "jp", cn.is_valid(number)))
    if stock:
        # Five digits, the last a check on nothing: the code that everybody uses has four.
        identifiers.append(
            Identifier("TSE code", stock[:4] if re.fullmatch(r"\w{4}0", stock) else stock[:300], "jp")
        )
    for column in ("上場区分", "連結の有無", "資本金", "決算日", "提出者業種"):
        row.pop(column)
    audit.leftovers(row, NAME)
    return Record(
        dataset=NAME,
        key=code,
        schema=_schema(kind, text),
        names=names,
        countries=[country],
        identifiers=identifiers,
        addresses=[Address(address, country)],
        raw=raw,
    )


def _schema(kind: str, name: str) -> str:
    if kind.startswith("外国政府"):
        return "PublicBody"
    return "Company" if "会社" in name or "會社" in name or "銀行" in name else "LegalEntity"


def _names(text: str) -> Iterator[Name]:
    """Yield the name without its bracket, then what the bracket says where that is a name."""
    found = BRACKET.match(text)
    inside = [part.strip() for part in found["inside"].split("、")] if found else []
    if not found or not all(STATED.match(part) or _is_foreign(part) for part in inside):
        yield Name(text, lang="ja")
        return
    yield Name(found["name"], lang="ja")
    for part in inside:
        yield Name(STATED.sub("", part), "alias")


def _is_foreign(text: str) -> bool:
    plain = unicodedata.normalize("NFKC", text)
    return bool(re.fullmatch(r"[\x20-\u024f’]{6,}", plain)) or bool(re.search("公司$", plain))


def _country(address: str) -> str:
    """Read the country that begins the address of a filer from abroad; none is no doubt."""
    first = re.split(r"[\s、，,]", address, maxsplit=1)[0]
    for length in range(min(len(first), 12), 1, -1):
        if territory := lookup_territory(first[:length]):
            return str(territory.code.split("-")[0].lower())
    return ""
