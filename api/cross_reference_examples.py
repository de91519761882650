"""Examples of cross-references for the manual, typed from public facts."""

from __future__ import annotations

from typing import Any

from api.examples import HIKVISION, HIKVISION_REASON

CROSS_REFERENCE: dict[str, Any] = {
    "id": 12,
    "company_id": HIKVISION["id"],
    "listed_id": "us_section_889-40be",
    "company": HIKVISION,
    "listed": {**HIKVISION, "id": "us_section_889-40be", "dataset": "us_section_889"},
    "company_name": "Hangzhou Hikvision Digital Technology Co., Ltd.",
    "listed_name": "Hangzhou Hikvision Digital Technology Company",
    "score": 0.975,
    "agrees": True,
    "joins": True,
    "effect": "read as one party",
    "status": "confirmed",
    "standing": "current",
    "rulings": 1,
    "reason": HIKVISION_REASON,
    "matcher": "1.0",
    "found_at": "2026-11-21T06:05:00Z",
    "compared_at": "2026-11-21T06:05:00Z",
}
WHOLE_CROSS_REFERENCE = {
    **CROSS_REFERENCE,
    "explanation": {
        "query": CROSS_REFERENCE["company_name"],
        "candidate": CROSS_REFERENCE["listed_name"],
        "score": 0.975,
        "tokens": [
            {
                "query": "hikvision",
                "candidate": "hikvision",
                "kind": "exact",
                "weight": 8.1,
                "similarity": 1.0,
            }
        ],
        "conflicts": [],
        "features": [{"name": "name", "points": 0.975, "detail": "how much of the two names agrees"}],
        "sentence": HIKVISION_REASON,
    },
    "said": [
        {
            "number": 1,
            "status": "confirmed",
            "note": "The statute names the maker of cameras; there is no other company of this name.",
            "by": "boris",
            "at": "2026-11-21T09:30:00Z",
            "score": 0.975,
            "matcher": "1.0",
            "changed_since": False,
        }
    ],
}
RULING_REQUEST = {
    "status": "confirmed",
    "note": "The statute names the maker of cameras; there is no other company of this name.",
    "seen": 0,
}
