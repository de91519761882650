"""The measures that listings impose, in plain words, each with the law it rests on.

A list entry is not one prohibition: sources name the measures of each entry by these codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from entities.choices import MeasureKind

if TYPE_CHECKING:
    from entities.models import Measure


class MeasureFact(NamedTuple):
    code: str
    kind: MeasureKind
    title: str
    forbids: str
    does_not: str
    reach: str
    legal_basis: str
    citation_url: str


CATALOGUE: tuple[MeasureFact, ...] = (
    MeasureFact(
        "us-ofac-blocking",
        MeasureKind.ASSET_FREEZE,
        "Asset freeze and dealing ban",
        "Property and interests in property are blocked; US persons may not deal with the party, nor with "
        "companies that blocked persons own to 50 percent or more together.",
        "",
        "Companies owned 50 percent or more, directly or indirectly, by blocked persons together are blocked too (OFAC 50 Percent Rule).",
        "IEEPA and the executive order of the programme; 31 CFR chapter V",
        "https://ofac.treasury.gov/faqs/topic/1501",
    ),
    MeasureFact(
        "us-ns-cmic-securities",
        MeasureKind.SECURITIES_BAN,
        "US persons may not buy or sell its publicly traded securities",
        "Purchase or sale by US persons of publicly traded securities, and of derivatives of them.",
        "freeze assets, restrict exports or other dealings, or reach subsidiaries that are not listed themselves",
        "Does not reach subsidiaries that are not listed themselves (OFAC FAQ 857): no 50 percent rule.",
        "E.O. 13959 as amended by E.O. 14032",
        "https://ofac.treasury.gov/faqs/topic/5671",
    ),
    MeasureFact(
        "us-ssi-sectoral",
        MeasureKind.SECTORAL,
        "Limits on new debt, new equity or oil projects",
        "What the directive of the entry names: new debt beyond a tenor, new equity, or goods and services for certain oil projects.",
        "block property",
        "",
        "E.O. 13662 and its directives; 31 CFR part 589",
        "https://ofac.treasury.gov/sanctions-programs-and-country-information/ukraine-russia-related-sanctions",
    ),
    MeasureFact(
        "us-capta-accounts",
        MeasureKind.BANKING,
        "US correspondent and payable-through accounts closed or limited",
        "Opening or keeping correspondent or payable-through accounts in the US, or only under conditions.",
        "block property by itself",
        "",
        "The authority named in the entry's programme",
        "https://ofac.treasury.gov/consolidated-sanctions-list-non-sdn-lists/list-of-foreign-financial-institutions-subject-to-correspondent-account-or-payable-through-account-sanctions-capta-list",
    ),
    MeasureFact(
        "us-ns-mbs-menu",
        MeasureKind.OTHER,
        "Menu-based sanctions, as the entry states",
        "What the entry names from the menu, such as export licences, loans, new debt or equity, foreign exchange.",
        "block property unless the entry says so",
        "",
        "CAATSA section 235, E.O. 14024 and others, as the entry states",
        "https://ofac.treasury.gov/consolidated-sanctions-list-non-sdn-lists",
    ),
    MeasureFact(
        "us-fse-dealings",
        MeasureKind.OTHER,
        "Dealing ban for foreign sanctions evaders",
        "Transactions by US persons or in the US that involve the party.",
        "block property",
        "",
        "E.O. 13608",
        "https://ofac.treasury.gov/consolidated-sanctions-list-non-sdn-lists",
    ),
    MeasureFact(
        "us-ns-plc-reject",
        MeasureKind.BANKING,
        "US banks must reject transfers",
        "Processing of the party's transfers by US banks, which must reject them.",
        "block property",
        "",
        "31 CFR parts 594, 595 and 597",
        "https://ofac.treasury.gov/consolidated-sanctions-list-non-sdn-lists",
    ),
    MeasureFact(
        "us-ear-entity-list",
        MeasureKind.EXPORT_LICENCE,
        "Export licence required",
        "Export, reexport and transfer, without a licence, of the items subject to the EAR that the entry names.",
        "freeze assets, or forbid buying from the party",
        "Foreign affiliates owned 50 percent or more are covered only while the BIS Affiliates Rule is in force: 2025-09-29 to 2025-11-09, suspended until 2026-11-09, in force again from 2026-11-10 by its own terms (unverified). A smaller or unknown share is a red flag.",
        "Export Administration Regulations, 15 CFR 744.11 and 744.16, Supplement No. 4 to part 744",
        "https://www.ecfr.gov/current/title-15/part-744",
    ),
    MeasureFact(
        "us-ear-meu",
        MeasureKind.EXPORT_LICENCE,
        "Export licence required for military end users",
        "Export, reexport and transfer, without a licence, of the items of Supplement No. 2 to part 744.",
        "freeze assets; and the list is not exhaustive",
        "As for the Entity List: the BIS Affiliates Rule decides, by date.",
        "Export Administration Regulations, 15 CFR 744.21, Supplement No. 7 to part 744",
        "https://www.ecfr.gov/current/title-15/part-744",
    ),
    MeasureFact(
        "us-ear-uvl",
        MeasureKind.RED_FLAG,
        "No licence exceptions; a statement is required",
        "Use of licence exceptions; other exports need a UVL statement from the party first.",
        "forbid dealing with the party: it is a red flag, not a finding",
        "Does not reach affiliates.",
        "Export Administration Regulations, 15 CFR 744.15, Supplement No. 6 to part 744",
        "https://www.ecfr.gov/current/title-15/part-744",
    ),
    MeasureFact(
        "us-ear-denied",
        MeasureKind.EXPORT_DENIAL,
        "Denied export privileges",
        "Taking part in any way in a transaction subject to the EAR with the party, as its order states.",
        "freeze assets",
        "Related persons only where the order names them.",
        "Export Administration Regulations, 15 CFR 764.3(a)(2), and the denial order",
        "https://www.ecfr.gov/current/title-15/part-764",
    ),
    MeasureFact(
        "us-itar-debarred",
        MeasureKind.DEBARMENT,
        "Barred from exports of defence articles",
        "Taking part in exports of defence articles and services that are subject to the ITAR.",
        "freeze assets, or restrict trade outside the ITAR",
        "",
        "Arms Export Control Act, section 38(g)(4); 22 CFR 127.7",
        "https://www.pmddtc.state.gov/",
    ),
    MeasureFact(
        "us-isn-nonproliferation",
        MeasureKind.OTHER,
        "Nonproliferation sanctions, as the notice states",
        "What the notice names: US government procurement, assistance, export licences or imports.",
        "freeze assets unless the notice says so",
        "Successors, subunits and subsidiaries where the notice says so.",
        "INKSNA, E.O. 12938, E.O. 13382 and others, as the entry states",
        "https://www.state.gov/key-topics-bureau-of-international-security-and-nonproliferation/nonproliferation-sanctions/",
    ),
    MeasureFact(
        "us-uflpa-import",
        MeasureKind.IMPORT_BAN,
        "Goods may not enter the United States",
        "Import of goods made wholly or in part by the party: they are presumed made with forced labour.",
        "freeze assets, or restrict exports to the party",
        "Only the subsidiaries that the entry names.",
        "Uyghur Forced Labor Prevention Act, Pub. L. 117-78; 19 USC 1307",
        "https://www.dhs.gov/uflpa-entity-list",
    ),
    MeasureFact(
        "us-1260h-procurement",
        MeasureKind.PROCUREMENT_BAN,
        "Department of Defense may not contract",
        "Department of Defense contracts with the party or entities under its control, direct since 2026-06-30, "
        "indirect from 2027-06-30.",
        "freeze assets, restrict exports, ban investment",
        "Reaches entities under the listed company's control (section 805); no percentage is set.",
        "FY2021 NDAA section 1260H; FY2024 NDAA section 805",
        "https://www.federalregister.gov/citation/91-FR-35189",
    ),
    MeasureFact(
        "un-sanctions",
        MeasureKind.ASSET_FREEZE,
        "UN asset freeze",
        "UN member states must freeze the party's assets and keep funds from it, each by its own law.",
        "bind companies directly: the law of each member state does",
        "Each member state's law decides on owned or controlled companies.",
        "Security Council resolutions of the regime named",
        "https://main.un.org/securitycouncil/en/content/un-sc-consolidated-list",
    ),
)


def synchronised() -> dict[str, Measure]:
    """Write the catalogue to the record and return its rows by code."""
    from entities.models import Measure

    known = {measure.code: measure for measure in Measure.objects.all()}
    for fact in CATALOGUE:
        measure = known.get(fact.code) or Measure(code=fact.code)
        if (
            any(getattr(measure, name) != value for name, value in fact._asdict().items())
            or measure.pk is None
        ):
            for name, value in fact._asdict().items():
                setattr(measure, name, value)
            measure.save()
        known[fact.code] = measure
    return known
