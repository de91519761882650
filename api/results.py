"""Matched entities in FollowTheMoney's form, with our proof beside it."""

from __future__ import annotations

from typing import Any

from api.queries import SCHEMES
from api.serializers import ListingSerializer
from entities.choices import DatasetKind, MeasureKind, NameKind
from entities.models import Entity
from matching import Explanation, Hit

NAME_PROPERTY: dict[str, str] = {
    NameKind.PRIMARY: "name",
    NameKind.ALIAS: "alias",
    NameKind.WEAK: "weakAlias",
    NameKind.FORMER: "previousName",
    NameKind.BRAND: "alias",
    NameKind.TRANSLITERATION: "alias",
}
IDENTIFIER_PROPERTY = {scheme: name for name, scheme in SCHEMES.items()}
# FollowTheMoney's topics say less than our measures do; `listings` has the whole.
TOPIC: dict[str, str] = {
    MeasureKind.ASSET_FREEZE: "sanction",
    MeasureKind.EXPORT_LICENCE: "export.control",
    MeasureKind.EXPORT_DENIAL: "export.control",
    MeasureKind.SECURITIES_BAN: "invest.ban",
    MeasureKind.SECTORAL: "sanction",
    MeasureKind.BANKING: "sanction",
    MeasureKind.IMPORT_BAN: "export.control",
    MeasureKind.PROCUREMENT_BAN: "debarment",
    MeasureKind.DEBARMENT: "debarment",
    MeasureKind.RED_FLAG: "export.risk",
    MeasureKind.OTHER: "sanction",
}


def result(hit: Hit, entity: Any, threshold: float) -> dict[str, Any]:
    """Shape one hit; `entity` carries its current statements and the listings in force."""
    listings = list(entity.listings.all())
    return {
        "id": entity.pk,
        "caption": entity.caption,
        "schema": entity.schema,
        "properties": properties(entity),
        "datasets": [entity.dataset.name],
        "referents": [],
        "target": bool(listings) and entity.dataset.kind == DatasetKind.LIST,
        "first_seen": entity.first_seen,
        "last_seen": None if entity.removed_in_id else entity.dataset.checked_at,
        "last_change": entity.last_change,
        "score": round(hit.score, 4),
        "match": hit.score >= threshold,
        "explanations": explanations(hit.explanation),
        "matched_name": hit.name.text,
        "name_kind": hit.name.kind,
        "listings": ListingSerializer(listings, many=True).data,
        "sentence": hit.explanation.sentence(),
    }


def properties(entity: Entity) -> dict[str, list[str]]:
    """Put an entity's statements under FollowTheMoney's property names."""
    found: dict[str, list[str]] = {}

    def add(name: str, value: Any) -> None:
        values = found.setdefault(name, [])
        if (text := str(value)) and text not in values:
            values.append(text)

    for name in entity.names.all():
        add(NAME_PROPERTY[name.kind], name.text)
    for code in entity.country_codes:
        add("country", code)
    for address in entity.addresses.all():
        add("address", address.text)
    for identifier in entity.identifiers.all():
        add(IDENTIFIER_PROPERTY.get(identifier.scheme, "idNumber"), identifier.value)
    for listing in entity.listings.all():
        if listing.programme:
            add("program", listing.programme)
        for measure in listing.measures.all():
            add("topics", TOPIC[measure.kind])
    for key, values in entity.properties.items():
        for value in values if isinstance(values, list) else [values]:
            add(key, value)
    return found


def explanations(explanation: Explanation) -> dict[str, dict[str, Any]]:
    """List what each feature added to the score, by its name."""
    found: dict[str, dict[str, Any]] = {}
    for feature in explanation.features:
        if same := found.get(feature.name):
            same["score"] = round(same["score"] + feature.points, 4)
            same["detail"] = f"{same['detail']}; {feature.detail}"
            continue
        found[feature.name] = {
            "score": round(feature.points, 4),
            "detail": feature.detail,
            "query": explanation.query,
            "candidate": explanation.candidate,
        }
    return found


def narrowed(searched: dict[str, Any], scope: frozenset[str] | None) -> dict[str, Any]:
    """Name what was searched within `scope`; the lists a caller left out were not searched either."""
    if scope is None:
        return {"searched": searched["searched"], "not_searched": searched["not_searched"]}
    within = [row for row in searched["searched"] if row["dataset"] in scope]
    left_out = [
        {"dataset": row["dataset"], "title": row["title"], "reason": "not asked for"}
        for row in searched["searched"]
        if row["dataset"] not in scope
    ]
    return {"searched": within, "not_searched": [*searched["not_searched"], *left_out]}
