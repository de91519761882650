"""The shapes of hits under review, decisions and alerts. They shape what was loaded and never query."""

from __future__ import annotations

from rest_framework import serializers

from api.screening_answers import HitSerializer, SubjectNameSerializer
from api.suppositions import Strict
from screening.choices import Reason, Verdict, Wait
from screening.deciding import MOST_NOTED
from screening.models import Alert, Decision, Hit


class ReviewHitSerializer(HitSerializer):
    standing = serializers.ChoiceField(choices=Wait.choices, help_text="What it waits for.")
    last_number = serializers.IntegerField(
        help_text="The number of the last decision on the pair, 0 for none; send it back as `seen`."
    )
    assigned_to = serializers.CharField(source="assigned_name", allow_null=True)
    portfolio = serializers.CharField(source="subject.portfolio.name")
    decisions = serializers.HyperlinkedIdentityField(view_name="hit-decisions", read_only=True)

    class Meta(HitSerializer.Meta):
        model = Hit
        fields = [
            *HitSerializer.Meta.fields,
            *("screening", "portfolio", "standing", "last_number", "assigned_to", "decisions"),
        ]


class DecisionSerializer(serializers.ModelSerializer[Decision]):
    by = serializers.CharField(source="by.username", read_only=True)
    eyes = serializers.IntegerField(
        help_text="1 for the first pair of eyes, 2 for the second.", read_only=True
    )

    class Meta:
        model = Decision
        fields = [
            *("id", "number", "hit", "entity_id", "company_id", "verdict", "reason", "note", "by", "at"),
            *("expires_on", "eyes", "confirms"),
        ]


class DecisionRequestSerializer(Strict):
    """One person's word; `seen` is the number of the last decision that the person knew."""

    seen = serializers.IntegerField(min_value=0, help_text="`last_number` of the hit as it was read.")
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    reason = serializers.ChoiceField(choices=Reason.choices)
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=MOST_NOTED)
    expires_on = serializers.DateField(required=False, allow_null=True, default=None)


class AlertSerializer(serializers.ModelSerializer[Alert]):
    subject = SubjectNameSerializer(read_only=True)
    portfolio = serializers.CharField(source="portfolio.name", read_only=True)
    party = serializers.CharField(source="hit.caption", default="", read_only=True)
    seen_by = serializers.CharField(source="seen_by.username", default=None, read_only=True)
    difference = serializers.DictField(read_only=True)

    class Meta:
        model = Alert
        fields = [
            *(
                "id",
                "portfolio",
                "subject",
                "kind",
                "entity_id",
                "company_id",
                "party",
                "cause",
                "difference",
            ),
            *("screening", "hit", "at", "seen_by", "seen_at"),
        ]
