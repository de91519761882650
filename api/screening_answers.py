"""The shapes of screenings and their hits. They shape what was loaded and never query."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.answers import NotSearchedSerializer, SearchedSerializer
from api.suppositions import Strict
from screening.models import Hit, Screening
from screening.suppliers import FIELDS


class PortfolioNameSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    team = serializers.CharField(source="team.name")


class ProblemRowSerializer(serializers.Serializer[Any]):
    row = serializers.IntegerField()
    problem = serializers.CharField()


class StaleSerializer(serializers.Serializer[Any]):
    dataset = serializers.CharField()
    title = serializers.CharField()
    reason = serializers.CharField()


class ScreeningSummarySerializer(serializers.ModelSerializer[Screening]):
    portfolio = PortfolioNameSerializer(read_only=True)
    by = serializers.CharField(source="by.username", default=None, read_only=True)
    percent = serializers.IntegerField(read_only=True)
    url = serializers.HyperlinkedIdentityField(view_name="screening", read_only=True)
    hits = serializers.HyperlinkedIdentityField(view_name="screening-hits", read_only=True)

    class Meta:
        model = Screening
        fields = [
            *(
                "id",
                "portfolio",
                "trigger",
                "by",
                "reason",
                "created_at",
                "watch",
                "input_name",
                "input_sha256",
            ),
            *(
                "rows",
                "problems",
                "as_of",
                "threshold",
                "receipt",
                "state",
                "percent",
                "rows_done",
                "hits_found",
            ),
            *(
                "suppressed",
                "started_at",
                "finished_at",
                "cancelled_by",
                "error",
                "result_sha256",
                "url",
                "hits",
            ),
        ]


class ScreeningSerializer(ScreeningSummarySerializer):
    problem_examples = ProblemRowSerializer(many=True, read_only=True)
    mapping = serializers.DictField(child=serializers.CharField(), read_only=True)
    reading = serializers.DictField(child=serializers.CharField(), read_only=True)
    regimes = serializers.ListField(child=serializers.CharField(), read_only=True)
    searched = SearchedSerializer(source="versions", many=True, read_only=True)
    not_searched = NotSearchedSerializer(many=True, read_only=True)
    stale = StaleSerializer(many=True, read_only=True)

    class Meta(ScreeningSummarySerializer.Meta):
        fields = [
            *ScreeningSummarySerializer.Meta.fields,
            *(
                "input_size",
                "reading",
                "mapping",
                "problem_examples",
                "known_at",
                "same_party",
                "regimes",
                "matcher",
            ),
            *("rules_date", "rules_digest", "searched", "not_searched", "stale"),
        ]


class SubjectNameSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    country = serializers.CharField()
    reference = serializers.CharField()


class HitSerializer(serializers.ModelSerializer[Hit]):
    subject = SubjectNameSerializer(read_only=True)
    direct = serializers.BooleanField(source="is_direct", read_only=True)
    via = serializers.CharField(source="path", read_only=True, help_text="The ownership path in words.")
    path = serializers.ListField(
        child=serializers.DictField(), source="via", read_only=True, help_text="The path edge by edge."
    )
    regimes = serializers.ListField(child=serializers.DictField(), read_only=True)
    explanation = serializers.DictField(read_only=True)
    difference = serializers.DictField(read_only=True)

    class Meta:
        model = Hit
        fields = [
            *(
                "id",
                "row",
                "subject",
                "score",
                "dataset",
                "entity_id",
                "company_id",
                "caption",
                "matched_name",
            ),
            *(
                "name_kind",
                "direct",
                "via",
                "regimes",
                "path",
                "explanation",
                "suppressed_by",
                "reopens",
                "difference",
            ),
        ]


class GivenRowSerializer(Strict):
    """A supplier: at least its name."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {
            field: serializers.CharField(required=field == "name", allow_blank=True, max_length=20_000)
            for field in FIELDS
        }


class ScreeningRequestSerializer(Strict):
    """What a run is asked for with; `rows` in JSON, `file` and `columns` in a form."""

    portfolio = serializers.CharField(help_text="Its number or its name.", max_length=100)
    rows = GivenRowSerializer(many=True, required=False)
    file = serializers.FileField(required=False, help_text="CSV, TSV or XLSX; form data only.")
    columns = serializers.JSONField(
        required=False,
        help_text='Which column holds what, such as {"name": "Supplier"}; known titles need none.',
    )
    encoding = serializers.CharField(required=False, allow_blank=True, max_length=40, default="")
    country = serializers.CharField(
        required=False, allow_blank=True, max_length=60, default="", help_text="Of rows that name none."
    )
    as_of = serializers.DateField(required=False, allow_null=True, default=None)
    threshold = serializers.FloatField(
        required=False, allow_null=True, default=None, min_value=0.01, max_value=1
    )
    watch = serializers.BooleanField(
        required=False, default=False, help_text="Keep the suppliers under watch."
    )
    reason = serializers.CharField(required=False, allow_blank=True, max_length=500, default="")


class VerificationSerializer(serializers.Serializer[Any]):
    screening = serializers.IntegerField()
    receipt = serializers.CharField()
    outcome = serializers.ChoiceField(choices=["same", "different", "impossible", "tampered"])
    sentence = serializers.CharField()
    rows = serializers.IntegerField()
    hits = serializers.IntegerField()
    different = serializers.IntegerField()
    differences = serializers.ListField(child=serializers.CharField())
