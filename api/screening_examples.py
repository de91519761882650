"""Examples of screenings for the manual, typed from public facts."""

from __future__ import annotations

from typing import Any

REQUEST: dict[str, Any] = {
    "portfolio": "Footwear suppliers",
    "rows": [
        {"name": "Hangzhou Hikvision Digital Technology", "country": "China", "reference": "S-1001"},
        {"name": "Example Shoes Co., Ltd.", "country": "vn"},
    ],
    "reason": "Yearly review",
    "watch": True,
}
SUMMARY: dict[str, Any] = {
    "id": 7,
    "portfolio": {"id": 1, "name": "Footwear suppliers", "team": "Purchasing"},
    "trigger": "api",
    "by": "supplier-portal",
    "reason": "Yearly review",
    "created_at": "2026-11-21T09:00:00Z",
    "watch": True,
    "input_name": "rows over the API",
    "input_sha256": "9c1e" + "0" * 60,
    "rows": 2,
    "problems": 0,
    "as_of": "2026-11-21",
    "threshold": 0.8,
    "receipt": "7f3a" + "0" * 60,
    "state": "done",
    "percent": 100,
    "rows_done": 2,
    "hits_found": 1,
    "suppressed": 0,
    "started_at": "2026-11-21T09:00:01Z",
    "finished_at": "2026-11-21T09:00:02Z",
    "cancelled_by": "",
    "error": "",
    "result_sha256": "b40d" + "0" * 60,
    "url": "http://127.0.0.1:8000/api/v1/screenings/7/",
    "hits": "http://127.0.0.1:8000/api/v1/screenings/7/hits/",
}
SCREENING: dict[str, Any] = {
    **SUMMARY,
    "input_size": 212,
    "reading": {"format": "json", "headings in row": "0"},
    "mapping": {"name": "name", "country": "country", "reference": "reference"},
    "problem_examples": [],
    "known_at": "2026-11-21T09:00:00Z",
    "same_party": 0.95,
    "regimes": [],
    "matcher": "0.4",
    "rules_date": "2026-11-10",
    "rules_digest": "41aa" + "0" * 60,
    "searched": [
        {
            "dataset": "us_bis_entity_list",
            "title": "BIS Entity List",
            "kind": "list",
            "version": 12,
            "published_on": "2026-11-20",
            "fetched_at": "2026-11-21T06:00:00Z",
            "sha256": "5d0c" + "0" * 60,
            "entities": 3409,
            "freshness": "fresh",
        }
    ],
    "not_searched": [{"dataset": "jp_meti_eul", "title": "METI End User List", "reason": "never loaded"}],
    "stale": [],
}
HIT: dict[str, Any] = {
    "id": 31,
    "row": 1,
    "subject": {
        "id": 4,
        "name": "Hangzhou Hikvision Digital Technology",
        "country": "cn",
        "reference": "S-1001",
    },
    "score": 0.9755,
    "dataset": "us_bis_entity_list",
    "entity_id": "us_bis_entity_list-28e6392023655ca2502f",
    "company_id": "us_bis_entity_list-28e6392023655ca2502f",
    "caption": "Hangzhou Hikvision Digital Technology Co., Ltd.",
    "matched_name": "Hangzhou Hikvision Digital Technology Co., Ltd.",
    "name_kind": "primary",
    "direct": True,
    "via": "",
    "regimes": [
        {
            "code": "us-ear-entity-list",
            "title": "Export licence required",
            "programme": "Entity List",
            "result": "listed",
            "citation": "84 FR 54002",
            "since": "2019-10-09",
            "forbids": "Export, reexport and transfer, without a licence, of the items subject to the EAR that the entry names.",
            "does_not": "freeze assets, or forbid buying from the party",
            "requirement": "For all items subject to the EAR",
        }
    ],
    "path": [],
    "explanation": {
        "score": 0.9755,
        "sentence": "They agree on hangzhou, hikvision, digital and technology.",
    },
    "suppressed_by": None,
    "reopens": None,
    "difference": {},
}
VERIFICATION: dict[str, Any] = {
    "screening": 7,
    "receipt": "7f3a" + "0" * 60,
    "outcome": "same",
    "sentence": "The same: 2 rows run again on the same versions gave the same 1 hit.",
    "rows": 2,
    "hits": 1,
    "different": 0,
    "differences": [],
}
