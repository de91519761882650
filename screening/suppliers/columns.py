"""Which column holds what: by titles in many languages, or as the customer says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from screening.suppliers.refusing import Refused

# What a column may hold, and the titles by which it is known; of several that are there the first counts.
FIELDS: dict[str, tuple[str, ...]] = {
    "name": (
        *(
            "supplier name",
            "company name",
            "vendor name",
            "factory name",
            "facility name",
            "legal name",
            "entity name",
        ),
        *(
            "organisation name",
            "organization name",
            "business partner name",
            "partner name",
            "manufacturer name",
        ),
        *(
            "name of supplier",
            "name of company",
            "name",
            "supplier",
            "company",
            "vendor",
            "factory",
            "facility",
        ),
        *("manufacturer", "organisation", "organization", "business partner", "query", "party", "party name"),
        *(
            "供应商名称",
            "公司名称",
            "企业名称",
            "工厂名称",
            "单位名称",
            "供应商",
            "公司",
            "企业",
            "工厂",
            "名称",
            "公司全称",
            "厂商名称",
        ),
        *("供應商名稱", "公司名稱", "企業名稱", "工廠名稱", "名稱", "供應商", "廠商名稱"),
        *("会社名", "企業名", "取引先名", "法人名", "商号", "名称", "仕入先名", "工場名", "氏名又は名称"),
        *("회사명", "업체명", "기업명", "상호", "공급업체", "공급업체명", "거래처명", "법인명"),
        *(
            "lieferant",
            "lieferantenname",
            "firma",
            "firmenname",
            "name des lieferanten",
            "unternehmen",
            "firmenbezeichnung",
        ),
        *(
            "fournisseur",
            "nom du fournisseur",
            "raison sociale",
            "societe",
            "entreprise",
            "nom de l entreprise",
            "nom",
        ),
        *("proveedor", "nombre del proveedor", "razon social", "empresa", "nombre", "nombre de la empresa"),
        *("fornecedor", "nome do fornecedor", "razao social", "nome da empresa", "nome"),
        *("fornitore", "ragione sociale", "nome fornitore", "azienda", "denominazione"),
        *("leverancier", "naam leverancier", "bedrijfsnaam", "bedrijf", "naam"),
        *(
            "dostawca",
            "nazwa dostawcy",
            "nazwa firmy",
            "nazwa",
            "firma",
            "dodavatel",
            "nazev",
            "beszallito",
            "cegnev",
        ),
        *(
            "поставщик",
            "наименование поставщика",
            "наименование",
            "название",
            "название компании",
            "компания",
            "организация",
        ),
        *("постачальник", "назва", "tedarikci", "tedarikci adi", "firma adi", "unvan", "sirket adi"),
        *(
            "اسم المورد",
            "المورد",
            "اسم الشركة",
            "الشركة",
            "الاسم",
            "nha cung cap",
            "ten cong ty",
            "ten nha cung cap",
        ),
        *("leverantor", "leverandor", "toimittaja", "nama perusahaan", "nama pemasok", "pemasok"),
    ),
    "country": (
        *(
            "country",
            "country code",
            "country name",
            "country of registration",
            "country of incorporation",
            "country region",
        ),
        *(
            "country iso",
            "iso country",
            "jurisdiction",
            "nation",
            "ctry",
            "supplier country",
            "factory country",
        ),
        *(
            "国家",
            "国家地区",
            "国别",
            "注册国家",
            "國家",
            "國別",
            "国",
            "国名",
            "国籍",
            "국가",
            "국가명",
            "나라",
        ),
        *(
            "land",
            "landercode",
            "landkurzel",
            "staat",
            "pays",
            "pais",
            "paese",
            "nazione",
            "kraj",
            "zeme",
            "orszag",
        ),
        *("страна", "країна", "ulke", "البلد", "الدولة", "quoc gia", "maa", "negara"),
    ),
    "address": (
        *(
            "address",
            "full address",
            "street address",
            "registered address",
            "street",
            "address 1",
            "address line 1",
        ),
        *("supplier address", "factory address", "facility address", "company address", "location"),
        *("地址", "公司地址", "注册地址", "工厂地址", "住所", "所在地", "주소", "소재지"),
        *(
            "adresse",
            "anschrift",
            "strasse",
            "rue",
            "direccion",
            "domicilio",
            "endereco",
            "indirizzo",
            "adres",
        ),
        *("адрес", "юридический адрес", "адреса", "العنوان", "dia chi", "osoite", "alamat", "adresa", "cim"),
    ),
    "reference": (
        *(
            "supplier id",
            "supplier number",
            "supplier no",
            "supplier code",
            "vendor id",
            "vendor number",
            "vendor no",
        ),
        *(
            "vendor code",
            "reference",
            "reference number",
            "our reference",
            "internal id",
            "partner id",
            "account number",
        ),
        *("factory id", "factory number", "facility id", "customer reference", "id"),
        *("供应商编号", "供应商代码", "编号", "供應商編號", "取引先コード", "仕入先コード", "거래처코드"),
        *(
            "lieferantennummer",
            "kreditorennummer",
            "kreditor",
            "lieferanten nr",
            "numero de fournisseur",
            "code fournisseur",
        ),
        *(
            "codigo de proveedor",
            "codigo proveedor",
            "codice fornitore",
            "leveranciersnummer",
            "код поставщика",
        ),
    ),
    "lei": ("lei", "lei code", "legal entity identifier"),
    "uscc": (
        *("uscc", "unified social credit code", "social credit code", "usc code"),
        *("统一社会信用代码", "社会信用代码", "信用代码", "統一社會信用代碼"),
    ),
    "isin": ("isin", "isin code"),
    "registration": (
        *(
            "registration number",
            "company number",
            "registration no",
            "company registration number",
            "register number",
        ),
        *(
            "registered number",
            "business registration number",
            "crn",
            "注册号",
            "工商注册号",
            "法人番号",
            "사업자등록번호",
        ),
        *(
            "handelsregisternummer",
            "hrb",
            "siren",
            "siret",
            "numero d immatriculation",
            "numero de registro",
            "cnpj",
            "kvk",
        ),
        *("krs", "регистрационный номер", "огрн", "инн"),
    ),
}
# The scheme of the identifier that a column holds.
SCHEMES = {"lei": "LEI", "uscc": "USCC", "isin": "ISIN", "registration": "Registration number"}
# Rows in which the headings are looked for.
HEADING_ROWS = 25


@lru_cache(maxsize=4_096)
def folded(title: str) -> str:
    """Fold a title so that case, accents, punctuation and underscores do not tell two equal ones apart."""
    spread = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", title)
    plain = "".join(char for char in unicodedata.normalize("NFKD", spread) if not unicodedata.combining(char))
    # Kana and Hangul are put together again.
    composed = unicodedata.normalize("NFC", plain).replace("ı", "i").replace("ł", "l").replace("ø", "o")
    return " ".join(re.sub(r"[\W_]+", " ", composed.casefold()).split())


_KNOWN = {
    folded(title): (field, titles.index(title))
    for field, titles in FIELDS.items()
    for title in reversed(titles)
}


def names_a_supplier(title: str) -> bool:
    """Tell whether a title is one that the column of names has."""
    return len(title) < 100 and _KNOWN.get(folded(title), ("", 0))[0] == "name"


@dataclass(frozen=True)
class Columns:
    """The headings of a table and the place of each field among them."""

    titles: tuple[str, ...]
    places: Mapping[str, int]

    @property
    def mapping(self) -> dict[str, str]:
        """Name the title of each field's column."""
        return {field: self.titles[at] for field, at in self.places.items()}

    @property
    def worth_remembering(self) -> dict[str, str]:
        """Return the mapping for the customer's next file: known columns that were passed over are passed over again."""
        passed_over = {field: "" for field in known_places(self.titles) if field not in self.places}
        return self.mapping | passed_over

    def remembered(self, mapping: Mapping[str, str]) -> dict[str, str]:
        """Pick what an earlier file's mapping says of columns that this one has too."""
        return {
            field: title
            for field, title in mapping.items()
            if field in FIELDS and (not title or title in self.titles)
        }


def known_places(titles: Sequence[str]) -> dict[str, int]:
    """Find the columns that are known by their titles."""
    found: dict[str, tuple[int, int]] = {}
    for at, title in enumerate(titles):
        if not title or len(title) > 100:
            continue
        field, rank = _KNOWN.get(folded(title), ("", 0))
        if field and (field not in found or rank < found[field][0]):
            found[field] = (rank, at)
    return {field: found[field][1] for field in FIELDS if field in found}


def given_places(titles: Sequence[str], given: Mapping[str, str]) -> dict[str, int]:
    """Find the columns that the customer names; raises Refused for one that is not there. An empty name means none."""
    places = {}
    for field, title in given.items():
        if field not in FIELDS:
            raise Refused(f"A column holds one of {', '.join(FIELDS)}, not {field[:40]!r}.")
        if not title:
            continue
        at = next((at for at, one in enumerate(titles) if one == title), None)
        if at is None:
            at = next((at for at, one in enumerate(titles) if one and folded(one) == folded(title)), None)
        if at is None:
            shown = ", ".join(f"“{one[:40]}”" for one in titles if one)
            raise Refused(f"There is no column “{title[:60]}”; the columns are {shown or 'without titles'}.")
        places[field] = at
    return places


def heading_row(rows: Sequence[tuple[int, Sequence[str]]], given: Mapping[str, str]) -> int:
    """Choose the row of headings: the one with most known or given titles; else the first that is as wide as the table."""
    wanted = {folded(title) for title in given.values() if title}
    best, most = -1, 0
    for at, (_, cells) in enumerate(rows[:HEADING_ROWS]):
        titles = [cell.strip() for cell in cells]
        known = known_places(titles)
        score = (
            len(known) + 2 * ("name" in known) + 3 * sum(folded(title) in wanted for title in titles if title)
        )
        if score > most:
            best, most = at, score
    if best >= 0:
        return best
    width = max((sum(map(bool, cells)) for _, cells in rows), default=0)
    return next((at for at, (_, cells) in enumerate(rows) if 2 * sum(map(bool, cells)) >= width), 0)
