"""The API's manual on cross-references: what OpenAPI says of each address, with an example of each answer."""

from __future__ import annotations

from django.conf import settings
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema_view

from api import cross_reference_examples as examples
from api.cross_references import (
    CrossReferenceSerializer,
    RulingRequestSerializer,
    WholeCrossReferenceSerializer,
)
from api.documentation import operation

TAG = "Cross-references"
CROSS_REFERENCE_ID = OpenApiParameter(
    "id", int, OpenApiParameter.PATH, description="The number of the cross-reference."
)
CROSS_REFERENCES = extend_schema_view(
    get=operation(
        "cross_references",
        "Cross-references",
        "Which rows of registers, tables and lists may be one party: what the matcher suggests, and what people said "
        "of it. `joins` tells whether answers read the two as one party: confirmed ones always, rejected ones never, "
        f"suggested ones from a score of {settings.SAME_PARTY_THRESHOLD} on where every word or an identifier agrees "
        "and nothing speaks against it. In the order in which they were found. Filters add up.",
        CrossReferenceSerializer(many=True),
        examples.CROSS_REFERENCE,
        tag=TAG,
    )
)
CROSS_REFERENCE = extend_schema_view(
    get=operation(
        "cross_reference",
        "One cross-reference, whole",
        "With the words that were compared, what each feature added to the score, and every ruling.",
        WholeCrossReferenceSerializer,
        examples.WHOLE_CROSS_REFERENCE,
        problems=(404,),
        parameters=(CROSS_REFERENCE_ID,),
        tag=TAG,
    )
)
RULINGS = extend_schema_view(
    post=operation(
        "cross_reference_rulings",
        "Rule on a cross-reference",
        "Confirm or reject it, or take the last word back with `suggested`. Takes the key or the sign-in of a "
        "reviewer. Nothing is merged in the record: taken back, the two rows stand for themselves again.",
        WholeCrossReferenceSerializer,
        examples.WHOLE_CROSS_REFERENCE,
        problems=(403, 404, 409, 413, 415),
        request=RulingRequestSerializer,
        examples=[OpenApiExample("Request", value=examples.RULING_REQUEST, request_only=True)],
        parameters=(CROSS_REFERENCE_ID,),
        tag=TAG,
    )
)
