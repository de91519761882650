"""Examples of hits under review, decisions and alerts for the manual, typed from public facts."""

from __future__ import annotations

from typing import Any

from api import screening_examples

HIT: dict[str, Any] = {
    **screening_examples.HIT,
    "screening": 7,
    "portfolio": "Footwear suppliers",
    "standing": "second",
    "last_number": 1,
    "assigned_to": "boris",
    "decisions": "http://127.0.0.1:8000/api/v1/hits/41/decisions/",
}
REQUEST: dict[str, Any] = {
    "seen": 0,
    "verdict": "false_positive",
    "reason": "other_business",
    "note": "A bakery in Kaluga; the register extract is in the file.",
    "expires_on": "2027-12-31",
}
DECISION: dict[str, Any] = {
    "id": 12,
    "number": 1,
    "hit": 41,
    "entity_id": "us_bis_entity_list-0a1b2c",
    "company_id": "us_bis_entity_list-0a1b2c",
    "verdict": "false_positive",
    "reason": "other_business",
    "note": "A bakery in Kaluga; the register extract is in the file.",
    "by": "ana",
    "at": "2026-11-21T10:12:00Z",
    "expires_on": "2027-12-31",
    "eyes": 1,
    "confirms": None,
}
ALERT: dict[str, Any] = {
    "id": 3,
    "portfolio": "Footwear suppliers",
    "subject": {"id": 5, "name": "Example Shipping JSC", "country": "ru", "reference": "S-0005"},
    "kind": "new",
    "entity_id": "us_ofac_sdn-0a1b2c",
    "company_id": "us_ofac_sdn-0a1b2c",
    "party": "EXAMPLE SHIPPING JSC",
    "cause": "us_ofac_sdn of 2024-05-01",
    "difference": {},
    "screening": 8,
    "hit": 44,
    "at": "2024-05-01T16:00:00Z",
    "seen_by": None,
    "seen_at": None,
}
