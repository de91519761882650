"""The lists that the Consolidated Screening List gathers, and its columns."""

from __future__ import annotations

from typing import Any

from ingest.source import DatasetInfo

URL = "https://data.trade.gov/downloadable_consolidated_screening_list/v1/consolidated.csv"

BIS = "US Department of Commerce, Bureau of Industry and Security"
STATE = "US Department of State"


def _dataset(
    name: str, title: str, authority: str, basis: str, homepage: str, bounds: tuple[int, int], **more: Any
) -> DatasetInfo:
    return DatasetInfo(name, title, authority, basis, homepage, URL, "daily", bounds, **more)


DATASETS = (
    _dataset(
        "us_bis_entity_list",
        "US Entity List",
        BIS,
        "15 CFR 744.11 and 744.16, Supplement No. 4 to part 744",
        "https://www.ecfr.gov/current/title-15/part-744/appendix-Supplement%20No.%204%20to%20Part%20744",
        (1500, 8000),
        measures=("us-ear-entity-list",),
        second_hand=True,  # us_bis_ecfr reads the legal text
    ),
    _dataset(
        "us_bis_meu",
        "US Military End-User List",
        BIS,
        "15 CFR 744.21, Supplement No. 7 to part 744",
        "https://www.ecfr.gov/current/title-15/part-744/appendix-Supplement%20No.%207%20to%20Part%20744",
        (40, 400),
        measures=("us-ear-meu",),
        second_hand=True,
    ),
    _dataset(
        "us_bis_uvl",
        "US Unverified List",
        BIS,
        "15 CFR 744.15, Supplement No. 6 to part 744",
        "https://www.ecfr.gov/current/title-15/part-744/appendix-Supplement%20No.%206%20to%20Part%20744",
        (80, 800),
        measures=("us-ear-uvl",),
    ),
    _dataset(
        "us_bis_dpl",
        "US Denied Persons List",
        BIS,
        "15 CFR 764.3(a)(2)",
        "https://www.bis.gov/licensing/end-user-guidance/denied-persons-list-dpl",
        (300, 1500),
        measures=("us-ear-denied",),
    ),
    _dataset(
        "us_ddtc_debarred",
        "US AECA Debarred Parties",
        f"{STATE}, Directorate of Defense Trade Controls",
        "Arms Export Control Act, section 38(g)(4); 22 CFR 127.7",
        "https://www.pmddtc.state.gov/",
        (400, 1800),
        measures=("us-itar-debarred",),
    ),
    _dataset(
        "us_state_isn",
        "US Nonproliferation Sanctions",
        f"{STATE}, Bureau of International Security and Nonproliferation",
        "INKSNA, E.O. 12938, E.O. 13382 and others, as the entry states",
        "https://www.state.gov/key-topics-bureau-of-international-security-and-nonproliferation/nonproliferation-sanctions/",
        (80, 800),
        measures=("us-isn-nonproliferation",),
    ),
)
HOMEPAGES = {info.name: info.homepage for info in DATASETS}

# The code in brackets in `source` names the list; the words around it have changed over the years.
LISTS = {
    "EL": ("us_bis_entity_list", "us-ear-entity-list"),
    "MEU": ("us_bis_meu", "us-ear-meu"),
    "UVL": ("us_bis_uvl", "us-ear-uvl"),
    "DPL": ("us_bis_dpl", "us-ear-denied"),
    "DTC": ("us_ddtc_debarred", "us-itar-debarred"),
    "ISN": ("us_state_isn", "us-isn-nonproliferation"),
}
TREASURY = {
    "SDN": "us_ofac_sdn",
    "SSI": "us_ofac_cons",
    "CAP": "us_ofac_cons",
    "CMIC": "us_ofac_cons",
    "NS-MBS List": "us_ofac_cons",
    "NS-MBS": "us_ofac_cons",
    "MBS": "us_ofac_cons",
    "FSE": "us_ofac_cons",
    "PLC": "us_ofac_cons",
}
SCHEMAS = {
    "": "LegalEntity",
    "Entity": "LegalEntity",
    "Individual": "Person",
    "Vessel": "Vessel",
    "Aircraft": "Airplane",
}

COLUMNS = (
    "_id",
    "source",
    "entity_number",
    "type",
    "programs",
    "name",
    "title",
    "addresses",
    "federal_register_notice",
    "start_date",
    "end_date",
    "standard_order",
    "license_requirement",
    "license_policy",
    "call_sign",
    "vessel_type",
    "gross_tonnage",
    "gross_registered_tonnage",
    "vessel_flag",
    "vessel_owner",
    "remarks",
    "source_list_url",
    "alt_names",
    "citizenships",
    "dates_of_birth",
    "nationalities",
    "places_of_birth",
    "source_information_url",
    "ids",
)
