"""The rules on ownership, by regime and by date: a new regime is a new row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from exposure.records import Rule, Scope

# 15 CFR 744.8(a)(1) names fourteen sanctions programmes (89 FR 20107); these are OFAC's tags for them.
PROGRAMMES_OF_744_8 = (
    "BELARUS",
    "BELARUS-EO14038",
    "FTO",
    "ILLICIT-DRUGS-EO14059",
    "NPWMD",
    "RUSSIA-EO14024",
    "SDGT",
    "SDNT",
    "SDNTK",
    "TCO",
    "UKRAINE-EO13660",
    "UKRAINE-EO13661",
    "UKRAINE-EO13662",
    "UKRAINE-EO13685",
)

BIS_SCOPES = (
    Scope("us-ear-entity-list"),
    Scope("us-ear-meu"),
    Scope("us-ofac-blocking", PROGRAMMES_OF_744_8),
)
BIS_MEASURE = (
    "Export, reexport and transfer to foreign (non-US) affiliates need the licences that the most restrictive of "
    "the listed owners needs."
)
BIS_DOES_NOT = "freeze assets, or forbid buying from the company"
BIS_FLAG = (
    "Red flag: a listed owner holds less than the threshold, or controls. BIS asks for extra diligence, and Red "
    "Flag 29 (Supplement No. 3 to part 732) for a licence where the percentage cannot be determined."
)
BIS_DISTINCT_MEASURE = "None by ownership: an affiliate is a legally distinct entity and needs no licence for its listed owner's sake."
BIS_DISTINCT_FLAG = "Red flag: a listed owner; the risk of diversion to it must be resolved before an export."
BIS_DISTINCT_CITATION = "BIS practice where the Affiliates Rule is not in force: legally distinct entities"
PART_744 = "https://www.ecfr.gov/current/title-15/part-744"

OFAC_MEASURE = "Property and interests in property are blocked, as if the company were listed; US persons may not deal with it."
OFAC_FLAG = (
    "Caution: a significant minority holding or control by a blocked person does not block (FAQ 398), but OFAC "
    "urges care; such companies may be designated, or owned to 50 percent tomorrow."
)
FREEZE_DOES_NOT = "restrict travel or trade by itself"
EU_MEASURE = (
    "Funds and economic resources are frozen, and none may be made available, as for the listed owner."
)
EU_CONTROL_FLAG = (
    "Red flag: a holding of a listed party that need not be control. Buy-back options, transfers near the listing, "
    "fronts, trusts and shells count as signs of control; the presumption is rebuttable, case by case."
)
EU_URL = "https://finance.ec.europa.eu/eu-and-world/sanctions-restrictive-measures_en"
UK_MEASURE = "Funds and economic resources are frozen, as for the designated person; UK persons may not deal with them."
UK_URL = "https://www.legislation.gov.uk/ukpga/2018/13/section/3"
SECTION_889_MEASURE = (
    "US federal agencies may not buy its covered equipment or services, nor contract with those who use them. The "
    "statute says any subsidiary or affiliate and sets no percentage, so any holding is counted."
)
SECTION_889_DOES_NOT = (
    "freeze assets, restrict exports, or bind private buyers who do not contract with the US government"
)
DOD_DOES_NOT = "freeze assets, restrict exports, ban investment"
MOFCOM_SCOPES = (Scope("cn-export-control"), Scope("cn-watch-list"))
MOFCOM_MEASURE = (
    "China in principle approves no export of the items of the announcement to subsidiaries and branches held to "
    "50 percent or more."
)
MOFCOM_URL = "https://aqygzj.mofcom.gov.cn/"

RULES: tuple[Rule, ...] = (
    Rule(
        code="us-ofac-50",
        regime="OFAC 50 Percent Rule",
        scopes=(Scope("us-ofac-blocking"),),
        basis="ownership",
        measure=OFAC_MEASURE,
        citation="OFAC, Revised Guidance on Entities Owned by Persons Whose Property Is Blocked, 2014-08-13; FAQs 398 to 402",
        url="https://ofac.treasury.gov/faqs/401",
        red_flag=OFAC_FLAG,
        effective_from=date(2014, 8, 13),
    ),
    Rule(
        code="us-ofac-ssi-50",
        regime="OFAC 50 Percent Rule for sectoral sanctions",
        scopes=(Scope("us-ssi-sectoral"),),
        basis="ownership",
        measure="The limits of the directive apply as to the listed owner.",
        does_not="block property",
        citation="OFAC, Revised Guidance of 2014-08-13, for E.O. 13662 directives (general knowledge, unverified)",
        url="https://ofac.treasury.gov/faqs/401",
        red_flag=OFAC_FLAG,
        effective_from=date(2014, 8, 13),
        status="unverified",
    ),
    Rule(
        code="us-ns-cmic",
        regime="NS-CMIC, no rule of ownership",
        scopes=(Scope("us-ns-cmic-securities"),),
        basis="none",
        measure="Affiliate of an NS-CMIC company: no prohibition by ownership. A subsidiary must be listed itself.",
        citation="OFAC FAQ 857; E.O. 13959 as amended by E.O. 14032",
        url="https://ofac.treasury.gov/faqs/topic/5671",
        cascade=False,
        effective_from=date(2021, 6, 3),
    ),
    Rule(
        code="us-bis-distinct-2025",
        regime="BIS, before the Affiliates Rule",
        scopes=BIS_SCOPES,
        basis="none",
        measure=BIS_DISTINCT_MEASURE,
        citation=BIS_DISTINCT_CITATION,
        url=PART_744,
        red_flag=BIS_DISTINCT_FLAG,
        effective_to=date(2025, 9, 28),
    ),
    Rule(
        code="us-bis-affiliates-2025",
        regime="BIS Affiliates Rule",
        scopes=BIS_SCOPES,
        basis="ownership",
        measure=BIS_MEASURE,
        does_not=BIS_DOES_NOT,
        citation="90 FR 47201, 2025-09-30, effective 2025-09-29",
        url="https://www.federalregister.gov/citation/90-FR-47201",
        unknown_share="red flag",
        red_flag=BIS_FLAG,
        most_restrictive=True,
        effective_from=date(2025, 9, 29),
        effective_to=date(2025, 11, 9),
    ),
    Rule(
        code="us-bis-affiliates-suspended",
        regime="BIS Affiliates Rule",
        scopes=BIS_SCOPES,
        basis="ownership",
        measure=BIS_MEASURE,
        does_not=BIS_DOES_NOT,
        citation="Final rule published 2025-11-12, 90 FR no. 216: suspended 2025-11-10 through 2026-11-09",
        url="https://www.federalregister.gov/citation/90-FR-50857",
        unknown_share="red flag",
        red_flag=BIS_FLAG,
        most_restrictive=True,
        effective_from=date(2025, 11, 10),
        effective_to=date(2026, 11, 9),
        status="suspended",
        alternative="us-bis-distinct-suspended",
    ),
    Rule(
        code="us-bis-distinct-suspended",
        regime="BIS, while the Affiliates Rule is suspended",
        scopes=BIS_SCOPES,
        basis="none",
        measure=BIS_DISTINCT_MEASURE,
        citation=BIS_DISTINCT_CITATION,
        url=PART_744,
        red_flag=BIS_DISTINCT_FLAG,
        effective_from=date(2025, 11, 10),
        effective_to=date(2026, 11, 9),
    ),
    Rule(
        code="us-bis-affiliates-2026",
        regime="BIS Affiliates Rule",
        scopes=BIS_SCOPES,
        basis="ownership",
        measure=BIS_MEASURE,
        does_not=BIS_DOES_NOT,
        citation=(
            "90 FR 47201, 2025-09-30, in force again from 2026-11-10 by the terms of its suspension (published "
            "2025-11-12) unless BIS extended that; no source found confirms either"
        ),
        url="https://www.federalregister.gov/citation/90-FR-47201",
        unknown_share="red flag",
        red_flag=BIS_FLAG,
        most_restrictive=True,
        effective_from=date(2026, 11, 10),
        status="unverified",
        alternative="us-bis-distinct-2026",
    ),
    Rule(
        code="us-bis-distinct-2026",
        regime="BIS, were the suspension of the Affiliates Rule extended",
        scopes=BIS_SCOPES,
        basis="none",
        measure=BIS_DISTINCT_MEASURE,
        citation=BIS_DISTINCT_CITATION,
        url=PART_744,
        red_flag=BIS_DISTINCT_FLAG,
        effective_from=date(2026, 11, 10),
        status="suspended",
    ),
    Rule(
        code="us-1260h-805-direct",
        regime="Section 1260H with FY24 NDAA 805, direct contracts",
        scopes=(Scope("us-1260h-procurement"),),
        basis="control",
        inclusive=False,
        measure=(
            "Department of Defense contracts with entities under the control of a listed company, direct since "
            "2026-06-30."
        ),
        does_not=DOD_DOES_NOT,
        citation="FY2021 NDAA section 1260H; FY2024 NDAA section 805",
        url="https://www.federalregister.gov/citation/91-FR-35189",
        red_flag="Red flag: a holding of a listed company that need not be control; section 805 sets no percentage.",
        effective_from=date(2026, 6, 30),
    ),
    Rule(
        code="us-1260h-805-indirect",
        regime="Section 1260H with FY24 NDAA 805, indirect purchases",
        scopes=(Scope("us-1260h-procurement"),),
        basis="control",
        inclusive=False,
        measure=(
            "Department of Defense purchases, through third parties too, of goods or services of entities under the "
            "control of a listed company, from 2027-06-30."
        ),
        does_not=DOD_DOES_NOT,
        citation="FY2021 NDAA section 1260H; FY2024 NDAA section 805",
        url="https://www.federalregister.gov/citation/91-FR-35189",
        red_flag="Red flag: a holding of a listed company that need not be control; section 805 sets no percentage.",
        effective_from=date(2027, 6, 30),
    ),
    Rule(
        code="us-889",
        regime="Section 889",
        scopes=(Scope("us-889-part-a"), Scope("us-889-part-b")),
        basis="affiliate",
        inclusive=False,
        measure=SECTION_889_MEASURE,
        does_not=SECTION_889_DOES_NOT,
        citation="FY2019 NDAA section 889, Pub. L. 115-232; FAR 52.204-25: any subsidiary or affiliate",
        url="https://www.acquisition.gov/far/52.204-25",
        effective_from=date(2019, 8, 13),
    ),
    Rule(
        code="us-fcc-covered",
        regime="FCC Covered List",
        scopes=(Scope("us-fcc-covered"),),
        basis="affiliate",
        inclusive=False,
        measure=(
            "No FCC authorisation for the equipment and services named. The list is read to include subsidiaries and "
            "affiliates and sets no percentage, so any holding is counted."
        ),
        does_not="freeze assets, restrict exports to the company, or cover its other products",
        citation="FCC Covered List, 47 CFR 1.50002: read to include subsidiaries and affiliates",
        url="https://www.fcc.gov/supplychain/coveredlist",
        effective_from=date(2021, 3, 12),
    ),
    Rule(
        code="us-uflpa-entry",
        regime="UFLPA, by the text of the entry",
        scopes=(Scope("us-uflpa-import"),),
        basis="entry",
        inclusive=False,
        measure="Goods may not enter the United States where the entry names the subsidiaries of the listed party.",
        does_not="freeze assets, or restrict exports to the company",
        citation="UFLPA, Pub. L. 117-78; 19 USC 1307; the text of the entry",
        url="https://www.dhs.gov/uflpa-entity-list",
        effective_from=date(2022, 6, 21),
    ),
    Rule(
        code="eu-ownership-2024",
        regime="EU asset freeze, ownership, before 2024-07-03",
        scopes=(Scope("eu-asset-freeze"),),
        basis="ownership",
        inclusive=False,
        measure=EU_MEASURE,
        does_not=FREEZE_DOES_NOT,
        citation="EU Best Practices on restrictive measures before the update of 2024-07-03: more than 50 percent",
        url=EU_URL,
        effective_to=date(2024, 7, 2),
    ),
    Rule(
        code="eu-ownership",
        regime="EU asset freeze, ownership",
        scopes=(Scope("eu-asset-freeze"),),
        basis="ownership",
        measure=EU_MEASURE,
        does_not=FREEZE_DOES_NOT,
        citation="EU Best Practices on restrictive measures, update of 2024-07-03 (not binding): 50 percent or more, or majority interest",
        url=EU_URL,
        effective_from=date(2024, 7, 3),
    ),
    Rule(
        code="eu-control",
        regime="EU asset freeze, control",
        scopes=(Scope("eu-asset-freeze"),),
        basis="control",
        inclusive=False,
        measure=EU_MEASURE,
        does_not=FREEZE_DOES_NOT,
        citation="EU Best Practices on restrictive measures (not binding): criteria of control, any one enough",
        url=EU_URL,
        red_flag=EU_CONTROL_FLAG,
    ),
    Rule(
        code="gb-ownership",
        regime="UK asset freeze, ownership",
        scopes=(Scope("gb-asset-freeze"),),
        basis="ownership",
        inclusive=False,
        aggregated=False,
        measure=UK_MEASURE,
        does_not=FREEZE_DOES_NOT,
        citation="OFSI guidance, paragraph 4.14 (March 2022): more than 50 percent; holdings not simply aggregated",
        url=UK_URL,
    ),
    Rule(
        code="gb-control",
        regime="UK asset freeze, control",
        scopes=(Scope("gb-asset-freeze"),),
        basis="control",
        inclusive=False,
        aggregated=False,
        measure=UK_MEASURE,
        does_not=FREEZE_DOES_NOT,
        citation="OFSI guidance (March 2022): power over the board, or affairs conducted as the designated person wishes",
        url=UK_URL,
        red_flag="Red flag: a holding of a designated person that need not be control; UK law looks at who can direct the company.",
    ),
    Rule(
        code="cn-mofcom-50-2025",
        regime="MOFCOM measures of October 2025",
        scopes=MOFCOM_SCOPES,
        basis="ownership",
        measure=MOFCOM_MEASURE,
        does_not="freeze assets, or cover other items",
        citation="MOFCOM Announcement No. 61 of 2025-10-09, paragraph 2",
        url=MOFCOM_URL,
        effective_from=date(2025, 10, 9),
        effective_to=date(2025, 11, 6),
    ),
    Rule(
        code="cn-mofcom-50-suspended",
        regime="MOFCOM measures of October 2025",
        scopes=MOFCOM_SCOPES,
        basis="ownership",
        measure=MOFCOM_MEASURE,
        does_not="freeze assets, or cover other items",
        citation="MOFCOM Announcement No. 70 of 2025-11-07: suspended until 2026-11-10",
        url=MOFCOM_URL,
        effective_from=date(2025, 11, 7),
        effective_to=date(2026, 11, 10),
        status="suspended",
    ),
    Rule(
        code="cn-mofcom-50-2026",
        regime="MOFCOM measures of October 2025",
        scopes=MOFCOM_SCOPES,
        basis="ownership",
        measure=MOFCOM_MEASURE,
        does_not="freeze assets, or cover other items",
        citation="MOFCOM Announcement No. 61 of 2025-10-09, its suspension ending 2026-11-10 by its own terms; not verified",
        url=MOFCOM_URL,
        effective_from=date(2026, 11, 11),
        status="unverified",
    ),
)


def assume(rules: Iterable[Rule], code: str, in_force: bool) -> tuple[Rule, ...]:
    """Return the rules with one of them in force or suspended, and its alternative the other way round.

    For a rule whose status nobody could verify: assume(RULES, "us-bis-affiliates-2026", in_force=False).
    """
    rows = tuple(rules)
    chosen = next((rule for rule in rows if rule.code == code), None)
    if chosen is None:
        raise ValueError(f"No rule has the code {code!r}.")
    status = {code: in_force, chosen.alternative: not in_force}
    return tuple(
        replace(rule, status="in force" if status[rule.code] else "suspended")
        if rule.code in status
        else rule
        for rule in rows
    )
