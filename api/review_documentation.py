"""The manual's pages on review: hits that wait, decisions, alerts."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema_view, inline_serializer

from api import review_examples as examples
from api.documentation import operation
from api.review_answers import (
    AlertSerializer,
    DecisionRequestSerializer,
    DecisionSerializer,
    ReviewHitSerializer,
)

TAG = "Review"
NUMBER = OpenApiParameter("id", int, OpenApiParameter.PATH, description="The hit's number.")

HITS = extend_schema_view(
    get=operation(
        "hits",
        "Hits under review",
        "The newest hit of each pair of a subject and a listed party that your teams see, with what it waits for: `open`, "
        "`reopened` (either side changed since a decision), `expired`, `second` (a second person must confirm), `escalated`, "
        "`waiting` (for information), `decided` or `ended` (no longer found under watch). What a look back found is not here.",
        ReviewHitSerializer(many=True),
        examples.HIT,
        problems=(403,),
        tag=TAG,
    )
)
HIT = extend_schema_view(
    get=operation(
        "hit",
        "One hit under review",
        "A hit with its explanation, path and measures. Each look is noted in the audit trail.",
        ReviewHitSerializer,
        examples.HIT,
        problems=(403, 404),
        parameters=(NUMBER,),
        tag=TAG,
    )
)
DECISIONS = extend_schema_view(
    get=operation(
        "hit_decisions",
        "Decisions on a hit",
        "Every word on the pair, newest first. Nothing is ever changed or deleted.",
        inline_serializer("Decisions", {"results": DecisionSerializer(many=True)}),
        {"results": [examples.DECISION]},
        problems=(403, 404),
        parameters=(NUMBER,),
        tag=TAG,
    ),
    post=operation(
        "hit_decide",
        "Decide on a hit",
        "Keeps your word. Where the portfolio wants four eyes, another person must say the same to settle it; a reviewer who "
        "says something else escalates it. `seen` is the hit's `last_number` as you read it: if somebody decided since, the "
        "answer is 409 with the code `decided_meanwhile`, its `detail` says what they said, and nothing is written over.",
        DecisionSerializer,
        examples.DECISION,
        problems=(403, 404, 409),
        parameters=(NUMBER,),
        request=DecisionRequestSerializer,
        examples=[OpenApiExample("Request", value=examples.REQUEST, request_only=True)],
        created=True,
        tag=TAG,
    ),
)
ALERTS = extend_schema_view(
    get=operation(
        "alerts",
        "Alerts",
        "What changed for subjects under watch, the newest first: `new`, `changed`, `reopened` or `ended`, with the list "
        "version, date, rule or subject that caused it.",
        AlertSerializer(many=True),
        examples.ALERT,
        problems=(403,),
        tag=TAG,
    )
)
