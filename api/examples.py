"""Examples for the manual, typed from public facts."""

from __future__ import annotations

from typing import Any

INDEX = {
    "datasets": "http://127.0.0.1:8000/api/v1/datasets/",
    "changes": "http://127.0.0.1:8000/api/v1/changes/",
    "entities": "http://127.0.0.1:8000/api/v1/entities/",
    "vet": "http://127.0.0.1:8000/api/v1/vet/",
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
