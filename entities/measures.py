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
        code="us-ofac-blocking",
        kind=MeasureKind.ASSET_FREEZE,
        title="Asset freeze and dealing ban",
        forbids=(
            "Property and interests in property are blocked; US persons may not deal with the party, nor with "
            "companies that blocked persons own to 50 percent or more together."
        ),
        does_not="",
        reach="Companies owned 50 percent or more, directly or indirectly, by blocked persons together are blocked too (OFAC 50 Percent Rule).",
        legal_basis="IEEPA and the executive order of the programme; 31 CFR chapter V",
        citation_url="https://ofac.treasury.gov/faqs/topic/1501",
    ),
    MeasureFact(
        code="us-ns-cmic-securities",
        kind=MeasureKind.SECURITIES_BAN,
        title="US persons may not buy or sell its publicly traded securities",
        forbids="Purchase or sale by US persons of publicly traded securities, and of derivatives of them.",
        does_not="freeze assets, restrict exports or other dealings, or reach subsidiaries that are not listed themselves",
        reach="Does not reach subsidiaries that are not listed themselves (OFAC FAQ 857): no 50 percent rule.",
        legal_basis="E.O. 13959 as amended by E.O. 14032",
        citation_url="https://ofac.treasury.gov/faqs/topic/5671",
    ),
    MeasureFact(
        code="us-ssi-sectoral",
        kind=MeasureKind.SECTORAL,
        title="Limits on new debt, new equity or oil projects",
        forbids="What the directive of the entry names: new debt beyond a tenor, new equity, or goods and services for certain oil projects.",
        does_not="block property",
        reach="",
        legal_basis="E.O. 13662 and its directives; 31 CFR part 589",
        citation_url="https://ofac.treasury.gov/sanctions-programs-and-country-information/ukraine-russia-related-sanctions",
    ),
    MeasureFact(
        code="us-capta-accounts",
        kind=MeasureKind.BANKING,
        title="US correspondent and payable-through accounts closed or limited",
        forbids="Opening or keeping correspondent or payable-through accounts in the US, or only under conditions.",
        does_not="block property by itself",
        reach="",
        legal_basis="The authority named in the entry's programme",
        citation_url="https://ofac.treasury.gov/consolidated-sanctions-list-non-sdn-lists/list-of-foreign-financial-institutions-subject-to-correspondent-account-or-payable-through-account-sanctions-capta-list",
    ),
    MeasureFact(
        code="us-ns-mbs-menu",
        kind=MeasureKind.OTHER,
        title="Menu-based sanctions, as the entry states",
        forbids="What the entry names from the menu, such as export licences, loans, new debt or equity, foreign exchange.",
        does_not="block property unless the entry says so",
        reach="",
        legal_basis="CAATSA section 235, E.O. 14024 and others, as the entry states",
        citation_url="https://ofac.treasury.gov/consolidated-sanctions-list-non-sdn-lists",
    ),
    MeasureFact(
        code="us-fse-dealings",
        kind=MeasureKind.OTHER,
        title="Dealing ban for foreign sanctions evaders",
        forbids="Transactions by US persons or in the US that involve the party.",
        does_not="block property",
        reach="",
        legal_basis="E.O. 13608",
        citation_url="https://ofac.treasury.gov/consolidated-sanctions-list-non-sdn-lists",
    ),
    MeasureFact(
        code="us-ns-plc-reject",
        kind=MeasureKind.BANKING,
        title="US banks must reject transfers",
        forbids="Processing of the party's transfers by US banks, which must reject them.",
        does_not="block property",
        reach="",
        legal_basis="31 CFR parts 594, 595 and 597",
        citation_url="https://ofac.treasury.gov/consolidated-sanctions-list-non-sdn-lists",
    ),
    MeasureFact(
        code="us-ear-entity-list",
        kind=MeasureKind.EXPORT_LICENCE,
        title="Export licence required",
        forbids="Export, reexport and transfer, without a licence, of the items subject to the EAR that the entry names.",
        does_not="freeze assets, or forbid buying from the party",
        reach="Foreign affiliates owned 50 percent or more are covered only while the BIS Affiliates Rule is in force: 2025-09-29 to 2025-11-09, suspended until 2026-11-09, in force again from 2026-11-10 by its own terms (unverified). A smaller or unknown share is a red flag.",
        legal_basis="Export Administration Regulations, 15 CFR 744.11 and 744.16, Supplement No. 4 to part 744",
        citation_url="https://www.ecfr.gov/current/title-15/part-744",
    ),
    MeasureFact(
        code="us-ear-meu",
        kind=MeasureKind.EXPORT_LICENCE,
        title="Export licence required for military end users",
        forbids="Export, reexport and transfer, without a licence, of the items of Supplement No. 2 to part 744.",
        does_not="freeze assets; and the list is not exhaustive",
        reach="As for the Entity List: the BIS Affiliates Rule decides, by date.",
        legal_basis="Export Administration Regulations, 15 CFR 744.21, Supplement No. 7 to part 744",
        citation_url="https://www.ecfr.gov/current/title-15/part-744",
    ),
    MeasureFact(
        code="us-ear-uvl",
        kind=MeasureKind.RED_FLAG,
        title="No licence exceptions; a statement is required",
        forbids="Use of licence exceptions; other exports need a UVL statement from the party first.",
        does_not="forbid dealing with the party: it is a red flag, not a finding",
        reach="Does not reach affiliates.",
        legal_basis="Export Administration Regulations, 15 CFR 744.15, Supplement No. 6 to part 744",
        citation_url="https://www.ecfr.gov/current/title-15/part-744",
    ),
    MeasureFact(
        code="us-ear-denied",
        kind=MeasureKind.EXPORT_DENIAL,
        title="Denied export privileges",
        forbids="Taking part in any way in a transaction subject to the EAR with the party, as its order states.",
        does_not="freeze assets",
        reach="Related persons only where the order names them.",
        legal_basis="Export Administration Regulations, 15 CFR 764.3(a)(2), and the denial order",
        citation_url="https://www.ecfr.gov/current/title-15/part-764",
    ),
    MeasureFact(
        code="us-itar-debarred",
        kind=MeasureKind.DEBARMENT,
        title="Barred from exports of defence articles",
        forbids="Taking part in exports of defence articles and services that are subject to the ITAR.",
        does_not="freeze assets, or restrict trade outside the ITAR",
        reach="",
        legal_basis="Arms Export Control Act, section 38(g)(4); 22 CFR 127.7",
        citation_url="https://www.pmddtc.state.gov/",
    ),
    MeasureFact(
        code="us-isn-nonproliferation",
        kind=MeasureKind.OTHER,
        title="Nonproliferation sanctions, as the notice states",
        forbids="What the notice names: US government procurement, assistance, export licences or imports.",
        does_not="freeze assets unless the notice says so",
        reach="Successors, subunits and subsidiaries where the notice says so.",
        legal_basis="INKSNA, E.O. 12938, E.O. 13382 and others, as the entry states",
        citation_url="https://www.state.gov/key-topics-bureau-of-international-security-and-nonproliferation/nonproliferation-sanctions/",
    ),
    MeasureFact(
        code="us-uflpa-import",
        kind=MeasureKind.IMPORT_BAN,
        title="Goods may not enter the United States",
        forbids="Import of goods made wholly or in part by the party: they are presumed made with forced labour.",
        does_not="freeze assets, or restrict exports to the party",
        reach="Only the subsidiaries that the entry names.",
        legal_basis="Uyghur Forced Labor Prevention Act, Pub. L. 117-78; 19 USC 1307",
        citation_url="https://www.dhs.gov/uflpa-entity-list",
    ),
    MeasureFact(
        code="us-1260h-procurement",
        kind=MeasureKind.PROCUREMENT_BAN,
        title="Department of Defense may not contract",
        forbids=(
            "Department of Defense contracts with the party or entities under its control, direct since 2026-06-30, "
            "indirect from 2027-06-30."
        ),
        does_not="freeze assets, restrict exports, ban investment",
        reach="Reaches entities under the listed company's control (section 805); no percentage is set.",
        legal_basis="FY2021 NDAA section 1260H; FY2024 NDAA section 805",
        citation_url="https://www.federalregister.gov/citation/91-FR-35189",
    ),
    MeasureFact(
        code="us-ear-mieu",
        kind=MeasureKind.EXPORT_LICENCE,
        title="Export licence required for military-intelligence end users",
        forbids="Export, reexport and transfer of items subject to the EAR without a licence, with a presumption of denial; and support by US persons, as 15 CFR 744.6 states.",
        does_not="freeze assets; and the names are not exhaustive",
        reach="The definition covers organisations that the regulation does not name.",
        legal_basis="Export Administration Regulations, 15 CFR 744.22 and 744.6",
        citation_url="https://www.ecfr.gov/current/title-15/section-744.22",
    ),
    MeasureFact(
        code="us-fcc-covered",
        kind=MeasureKind.OTHER,
        title="No FCC authorisation for the equipment and services named",
        forbids="FCC authorisation of the equipment that the entry names, without which it may not be imported or marketed in the United States.",
        does_not="freeze assets, restrict exports to the party, or cover its other products",
        reach="Read to include subsidiaries and affiliates of the party (footnote of the list); no percentage is set.",
        legal_basis="Secure and Trusted Communications Networks Act of 2019, Pub. L. 116-124; 47 USC 1601-1609; 47 CFR 1.50000 et seq.",
        citation_url="https://www.fcc.gov/supplychain/coveredlist",
    ),
    MeasureFact(
        code="us-889-part-a",
        kind=MeasureKind.PROCUREMENT_BAN,
        title="US federal agencies may not buy its equipment or services",
        forbids="Federal procurement of the covered equipment and services, since August 2019.",
        does_not="freeze assets, restrict exports, or bind private buyers who do not contract with the US government",
        reach="Any subsidiary or affiliate; no percentage is set.",
        legal_basis="FY2019 NDAA section 889(a)(1)(A), Pub. L. 115-232; FAR 52.204-25",
        citation_url="https://www.acquisition.gov/far/52.204-25",
    ),
    MeasureFact(
        code="us-889-part-b",
        kind=MeasureKind.PROCUREMENT_BAN,
        title="US federal agencies may not contract with users of its equipment or services",
        forbids="Federal contracts with an entity that uses the covered equipment or services, since 2020-08-13.",
        does_not="freeze assets, restrict exports, or bind companies without US government contracts",
        reach="Any subsidiary or affiliate; no percentage is set.",
        legal_basis="FY2019 NDAA section 889(a)(1)(B), Pub. L. 115-232; FAR 52.204-25",
        citation_url="https://www.acquisition.gov/far/52.204-25",
    ),
    MeasureFact(
        code="us-cbp-wro",
        kind=MeasureKind.IMPORT_BAN,
        title="Named goods are detained at US ports",
        forbids="Release into the United States of the merchandise that the order names: a withhold release order detains it, a finding seizes it.",
        does_not="cover other merchandise of the party, freeze assets or restrict exports to it",
        reach="Only the merchandise and the producers that the order names.",
        legal_basis="Tariff Act of 1930, section 307, 19 USC 1307; 19 CFR 12.42",
        citation_url="https://www.cbp.gov/trade/forced-labor/withhold-release-orders-and-findings",
    ),
    MeasureFact(
        code="us-1286-research",
        kind=MeasureKind.RED_FLAG,
        title="Red flag for US defence-funded research",
        forbids="Nothing by itself: the Department of Defense reviews the ties of research proposals to the institution.",
        does_not="freeze assets, restrict exports or procurement",
        reach="Does not reach affiliates that the list does not name.",
        legal_basis="FY2019 NDAA section 1286, Pub. L. 115-232, as amended",
        citation_url="https://www.congress.gov/115/plaws/publ232/PLAW-115publ232.pdf",
    ),
    MeasureFact(
        code="jp-meti-eul",
        kind=MeasureKind.RED_FLAG,
        title="Japanese export licence needed unless the use is clearly harmless",
        forbids="Export from Japan under the catch-all controls without a licence, unless the goods are clearly not for the weapons that the entry names.",
        does_not="ban exports to the party, freeze assets, or bind exporters outside Japan",
        reach="Does not reach affiliates that the list does not name.",
        legal_basis="Foreign Exchange and Foreign Trade Act; catch-all controls",
        citation_url="https://www.meti.go.jp/english/policy/external_economy/trade_control/index.html",
    ),
    MeasureFact(
        code="cn-unreliable-entity",
        kind=MeasureKind.OTHER,
        title="China bars trade or investment, as the announcement states",
        forbids="What the announcement names, such as import and export related to China and new investment in China.",
        does_not="bind companies outside China in dealings that do not touch China",
        reach="Branches where the announcement names them.",
        legal_basis="Provisions on the Unreliable Entity List",
        citation_url="https://aqygzj.mofcom.gov.cn/",
    ),
    MeasureFact(
        code="cn-export-control",
        kind=MeasureKind.EXPORT_DENIAL,
        title="China bans the export of dual-use items to the party",
        forbids="Export of dual-use items from China to the party.",
        does_not="freeze assets, or cover items that are not dual-use",
        reach="MOFCOM's wording of October 2025 on subsidiaries of 50 percent or more was suspended until about November 2026; what holds now is not verified.",
        legal_basis="Export Control Law of the People's Republic of China, article 18; Regulations on the Export Control of Dual-Use Items",
        citation_url="https://aqygzj.mofcom.gov.cn/",
    ),
    MeasureFact(
        code="cn-watch-list",
        kind=MeasureKind.RED_FLAG,
        title="China watches the end use of dual-use items",
        forbids="Simplified licensing: exporters of dual-use items must show more about the end user and the end use.",
        does_not="ban exports to the party",
        reach="As for the export control list: not verified.",
        legal_basis="Regulations on the Export Control of Dual-Use Items",
        citation_url="https://aqygzj.mofcom.gov.cn/",
    ),
    MeasureFact(
        code="un-sanctions",
        kind=MeasureKind.ASSET_FREEZE,
        title="UN asset freeze",
        forbids="UN member states must freeze the party's assets and keep funds from it, each by its own law.",
        does_not="bind companies directly: the law of each member state does",
        reach="Each member state's law decides on owned or controlled companies.",
        legal_basis="Security Council resolutions of the regime named",
        citation_url="https://main.un.org/securitycouncil/en/content/un-sc-consolidated-list",
    ),
    MeasureFact(
        code="gb-asset-freeze",
        kind=MeasureKind.ASSET_FREEZE,
        title="UK asset freeze",
        forbids=(
            "Dealing with the party's funds and economic resources, and making funds or economic resources available "
            "to it or for its benefit, in the UK or by UK persons anywhere."
        ),
        does_not="restrict travel or trade by itself",
        reach=(
            "Reaches companies that the party owns to more than 50 percent or controls; the holdings of several "
            "designated persons are not simply added up (OFSI guidance)."
        ),
        legal_basis="Sanctions and Anti-Money Laundering Act 2018, section 3, and the regulations of the regime",
        citation_url="https://www.legislation.gov.uk/ukpga/2018/13/section/3",
    ),
    MeasureFact(
        code="gb-travel-ban",
        kind=MeasureKind.OTHER,
        title="UK travel ban",
        forbids="Entry to and stay in the United Kingdom.",
        does_not="freeze assets or restrict trade",
        reach="Does not reach companies.",
        legal_basis="Sanctions and Anti-Money Laundering Act 2018, section 4; Immigration Act 1971, section 8B",
        citation_url="https://www.legislation.gov.uk/ukpga/2018/13/section/4",
    ),
    MeasureFact(
        code="gb-trade",
        kind=MeasureKind.OTHER,
        title="UK arms embargo or other trade measure",
        forbids="Supply of military or other named goods, technology and services to the party, as its regime states.",
        does_not="freeze assets by itself",
        reach="",
        legal_basis="Sanctions and Anti-Money Laundering Act 2018, section 5, and the regulations of the regime",
        citation_url="https://www.legislation.gov.uk/ukpga/2018/13/section/5",
    ),
    MeasureFact(
        code="gb-transport",
        kind=MeasureKind.OTHER,
        title="UK ship or aircraft sanctions",
        forbids="Port entry, registration, chartering, crewing or technical assistance of ships or aircraft, as the entry states.",
        does_not="freeze assets by itself",
        reach="",
        legal_basis="Sanctions and Anti-Money Laundering Act 2018, sections 6 and 7, and the regulations of the regime",
        citation_url="https://www.legislation.gov.uk/ukpga/2018/13/section/7",
    ),
    MeasureFact(
        code="gb-services",
        kind=MeasureKind.OTHER,
        title="UK services or business arrangements restricted",
        forbids="Trust services, internet services, business arrangements or representative offices, as the entry states.",
        does_not="freeze assets by itself",
        reach="",
        legal_basis="Sanctions and Anti-Money Laundering Act 2018, and the regulations of the regime",
        citation_url="https://www.legislation.gov.uk/ukpga/2018/13",
    ),
    MeasureFact(
        code="gb-director-disqualification",
        kind=MeasureKind.OTHER,
        title="UK director disqualification",
        forbids="Acting as a director of a company, or taking part in its promotion, formation or management.",
        does_not="freeze assets by itself",
        reach="Binds the designated person, not the companies it is connected with.",
        legal_basis="Sanctions and Anti-Money Laundering Act 2018, section 3A; Company Directors Disqualification Act 1986, section 11A",
        citation_url="https://www.legislation.gov.uk/ukpga/2018/13/section/3A",
    ),
    MeasureFact(
        code="gb-other",
        kind=MeasureKind.OTHER,
        title="UK measure, as the entry states",
        forbids="What the entry names under Sanctions Imposed.",
        does_not="",
        reach="",
        legal_basis="Sanctions and Anti-Money Laundering Act 2018, and the regulations of the regime",
        citation_url="https://www.legislation.gov.uk/ukpga/2018/13",
    ),
    MeasureFact(
        code="eu-asset-freeze",
        kind=MeasureKind.ASSET_FREEZE,
        title="EU asset freeze",
        forbids=(
            "The party's funds and economic resources are frozen, and none may be made available to it or for its "
            "benefit, by EU persons or within the EU."
        ),
        does_not="restrict travel or trade by itself; travel bans and sectoral measures stand in other acts",
        reach=(
            "Reaches companies owned to 50 percent or more, listed owners' shares added up, or controlled "
            "(Council Best Practices of 2024-07-03)."
        ),
        legal_basis="The Council regulation named in the entry; article 215 TFEU",
        citation_url="https://finance.ec.europa.eu/eu-and-world/sanctions-restrictive-measures_en",
    ),
    MeasureFact(
        code="ca-dealings-ban",
        kind=MeasureKind.ASSET_FREEZE,
        title="Canadian dealings ban",
        forbids=(
            "Dealing in the party's property, services for its benefit and goods made available to it, by persons in "
            "Canada and Canadians abroad; the effect is an asset freeze."
        ),
        does_not="restrict trade with others in its country by itself",
        reach=(
            "Property of an entity that the party controls is deemed the party's since 2023-06-22: 50 percent or more of "
            "shares or votes, power over its board, or direction of its activities (section 2.1)."
        ),
        legal_basis="Special Economic Measures Act, S.C. 1992, c. 17, section 4; Justice for Victims of Corrupt Foreign Officials Act, section 4",
        citation_url="https://laws-lois.justice.gc.ca/eng/acts/s-14.5/",
    ),
    MeasureFact(
        code="ch-asset-freeze",
        kind=MeasureKind.ASSET_FREEZE,
        title="Swiss asset freeze",
        forbids="The party's funds and economic resources in Switzerland are frozen, none may be made available to it, and holdings must be reported to SECO.",
        does_not="restrict goods or services by itself",
        reach="Reaches companies that the party owns or controls, as the ordinance states.",
        legal_basis="Embargo Act (SR 946.231) and the ordinance named in the entry",
        citation_url="https://www.fedlex.admin.ch/eli/cc/2002/564/en",
    ),
    MeasureFact(
        code="ch-capital-market",
        kind=MeasureKind.SECURITIES_BAN,
        title="Swiss limits on the money and capital market",
        forbids="Issue and trade of the securities and money market instruments, and the loans, that the ordinance names.",
        does_not="freeze assets",
        reach="",
        legal_basis="Embargo Act (SR 946.231) and the ordinance named in the entry",
        citation_url="https://www.fedlex.admin.ch/eli/cc/2002/564/en",
    ),
    MeasureFact(
        code="ch-trade",
        kind=MeasureKind.OTHER,
        title="Swiss limits on goods and technology",
        forbids="Supply to the party of the goods, technology and services that the ordinance names.",
        does_not="freeze assets",
        reach="",
        legal_basis="Embargo Act (SR 946.231) and the ordinance named in the entry",
        citation_url="https://www.fedlex.admin.ch/eli/cc/2002/564/en",
    ),
    MeasureFact(
        code="ch-transport",
        kind=MeasureKind.OTHER,
        title="Swiss measures on vessels or aircraft",
        forbids="What the ordinance names for the vessel or aircraft.",
        does_not="freeze assets by itself",
        reach="",
        legal_basis="Embargo Act (SR 946.231) and the ordinance named in the entry",
        citation_url="https://www.fedlex.admin.ch/eli/cc/2002/564/en",
    ),
    MeasureFact(
        code="ch-travel-ban",
        kind=MeasureKind.OTHER,
        title="Swiss travel ban",
        forbids="Entry into and transit through Switzerland.",
        does_not="freeze assets by itself",
        reach="Does not reach companies.",
        legal_basis="Embargo Act (SR 946.231) and the ordinance named in the entry",
        citation_url="https://www.fedlex.admin.ch/eli/cc/2002/564/en",
    ),
    MeasureFact(
        code="ch-other",
        kind=MeasureKind.OTHER,
        title="Swiss measure, as the entry states",
        forbids="What the sanctions set of the entry names.",
        does_not="",
        reach="",
        legal_basis="Embargo Act (SR 946.231) and the ordinance named in the entry",
        citation_url="https://www.fedlex.admin.ch/eli/cc/2002/564/en",
    ),
    MeasureFact(
        code="au-targeted-financial",
        kind=MeasureKind.ASSET_FREEZE,
        title="Australian targeted financial sanctions",
        forbids="Using or dealing with the party's assets, and making assets available to it or for its benefit.",
        does_not="restrict travel or goods by itself",
        reach="Assets that the party owns or controls, directly or indirectly.",
        legal_basis="Charter of the United Nations Act 1945 or Autonomous Sanctions Act 2011, and the instrument of the entry",
        citation_url="https://www.dfat.gov.au/international-relations/security/sanctions/consolidated-list",
    ),
    MeasureFact(
        code="au-travel-ban",
        kind=MeasureKind.OTHER,
        title="Australian travel ban",
        forbids="Travel to, entry to and stay in Australia.",
        does_not="freeze assets",
        reach="Does not reach companies.",
        legal_basis="Charter of the United Nations Act 1945 or Autonomous Sanctions Act 2011, and the instrument of the entry",
        citation_url="https://www.dfat.gov.au/international-relations/security/sanctions/consolidated-list",
    ),
    MeasureFact(
        code="au-arms-embargo",
        kind=MeasureKind.OTHER,
        title="Australian arms embargo",
        forbids="Supply of arms and related materiel, and of services for them, to the party.",
        does_not="freeze assets by itself",
        reach="",
        legal_basis="Charter of the United Nations Act 1945 or Autonomous Sanctions Act 2011, and the instrument of the entry",
        citation_url="https://www.dfat.gov.au/international-relations/security/sanctions/consolidated-list",
    ),
    MeasureFact(
        code="au-maritime",
        kind=MeasureKind.OTHER,
        title="Australian maritime restriction",
        forbids="What the instrument bars the vessel from, such as entering Australian ports.",
        does_not="freeze assets by itself",
        reach="",
        legal_basis="Charter of the United Nations Act 1945 or Autonomous Sanctions Act 2011, and the instrument of the entry",
        citation_url="https://www.dfat.gov.au/international-relations/security/sanctions/consolidated-list",
    ),
    MeasureFact(
        code="au-other",
        kind=MeasureKind.OTHER,
        title="Australian measure, as the entry states",
        forbids="What the instrument of the entry states.",
        does_not="",
        reach="",
        legal_basis="Charter of the United Nations Act 1945 or Autonomous Sanctions Act 2011, and the instrument of the entry",
        citation_url="https://www.dfat.gov.au/international-relations/security/sanctions/consolidated-list",
    ),
    MeasureFact(
        code="wb-debarment",
        kind=MeasureKind.DEBARMENT,
        title="Barred from contracts that the World Bank finances",
        forbids="Award of contracts financed by the World Bank, and a role in them as subcontractor, consultant or supplier.",
        does_not="freeze assets, or forbid anything to those who use no money of the Bank",
        reach="Affiliates that the firm controls, where the decision says so.",
        legal_basis=(
            "World Bank procurement and consultant guidelines and Sanctions Procedures; Agreement for Mutual Enforcement of "
            "Debarment Decisions of 2010-04-09"
        ),
        citation_url="https://projects.worldbank.org/en/projects-operations/procurement/debarred-firms",
    ),
    MeasureFact(
        code="gb-investment-ban",
        kind=MeasureKind.SECURITIES_BAN,
        title="UK limits on its securities and on loans to it",
        forbids="Dealing in the transferable securities and money market instruments, and granting the loans or credit, that the regulations name.",
        does_not="freeze assets: whether they are frozen says the UK Sanctions List",
        reach="Reaches persons incorporated outside the United Kingdom that a named person owns, and those who act for them.",
        legal_basis="Russia (Sanctions) (EU Exit) Regulations 2019, regulations 16 to 18 and Schedule 2",
        citation_url="https://www.legislation.gov.uk/uksi/2019/855",
    ),
    MeasureFact(
        code="nbim-exclusion",
        kind=MeasureKind.INVESTOR_EXCLUSION,
        title="Excluded from Norway's Government Pension Fund Global",
        forbids="Investment by that fund only.",
        does_not="forbid anything to anybody else: it is one investor's decision on ethical grounds",
        reach="Does not reach other companies of the group.",
        legal_basis="Guidelines for Observation and Exclusion of companies from the Government Pension Fund Global, Norwegian Ministry of Finance",
        citation_url="https://www.nbim.no/en/responsible-investment/exclusion-of-companies/",
    ),
    MeasureFact(
        code="nbim-observation",
        kind=MeasureKind.RED_FLAG,
        title="Observed by Norway's Government Pension Fund Global",
        forbids="Nothing: the fund watches the company and may hold it.",
        does_not="forbid anything to anybody",
        reach="Does not reach other companies of the group.",
        legal_basis="Guidelines for Observation and Exclusion of companies from the Government Pension Fund Global, Norwegian Ministry of Finance",
        citation_url="https://www.nbim.no/en/responsible-investment/exclusion-of-companies/",
    ),
    MeasureFact(
        code="nbim-other",
        kind=MeasureKind.OTHER,
        title="Decision of Norges Bank, as the entry states",
        forbids="What the entry states, for that fund only.",
        does_not="forbid anything to anybody else",
        reach="",
        legal_basis="Guidelines for Observation and Exclusion of companies from the Government Pension Fund Global, Norwegian Ministry of Finance",
        citation_url="https://www.nbim.no/en/responsible-investment/exclusion-of-companies/",
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
