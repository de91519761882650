"""Cross-references: which rows may be one party, what was said of it, and a reviewer's word."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import APIException, NotFound, PermissionDenied, ValidationError
from rest_framework.request import Request

from api.batch import read_object
from api.serializers import PartySerializer
from api.suppositions import Strict
from entities.models import Entity
from screening.choices import Identity, Standing
from screening.models import CrossReference, Ruling
from screening.ruling import MAY_RULE, MOST_NOTED, RuledMeanwhile, RulingError, rule


class Ruled(APIException):
    """Say that somebody else was faster."""

    status_code = 409
    default_code = "ruled_meanwhile"


def page_of(rows: list[CrossReference]) -> list[dict[str, Any]]:
    """Describe cross-references with their parties. One query, whatever their number."""
    parties = _parties(rows)
    return [_summary(row, parties) for row in rows]


def cross_reference_answer(pk: int) -> dict[str, Any]:
    """Describe one cross-reference whole: the matcher's explanation and every ruling."""
    row = CrossReference.objects.filter(pk=pk).first()
    if row is None:
        raise NotFound(f"There is no cross-reference {pk}.")
    said = row.said.select_related("by")
    return {
        **_summary(row, _parties([row])),
        "explanation": row.explanation,
        "said": [_ruling(ruling, row) for ruling in said],
    }


def ruling_answer(request: Request, pk: int) -> dict[str, Any]:
    """Take a reviewer's word on a cross-reference."""
    if not request.user.has_perm(MAY_RULE):
        raise PermissionDenied("This takes the key or the sign-in of a reviewer.")
    body = RulingRequestSerializer(data=read_object(request, EXAMPLE))
    body.is_valid(raise_exception=True)
    given = body.validated_data
    if not CrossReference.objects.filter(pk=pk).exists():
        raise NotFound(f"There is no cross-reference {pk}.")
    try:
        rule(pk, given["status"], by=request.user, note=given["note"], seen=given["seen"])
    except RuledMeanwhile as error:
        raise Ruled(str(error)) from error
    except RulingError as error:
        raise ValidationError(str(error)) from error
    return cross_reference_answer(pk)


def _parties(rows: Iterable[CrossReference]) -> dict[str, Entity]:
    wanted = {id_ for row in rows for id_ in (row.company_id, row.listed_id)}
    return Entity.objects.select_related("dataset").defer("raw", "properties").in_bulk(wanted)


def _summary(row: CrossReference, parties: dict[str, Entity]) -> dict[str, Any]:
    told = (
        "id",
        "company_id",
        "listed_id",
        "company_name",
        "listed_name",
        "score",
        "agrees",
        "joins",
        "effect",
    )
    more = ("status", "standing", "rulings", "reason", "matcher", "found_at", "compared_at")
    return {
        **{name: getattr(row, name) for name in (*told, *more)},
        "company": parties.get(row.company_id),
        "listed": parties.get(row.listed_id),
    }


def _ruling(ruling: Ruling, row: CrossReference) -> dict[str, Any]:
    same = (ruling.company_digest, ruling.listed_digest) == (row.company_digest, row.listed_digest)
    return {
        "number": ruling.number,
        "status": ruling.status,
        "note": ruling.note,
        "by": ruling.by.get_username(),
        "at": ruling.at,
        "score": ruling.score,
        "matcher": ruling.matcher,
        "changed_since": not same,
    }


EXAMPLE = '{"status": "confirmed", "note": "Same credit code in the annual report.", "seen": 0}'


class RulingRequestSerializer(Strict):
    status = serializers.ChoiceField(
        choices=Identity.choices, help_text="`suggested` takes the last word back."
    )
    note = serializers.CharField(max_length=MOST_NOTED, help_text="How you know; kept with your name.")
    seen = serializers.IntegerField(
        min_value=0, help_text="`rulings` as you read it: with another one since, yours is refused (409)."
    )


class RulingSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    status = serializers.ChoiceField(choices=Identity.choices)
    note = serializers.CharField()
    by = serializers.CharField()
    at = serializers.DateTimeField()
    score = serializers.FloatField(help_text="The score that the person saw.")
    matcher = serializers.CharField()
    changed_since = serializers.BooleanField(
        help_text="Whether the record of one of the two has changed since."
    )


class CrossReferenceSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    company_id = serializers.CharField()
    listed_id = serializers.CharField()
    company = PartySerializer(allow_null=True, help_text="Null where its dataset no longer brings it.")
    listed = PartySerializer(allow_null=True)
    company_name = serializers.CharField(help_text="The company's name that was compared.")
    listed_name = serializers.CharField(help_text="The listed party's name that came nearest.")
    score = serializers.FloatField()
    agrees = serializers.BooleanField(
        help_text="Whether every word or an identifier agrees and nothing speaks against it."
    )
    joins = serializers.BooleanField(help_text="Whether answers read the two as one party.")
    effect = serializers.CharField(help_text="The same in words.")
    status = serializers.ChoiceField(choices=Identity.choices)
    standing = serializers.ChoiceField(
        choices=Standing.choices,
        help_text="`left`: one has left its dataset; `lapsed`: compared again, they are no longer alike.",
    )
    rulings = serializers.IntegerField(help_text="How often people have ruled on it.")
    reason = serializers.CharField(help_text="The matcher's sentence.")
    matcher = serializers.CharField()
    found_at = serializers.DateTimeField()
    compared_at = serializers.DateTimeField()


class ComparedTokenSerializer(serializers.Serializer[Any]):
    query = serializers.CharField()
    candidate = serializers.CharField()
    kind = serializers.CharField()
    weight = serializers.FloatField()
    similarity = serializers.FloatField()


class ScorePartSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    points = serializers.FloatField()
    detail = serializers.CharField()


class ComparedSerializer(serializers.Serializer[Any]):
    query = serializers.CharField()
    candidate = serializers.CharField()
    score = serializers.FloatField()
    tokens = ComparedTokenSerializer(many=True)
    conflicts = serializers.ListField(child=serializers.CharField())
    features = ScorePartSerializer(many=True)
    sentence = serializers.CharField()


class WholeCrossReferenceSerializer(CrossReferenceSerializer):
    explanation = ComparedSerializer()
    said = RulingSerializer(many=True, help_text="Every ruling, oldest first; the last one stands.")
