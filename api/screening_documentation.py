"""The manual's pages on screenings."""

from __future__ import annotations

from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema_view

from api import screening_examples as examples
from api.documentation import FILES, FORM, operation
from api.screening_answers import (
    HitSerializer,
    ScreeningRequestSerializer,
    ScreeningSerializer,
    ScreeningSummarySerializer,
    VerificationSerializer,
)

TAG = "Screenings"
NUMBER = OpenApiParameter("id", int, OpenApiParameter.PATH, description="The screening's number.")
KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="A key of yours, up to 200 characters: sent again with the same rows, it answers with the same run.",
)

SCREENINGS = extend_schema_view(
    get=operation(
        "screenings",
        "Screenings",
        "The runs that your teams see, the newest first.",
        ScreeningSummarySerializer(many=True),
        examples.SUMMARY,
        problems=(403,),
        tag=TAG,
    ),
    post=operation(
        "screening_begin",
        "Screen suppliers",
        "Takes a file of suppliers (CSV, TSV or XLSX, as form data) or rows (as JSON), and begins a run in the background. "
        "The answer is its receipt: what was read and how, which rows have a problem, which versions of which lists will "
        "be searched and which will not. Follow `state` and `percent` at its `url`.\n\n"
        f"At most {settings.SCREENING_MAX_ROWS:,} rows and {settings.SCREENING_MAX_MB:,} MB; the command line takes any number. "
        "201 for a new run, 200 where the Idempotency-Key had begun it already.",
        ScreeningSerializer,
        examples.SCREENING,
        problems=(403, 404, 409, 413, 415),
        parameters=(KEY,),
        request={
            "application/json": ScreeningRequestSerializer,
            "multipart/form-data": ScreeningRequestSerializer,
        },
        examples=[
            OpenApiExample(
                "Request", value=examples.REQUEST, request_only=True, media_type="application/json"
            )
        ],
        created=True,
        tag=TAG,
    ),
)
SCREENING = extend_schema_view(
    get=operation(
        "screening",
        "One screening",
        "How far a run is, and its receipt.",
        ScreeningSerializer,
        examples.SCREENING,
        problems=(403, 404),
        parameters=(NUMBER,),
        tag=TAG,
    )
)
HITS = extend_schema_view(
    get=operation(
        "screening_hits",
        "Hits of a screening",
        "Each listed party that a supplier may be, or that reaches it through ownership (`via`), with what each listing or "
        "rule says and why the names match. Hits that an earlier decision answers are here too, with `suppressed_by`.",
        HitSerializer(many=True),
        examples.HIT,
        problems=(403, 404),
        parameters=(NUMBER,),
        tag=TAG,
    )
)
CANCEL = extend_schema_view(
    post=operation(
        "screening_cancel",
        "Cancel a screening",
        "What is done stays; nothing more is begun.",
        ScreeningSerializer,
        {**examples.SCREENING, "state": "cancelled", "cancelled_by": "ana"},
        problems=(403, 404, 409),
        parameters=(NUMBER,),
        request=None,
        tag=TAG,
    )
)
RESUME = extend_schema_view(
    post=operation(
        "screening_resume",
        "Resume a screening",
        "Goes on with a cancelled or failed run where it stopped, on the versions that it began with.",
        ScreeningSerializer,
        {**examples.SCREENING, "state": "waiting"},
        problems=(403, 404, 409),
        parameters=(NUMBER,),
        request=None,
        tag=TAG,
    )
)
VERIFY = extend_schema_view(
    post=operation(
        "screening_verify",
        "Prove a screening",
        "Checks that what is kept is what was found, and runs the receipt again as of the moment it knew: `same`, "
        "`different`, `impossible` (another matcher, or a version that is no longer held) or `tampered`. It takes as long "
        "as the run did.",
        VerificationSerializer,
        examples.VERIFICATION,
        problems=(403, 404),
        parameters=(NUMBER,),
        request=None,
        tag=TAG,
    )
)
REPORT = extend_schema_view(
    get=operation(
        "screening_report",
        "A screening as a report",
        "The report of a run, or its no-match certificate, to hand over: a page for print, PDF, XLSX or JSON. A certificate "
        "is refused (409) where a required list is missing or stale or a hit is open.",
        OpenApiTypes.BINARY,
        None,
        media=FILES,
        problems=(403, 404, 409, 501),
        parameters=(
            NUMBER,
            OpenApiParameter(
                "kind",
                str,
                OpenApiParameter.PATH,
                enum=["report", "certificate"],
                description="Which of the two.",
            ),
            FORM,
        ),
        tag=TAG,
    )
)
