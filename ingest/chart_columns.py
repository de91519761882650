"""The columns of a structure chart and the headings that people give them."""

from __future__ import annotations

from collections.abc import Mapping

# The usual headings of each column. A person names others with --column.
COMPANY_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": (
        *("company", "company name", "entity", "entity name", "legal name", "supplier", "supplier name"),
        *(
            "Firma",
            "Unternehmen",
            "raison sociale",
            "公司名称",
            "企业名称",
            "公司",
            "会社名",
            "社名",
            "회사명",
        ),
    ),
    "id": (
        "company id",
        "entity id",
        "key",
        "internal id",
        "reference",
        "supplier id",
        "no",
        "number",
        "编号",
    ),
    "aliases": ("alias", "other names", "also known as", "trading name", "local name"),
    "former": ("former name", "former names", "previous name"),
    "country": (
        "country code",
        "jurisdiction",
        "country of incorporation",
        "Land",
        "pays",
        "país",
        "国家",
        "国",
    ),
    "address": ("registered address", "Adresse", "地址", "住所"),
    "type": ("schema", "entity type"),
    "lei": ("lei code",),
    "isin": (),
    "uscc": ("unified social credit code", "统一社会信用代码"),
    "registration": ("registration number", "company number", "register number"),
}
OWNERSHIP_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "owner": (
        *(
            "owner id",
            "owner name",
            "parent",
            "parent id",
            "parent company",
            "shareholder",
            "holder",
            "investor",
        ),
        *("Gesellschafter", "Muttergesellschaft", "股东", "母公司", "親会社"),
    ),
    "asset": (
        *("asset id", "asset name", "subsidiary", "subsidiary id", "company", "company id", "company name"),
        *("child", "investee", "entity", "Tochtergesellschaft", "子公司", "被投资企业", "子会社"),
    ),
    "share": (
        *(
            "percent",
            "percentage",
            "%",
            "ownership",
            "ownership %",
            "share %",
            "shareholding",
            "stake",
            "interest",
        ),
        *("ownership percentage", "Anteil", "持股比例", "出資比率"),
    ),
    "kind": ("type", "relationship", "relation"),
    "start": ("from", "since", "valid from", "start date"),
    "end": ("until", "to", "valid to", "end date"),
    "source": ("citation", "Quelle", "evidence"),
    "url": ("link",),
}
FIELDS = (*COMPANY_COLUMNS, *OWNERSHIP_COLUMNS)
