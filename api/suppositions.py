"""What a caller supposes: the body of POST /what-if, read into the desk's terms."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from api.batch import read_object
from api.parameters import UNUSABLE
from entities.choices import OwnershipKind
from entities.measures import CATALOGUE
from screening.supposing import SupposedEdge, SupposedListing, Suppositions

EXAMPLE = (
    '{"add_edges": [{"owner": "…", "asset": "…", "kind": "shareholding", "share_min": 60, "share_max": 60}]}'
)
# Suppositions of one kind in one request.
MOST = 100
MEASURES = tuple(fact.code for fact in CATALOGUE)


class Strict(serializers.Serializer[Any]):
    """Refuse keys that it does not know: a misspelt one must not be supposed away."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, dict) else []
        if unknown:
            taken = f"Unknown. It takes {', '.join(self.fields)}."
            raise ValidationError({UNUSABLE.sub("?", str(name))[:60]: [taken] for name in unknown})
        return super().to_internal_value(data)


def _id(help_text: str) -> serializers.CharField:
    return serializers.CharField(max_length=90, help_text=help_text)


class SupposedEdgeSerializer(Strict):
    owner = _id("The owner's entity id.")
    asset = _id("The entity id of what it owns.")
    kind = serializers.ChoiceField(choices=OwnershipKind.choices, default="shareholding")
    share_min = serializers.FloatField(min_value=0, max_value=100, allow_null=True, default=None)
    share_max = serializers.FloatField(min_value=0, max_value=100, allow_null=True, default=None)
    start = serializers.DateField(allow_null=True, default=None)
    end = serializers.DateField(allow_null=True, default=None)


class SupposedListingSerializer(Strict):
    entity = _id("The id of the party that is listed.")
    measure = serializers.ChoiceField(choices=MEASURES, help_text="The measure it is listed under.")
    programme = serializers.CharField(max_length=300, allow_blank=True, default="")
    start = serializers.DateField(allow_null=True, default=None)
    end = serializers.DateField(allow_null=True, default=None)
    requirement = serializers.CharField(max_length=2000, allow_blank=True, default="")
    joint = serializers.CharField(
        max_length=200, allow_blank=True, default="", help_text="The joint arrangement it is part of (UK)."
    )
    reach = serializers.ChoiceField(
        choices=["", "subsidiaries"], default="", help_text="Whether the entry covers subsidiaries (UFLPA)."
    )


class DelistingSerializer(Strict):
    entity = _id("The id of the party that leaves a list.")
    measure = serializers.ChoiceField(choices=MEASURES, help_text="The measure it is no longer under.")


class SuppositionsSerializer(Strict):
    add_edges = SupposedEdgeSerializer(many=True, required=False)
    remove_edges = serializers.ListField(
        child=serializers.IntegerField(min_value=1),
        required=False,
        help_text="`ids` of edges, as /ownership/ gives them.",
    )
    add_listings = SupposedListingSerializer(many=True, required=False)
    remove_listings = DelistingSerializer(many=True, required=False)
    rules = serializers.DictField(
        child=serializers.ChoiceField(choices=["in force", "suspended"]),
        required=False,
        help_text="By the codes of rules: `in force` on that day, or `suspended`.",
    )


def read_suppositions(request: Request) -> Suppositions:
    """Read what is supposed; raises where nothing is, or where something cannot be read."""
    body = read_object(request, EXAMPLE)
    serializer = SuppositionsSerializer(data=body)
    serializer.is_valid(raise_exception=True)
    given = serializer.validated_data
    if not any(given.values()):
        raise ValidationError(f"Suppose something: {', '.join(serializer.fields)}.")
    for name, rows in given.items():
        if len(rows) > MOST:
            raise ValidationError({name: [f"Give at most {MOST}, not {len(rows)}."]})
    return Suppositions(
        add_edges=tuple(SupposedEdge(**row) for row in given.get("add_edges", ())),
        remove_edges=tuple(given.get("remove_edges", ())),
        add_listings=tuple(SupposedListing(**row) for row in given.get("add_listings", ())),
        remove_listings=tuple((row["entity"], row["measure"]) for row in given.get("remove_listings", ())),
        rules={code: status == "in force" for code, status in given.get("rules", {}).items()},
    )
