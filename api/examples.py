"""Examples for the manual, typed from public facts."""

from __future__ import annotations

from typing import Any

INDEX = {
    "datasets": "http://127.0.0.1:8000/api/v1/datasets/",
    "changes": "http://127.0.0.1:8000/api/v1/changes/",
    "entities": "http://127.0.0.1:8000/api/v1/entities/",
    "cross_references": "http://127.0.0.1:8000/api/v1/cross-references/",
    "vet": "http://127.0.0.1:8000/api/v1/vet/",
    "what_if": "http://127.0.0.1:8000/api/v1/what-if/",
    "screenings": "http://127.0.0.1:8000/api/v1/screenings/",
    "hits": "http://127.0.0.1:8000/api/v1/hits/",
    "alerts": "http://127.0.0.1:8000/api/v1/alerts/",
    "schema": "http://127.0.0.1:8000/api/v1/schema/",
    "docs": "http://127.0.0.1:8000/api/v1/docs/",
    "match": "http://127.0.0.1:8000/api/v1/match/all",
}
CURRENT_VERSION: dict[str, Any] = {
    "published_on": "2025-11-20",
    "published_on_stated": True,
    "fetched_at": "2025-11-21T06:00:00Z",
    "sha256": "5d0c" + "0" * 60,
    "entities": 1000,
    "names": 4193,
    "added": 2,
    "changed": 5,
    "removed": 0,
    "not_understood": 0,
    "is_excerpt": False,
    "scope": "",
}
VERSION = {
    "status": "accepted",
    **CURRENT_VERSION,
    "size": 2_100_000,
    "rows": 1000,
    "skipped": {},
    "log": [],
    "error": "",
}
DATASET = {
    "name": "un_sc",
    "title": "UN Security Council Consolidated List",
    "kind": "list",
    "authority": "United Nations Security Council",
    "legal_basis": "Security Council resolutions of each regime",
    "homepage": "https://main.un.org/securitycouncil/en/content/un-sc-consolidated-list",
    "url": "https://scsanctions.un.org/resources/xml/en/consolidated.xml",
    "cadence": "within a day of each decision",
    "freshness": "fresh",
    "fresh_days": 3,
    "checked_at": "2025-11-21T06:00:00Z",
    "current_version": CURRENT_VERSION,
    "feed": "http://127.0.0.1:8000/api/v1/datasets/un_sc/changes.atom",
}
MEASURE = {
    "code": "us-ear-entity-list",
    "kind": "export_licence",
    "title": "Export licence required",
    "forbids": "Export, reexport and transfer, without a licence, of the items subject to the EAR that the entry names.",
    "does_not": "freeze assets, or forbid buying from the party",
    "legal_basis": "Export Administration Regulations, 15 CFR 744.11 and 744.16, Supplement No. 4 to part 744",
    "citation_url": "https://www.ecfr.gov/current/title-15/part-744",
}
STATED = {"added_on": "2025-11-20", "removed_on": None}
LISTING = {
    "programme": "Entity List",
    "legal_basis": "15 CFR part 744, Supplement No. 4",
    "citation": "84 FR 54002",
    "requirement": "For all items subject to the EAR",
    "policy": "Case-by-case review for some items; presumption of denial for the rest",
    "reason": "",
    "start": "2019-10-09",
    "start_basis": "effective date",
    "end": None,
    "end_basis": "",
    "in_force": True,
    "source_url": "https://www.ecfr.gov/current/title-15/part-744",
    "measures": [MEASURE],
    **STATED,
}
PARTY = {
    "id": "us_bis_entity_list-3f1c2a90d7e64b5581aa",
    "caption": "Hangzhou Hikvision Digital Technology Co., Ltd.",
    "schema": "Company",
}
SUMMARY = {
    **PARTY,
    "dataset": "us_bis_entity_list",
    "countries": ["cn"],
    "listed": True,
    "first_seen": "2025-11-21T06:00:00Z",
    "last_change": "2025-11-21T06:00:00Z",
    "removed_on": None,
    "url": "http://127.0.0.1:8000/api/v1/entities/us_bis_entity_list-3f1c2a90d7e64b5581aa/",
}
CHANGE = {
    "id": 40127,
    "kind": "changed",
    "entity": {**PARTY, "dataset": "us_bis_entity_list", "countries": ["cn"]},
    "version": {
        "id": 7,
        "dataset": "us_bis_entity_list",
        "published_on": "2025-11-20",
        "fetched_at": "2025-11-21T06:00:00Z",
        "is_history": False,
        "is_excerpt": False,
    },
    "fields": {"names": {"before": [], "after": [{"text": "Hikvision", "kind": "alias"}]}},
}
FEED = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
  <title>What changed on UN Security Council Consolidated List (un_sc)</title>
  <id>urn:uuid:9b1ad9b6-06b2-5b7c-8c0e-3a1f5f0a3c55</id>
  <updated>2025-11-21T06:00:00+00:00</updated>
  <entry>
    <title>un_sc of 2025-11-20: +2 added, ~5 changed, −0 removed</title>
    <id>urn:uuid:0f5b52a1-5a60-5b0e-9d0e-6f3b7f3f8a10</id>
    <updated>2025-11-21T06:00:00+00:00</updated>
    <content type="html">&lt;h3&gt;Added&lt;/h3&gt;&lt;ul&gt;&lt;li&gt;…&lt;/li&gt;&lt;/ul&gt;</content>
  </entry>
</feed>
"""
ENTITY = {
    **PARTY,
    "as_of": None,
    "dataset": {
        "name": "us_bis_entity_list",
        "title": "Entity List",
        "authority": "Bureau of Industry and Security",
        "legal_basis": "15 CFR part 744, Supplement No. 4",
        "homepage": "https://www.bis.gov/",
    },
    "countries": ["cn"],
    "listed": True,
    "names": [
        {"text": "Hangzhou Hikvision Digital Technology Co., Ltd.", "kind": "primary", "lang": "", **STATED},
        {"text": "Hikvision", "kind": "alias", "lang": "", **STATED},
    ],
    "identifiers": [],
    "addresses": [{"text": "No. 555 Qianmo Road, Binjiang District, Hangzhou", "country": "cn", **STATED}],
    "listings": [LISTING],
    "owners": [],
    "assets": [],
    "evidence": [],
    "partnerships": [],
    "properties": {},
    "raw": {},
    "also_in": {},
    "versions": {
        "added": {
            name: CURRENT_VERSION[name]
            for name in ("published_on", "published_on_stated", "fetched_at", "sha256", "is_excerpt")
        },
        "changed": {
            name: CURRENT_VERSION[name]
            for name in ("published_on", "published_on_stated", "fetched_at", "sha256", "is_excerpt")
        },
        "removed": None,
    },
}
MATCH_REQUEST = {
    "queries": {
        "a": {
            "schema": "Company",
            "properties": {"name": ["Hikvision Digital Technology"], "country": ["cn"]},
        }
    }
}
SEARCHED: dict[str, Any] = {
    "searched": [
        {
            "dataset": "us_bis_entity_list",
            "title": "Entity List",
            "kind": "list",
            "version": 7,
            "published_on": "2025-11-20",
            "fetched_at": "2025-11-21T06:00:00Z",
            "sha256": "5d0c" + "0" * 60,
            "entities": 3400,
            "freshness": "fresh",
            "scope": "",
        }
    ],
    "not_searched": [
        {"dataset": "un_sc", "title": "UN Security Council Consolidated List", "reason": "never loaded"}
    ],
}
MATCH = {
    "responses": {
        "a": {
            "status": 200,
            "results": [
                {
                    **PARTY,
                    "properties": {
                        "name": ["Hangzhou Hikvision Digital Technology Co., Ltd."],
                        "country": ["cn"],
                        "topics": ["export.control"],
                    },
                    "datasets": ["us_bis_entity_list"],
                    "referents": [],
                    "target": True,
                    "first_seen": "2025-11-21T06:00:00Z",
                    "last_seen": "2025-11-21T06:00:00Z",
                    "last_change": "2025-11-21T06:00:00Z",
                    "score": 0.93,
                    "match": True,
                    "explanations": {
                        "name": {
                            "score": 0.93,
                            "detail": "the distinctive word agrees",
                            "query": "Hikvision Digital Technology",
                            "candidate": "Hangzhou Hikvision Digital Technology Co., Ltd.",
                        }
                    },
                    "matched_name": "Hangzhou Hikvision Digital Technology Co., Ltd.",
                    "name_kind": "primary",
                    "listings": [LISTING],
                    "sentence": '"Hikvision Digital Technology" and "Hangzhou Hikvision Digital Technology Co., '
                    'Ltd." score 0.93: they agree on "hikvision" (exact).',
                }
            ],
            "total": {"value": 1, "relation": "eq"},
            "query": MATCH_REQUEST["queries"]["a"],
            "ignored_properties": [],
        },
        "b": {"status": 400, "detail": "name: Give at least one name.", "code": "no_name", "results": []},
    },
    "matcher": {"name": "watchlink", "version": "1.0"},
    "limit": 5,
    "as_of": None,
    **SEARCHED,
}
# The shape of the rest is the desk's own; see screening/vetting.py.
VET = {"name": "Hikvision", **SEARCHED}
HIKVISION = {
    **PARTY,
    "id": "watchlink_companies-7d2be1c0c2f24a5f9b1e",
    "dataset": "watchlink_companies",
    "countries": ["cn"],
}
HIKVISION_REASON = (
    '"Hangzhou Hikvision Digital Technology Co., Ltd." and "Hangzhou Hikvision Digital Technology Company" score '
    '0.97: they agree on "hikvision" (exact), "hangzhou" (place), "digital" (industry), "technology" (industry).'
)
EZVIZ = {
    "id": "watchlink_companies-5c0e6a3d7f8b4c2a9d10",
    "caption": "Hangzhou EZVIZ Network Co., Ltd.",
    "schema": "Company",
    "dataset": "watchlink_companies",
    "countries": ["cn"],
}
HELD: dict[str, Any] = {
    "ids": [31],
    "kind": "shareholding",
    "share": "48 %",
    "share_min": 48.0,
    "share_max": 48.0,
    "start": "2022-12-28",
    "end": None,
    "citation": "Caijing, 28 December 2022, on the listing of EZVIZ in Shanghai",
    "url": "https://quanqiu.caijing.cc/caijing/2022/1228/7201.html",
    "quote": "",
}
CONCLUSION: dict[str, Any] = {
    "rule": {
        "code": "us-889",
        "regime": "Section 889",
        "asks": "a subsidiary or affiliate, at no set percentage",
        "status": "in force",
        "remark": "",
        "effective_from": "2019-08-13",
        "effective_to": None,
        "citation": "FY2019 NDAA section 889, Pub. L. 115-232; FAR 52.204-25: any subsidiary or affiliate",
        "url": "https://www.acquisition.gov/far/52.204-25",
    },
    "result": "yes",
    "direct": False,
    "forbids": "US federal agencies may not buy its covered equipment or services, nor contract with those who use them.",
    "does_not": "freeze assets, restrict exports, or bind private buyers who do not contract with the US government",
    "path": [{**HELD, "owner": HIKVISION, "asset": EZVIZ}],
    "owners": [
        {
            "party": HIKVISION,
            "entity": {**HIKVISION, "id": "us_section_889-40be", "dataset": "us_section_889"},
            "list": "US Section 889 prohibited companies",
            "measure": "us-889-part-a",
            "programme": "",
            "since": "2019-08-13",
            "until": None,
            "citation": "Pub. L. 115-232, section 889(f)(3)",
            "requirement": "",
            "source_url": "https://www.congress.gov/115/plaws/publ232/PLAW-115publ232.pdf",
        }
    ],
    "joins": [
        {
            "party": HIKVISION,
            "entity": {**HIKVISION, "id": "us_section_889-40be", "dataset": "us_section_889"},
            "score": 0.975,
            "confirmed": "",
            "reason": HIKVISION_REASON,
        }
    ],
    "reasons": [
        "Hangzhou Hikvision Digital Technology Co., Ltd. holds 48 %. The rule asks for a subsidiary or affiliate, at no set percentage."
    ],
}
ASKED = {"entity": EZVIZ, "as_of": "2026-11-21", "known_at": None}
EXPOSURE = {**ASKED, "same_party": [], "exposures": [CONCLUSION], "rules": "2026-11-11", **SEARCHED}
NODE = {"measures": [], "hidden": 0}
OWNERSHIP = {
    **ASKED,
    "depth": 2,
    "direction": "both",
    "whole": True,
    "days": ["2019-08-13", "2022-12-28"],
    "nodes": [
        {**EZVIZ, **NODE, "distance": 0, "owners": 1, "assets": 0},
        {**HIKVISION, **NODE, "distance": -1, "measures": ["us-889-part-a"], "owners": 0, "assets": 1},
    ],
    "edges": [{**HELD, "owner": HIKVISION["id"], "asset": EZVIZ["id"], "in_force": True}],
}
REACH = {
    **ASKED,
    "entity": HIKVISION,
    "total": 1,
    "limit": 50,
    "offset": 0,
    "results": [{"party": EZVIZ, "exposures": [CONCLUSION]}],
}
WHAT_IF_REQUEST = {
    "remove_edges": [31],
    "add_edges": [
        {
            "owner": HIKVISION["id"],
            "asset": EZVIZ["id"],
            "kind": "shareholding",
            "share_min": 60,
            "share_max": 60,
        }
    ],
    "rules": {"us-bis-affiliates-2026": "in force"},
}
WHAT_IF = {
    "as_of": "2026-11-21",
    "known_at": None,
    "total": 1,
    "limit": 50,
    "changes": [{"party": EZVIZ, "before": {**CONCLUSION, "result": "red flag"}, "after": CONCLUSION}],
}
PUBLISHED = {
    "id": 12,
    "entity": {
        **EZVIZ,
        "id": "watchlink_companies-0540f768addc360594f7",
        "caption": "Kingsoft Cloud Holdings Limited",
    },
    "published": "2020-12-16",
    "published_text": "",
    "publisher": "The New York Times with IPVM",
    "title": "",
    "url": "https://www.nytimes.com/2020/12/16/technology/alibaba-china-facial-recognition-uighurs.html",
    "retrieved": None,
    "archived_sha256": "",
    "claim": "A page of Kingsoft Cloud's website offered to predict race from a face, with the values Uyghur and not Uyghur.",
    "nature": "finding",
    "topic": "kingsoft-race-2020",
    "verified": True,
    "note": "",
    "added_on": "2026-11-21",
    "removed_on": None,
}
PARTNERED = {
    "id": 3,
    "entity": {
        **EZVIZ,
        "id": "watchlink_companies-8e438a940042000dae60",
        "caption": "Alibaba Cloud Computing Ltd.",
    },
    "brand": "Olympic Games (International Olympic Committee)",
    "kind": "cloud_provider",
    "description": "Official cloud services partner, in the name of Alibaba Group",
    "start": "2017-01-19",
    "end": None,
    "dates": "announced 19 January 2017, to 2028; current in December 2020",
    "citation": "insidethegames, 19 January 2017",
    "url": "http://www.insidethegames.biz/articles/1045986/alibaba-group-announced-as-olympic-top-sponsor-until-2028",
    "verified": True,
    "added_on": "2026-11-21",
    "removed_on": None,
}
