"""The API's manual: what OpenAPI says of each address, with an example of each answer."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)

from api import examples
from api.answers import IndexSerializer, MatchRequestSerializer, MatchSerializer
from api.exposures import ExposureSerializer, OwnershipSerializer, ReachSerializer, WhatIfSerializer
from api.serializers import (
    CatalogueSerializer,
    ChangeSerializer,
    DatasetSerializer,
    EntitySerializer,
    PartneredSerializer,
    ProblemSerializer,
    PublishedSerializer,
    SummarySerializer,
    VersionSerializer,
)
from api.suppositions import SuppositionsSerializer
from screening.reports import MEDIA_TYPES

PROBLEMS = {
    400: "The request cannot be understood; `detail` says why.",
    401: "A key is missing, wrong, expired or revoked.",
    403: "The key's owner or the user has not the role for it, or the key has no owner and so belongs to no team.",
    404: "There is no such thing.",
    409: "Nothing of this was ever loaded, so there is nothing to search; a certificate is refused; or somebody else "
    "was faster.",
    413: "The request is too large.",
    415: "The body is not in a format that is read here.",
    429: "Too many requests without a key; `Retry-After` says when to come back.",
    501: "This machine cannot write the format; `detail` says what to install.",
}


class KeyScheme(OpenApiAuthenticationExtension):
    target_class = "api.authentication.KeyAuthentication"
    name = ["apiKey", "bearer"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        return [
            {
                "type": "apiKey",
                "in": "header",
                "name": "Authorization",
                "description": "The word `ApiKey`, a blank and the key.",
            },
            {"type": "http", "scheme": "bearer", "description": "The same key as a bearer token."},
        ]


def operation(
    operation_id: str,
    summary: str,
    description: str,
    answer: Any,
    example: Any,
    *,
    media: str | tuple[str, ...] = "application/json",
    problems: tuple[int, ...] = (),
    parameters: tuple[OpenApiParameter, ...] = (),
    created: bool = False,
    tag: str,
    **more: Any,
) -> Any:
    shown = [OpenApiExample("Example", value=example)] if example else []
    responses: dict[Any, Any] = {
        (status, kind): OpenApiResponse(answer, examples=shown)
        for kind in ((media,) if isinstance(media, str) else media)
        for status in ((200, 201) if created else (200,))
    }
    for status in sorted({400, 401, 429, *problems}):
        responses[status] = OpenApiResponse(ProblemSerializer, PROBLEMS[status])
    return extend_schema(
        operation_id=operation_id,
        summary=summary,
        description=description,
        responses=responses,
        parameters=list(parameters),
        tags=[tag],
        **more,
    )


def query(name: str, description: str, kind: Any = str, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.QUERY, description=description, **more)


def path(name: str, description: str) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.PATH, description=description)


AS_OF = query("as_of", "The day to answer for, YYYY-MM-DD. Without it, today.", OpenApiTypes.DATE)
KNOWN_AT = query(
    "known_at",
    "What we had loaded by this day (its end, UTC) or moment. Without it, by now.",
    OpenApiTypes.STR,
)
DATASET_NAME = path("name", "The dataset's name, such as `un_sc`.")
THRESHOLD = query(
    "threshold",
    f"The least score that counts as a match. Default {settings.MATCH_THRESHOLD}.",
    float,
)

INDEX = extend_schema_view(
    get=operation(
        "index", "What there is", "The addresses of this API.", IndexSerializer, examples.INDEX, tag="About"
    )
)
DATASETS = extend_schema_view(
    get=operation(
        "datasets",
        "All datasets",
        "Every dataset that can be loaded, with its current version and how fresh it is. A dataset that is "
        "`stale` or `never loaded` is no proof of absence.",
        CatalogueSerializer,
        {"results": [examples.DATASET]},
        tag="Datasets",
    )
)
DATASET = extend_schema_view(
    get=operation(
        "dataset",
        "One dataset",
        "The facts of one dataset.",
        DatasetSerializer,
        examples.DATASET,
        problems=(404,),
        parameters=(DATASET_NAME,),
        tag="Datasets",
    )
)
VERSIONS = extend_schema_view(
    get=operation(
        "dataset_versions",
        "Versions of a dataset",
        "Every copy that was loaded or refused, newest first, with what it changed and what was not understood.",
        VersionSerializer(many=True),
        examples.VERSION,
        problems=(404,),
        parameters=(DATASET_NAME,),
        tag="Datasets",
    )
)
FEED = extend_schema_view(
    get=operation(
        "dataset_feed",
        "What changed, as an Atom feed",
        "One entry per version that differs from the one before, the newest 50, each with the first 200 names that "
        "came and that left. What is no news in `/changes/` is none here. Answers 304 to `If-None-Match` or "
        "`If-Modified-Since` while there is nothing new.",
        OpenApiTypes.STR,
        examples.FEED,
        media="application/atom+xml",
        problems=(404,),
        parameters=(DATASET_NAME,),
        tag="Datasets",
    )
)
CHANGES = extend_schema_view(
    get=operation(
        "changes",
        "What changed",
        "What versions added, changed and removed, newest first: what have I missed since my last look? Take the "
        "moment of that look as `since`. An entity is shown as it is now. What a dataset's first copy brought is "
        "no news, for nothing was there to compare it with, and neither is an older copy that was loaded late: "
        "both are left out unless `history=true`. So is the first full copy after a starter excerpt. Removed means "
        "that the publisher's copy no longer has the entity; the date is the version's, not a legal one.",
        ChangeSerializer(many=True),
        examples.CHANGE,
        tag="Datasets",
    )
)
ENTITIES = extend_schema_view(
    get=operation(
        "entities",
        "Entities",
        "Parties as datasets describe them, in the order of their ids. Filters add up: an entity must meet all. "
        "Those that left their dataset are left out unless `removed=true`.",
        SummarySerializer(many=True),
        examples.SUMMARY,
        tag="Entities",
    )
)
ENTITY = extend_schema_view(
    get=operation(
        "entity",
        "One entity, whole",
        "Everything on record: names, identifiers, listings with what each measure forbids and its citation, "
        "owners and assets with shares, dates and the sentence each was read from. Statements that a later "
        "version withdrew stay, with `removed_on`. With `as_of`, `listings`, `owners` and `assets` hold only "
        "what was in force on that day.",
        EntitySerializer,
        examples.ENTITY,
        problems=(404,),
        parameters=(path("id", "The entity's id."), AS_OF, KNOWN_AT),
        tag="Entities",
    )
)
MATCH = extend_schema_view(
    post=operation(
        "match",
        "Match names",
        "Takes and returns what OpenSanctions' clients send and expect. Each query has a key of yours, a schema "
        "and properties in FollowTheMoney's names; each result a score from 0 to 1, whether it reaches the "
        "threshold, what each feature added to the score, the listings in force and one sentence for the file. "
        "A query that cannot be read gets `status` 400 in its place and the others are answered. `searched` and "
        "`not_searched` name the lists behind the answer.\n\n"
        f"At most {settings.MATCH_MAX_BATCH} queries in one request.",
        MatchSerializer,
        examples.MATCH,
        problems=(404, 409, 413, 415),
        request=MatchRequestSerializer,
        examples=[OpenApiExample("Request", value=examples.MATCH_REQUEST, request_only=True)],
        parameters=(
            path("dataset", "A dataset's name, or `all`."),
            query("limit", "Results per query, 1 to 500. Default 5.", int),
            THRESHOLD,
            query("cutoff", "Also show results from this score on. Default: the threshold.", float),
            query("algorithm", "The one matcher here.", enum=["best", "watchlink"], default="best"),
            query("include_dataset", "Search only these; repeat it.", many=True),
            query("exclude_dataset", "Do not search these; repeat it.", many=True),
            query("exclude_entity_ids", "Leave these entities out; repeat it.", many=True),
            AS_OF,
            KNOWN_AT,
        ),
        tag="Screening",
    )
)
VET = extend_schema_view(
    get=operation(
        "vet",
        "Vet one company",
        "Who this is, what lists it on the day, what was published about it, and which lists were searched.",
        OpenApiTypes.OBJECT,
        examples.VET,
        parameters=(
            query("name", "The company's name, in any script.", required=True),
            query("country", "Its country: an ISO 3166 code or a name."),
            AS_OF,
            KNOWN_AT,
            THRESHOLD,
        ),
        tag="Screening",
    )
)
FORM = OpenApiParameter(
    "form", str, OpenApiParameter.PATH, enum=list(MEDIA_TYPES), description="The format of the report."
)
FILES = tuple(kind.partition(";")[0] for kind in MEDIA_TYPES.values())
VET_DOSSIER = extend_schema_view(
    get=operation(
        "vet_dossier",
        "One company as a report",
        "The answer of `/vet/` to hand over: a page for print, PDF, XLSX or JSON, all with the same content and its hash.",
        OpenApiTypes.BINARY,
        None,
        media=FILES,
        problems=(404, 501),
        parameters=(
            FORM,
            query("name", "The company's name, in any script.", required=True),
            query("country", "Its country: an ISO 3166 code or a name."),
            AS_OF,
            KNOWN_AT,
            THRESHOLD,
        ),
        tag="Screening",
    )
)
ENTITY_ID = path("id", "The entity's id.")
EXPOSURE = extend_schema_view(
    get=operation(
        "entity_exposure",
        "What reaches an entity through ownership",
        "What every rule in effect on the day concludes: `yes`, `possible` (a band or an unstated share allows "
        "it), `red flag` (a minority, control or an edge that ended lately), `no`, or `not searched` where no list "
        "that the rule follows has been loaded. Each with the fewest edges that prove it, the listings it begins "
        "at, the rule with its citation and status, and what it forbids and does not.",
        ExposureSerializer,
        examples.EXPOSURE,
        problems=(404,),
        parameters=(ENTITY_ID, AS_OF, KNOWN_AT),
        tag="Ownership",
    )
)
OWNERSHIP = extend_schema_view(
    get=operation(
        "entity_ownership",
        "The ownership around an entity",
        "Parties and edges above and below it, to a depth and to a number of parties; listed ones come first. "
        "Edges that had ended by the day are there too, with `in_force` false.",
        OwnershipSerializer,
        examples.OWNERSHIP,
        problems=(404,),
        parameters=(
            ENTITY_ID,
            AS_OF,
            KNOWN_AT,
            query("depth", "Steps in each direction, 1 to 50. Default 2.", int),
            query("direction", "Default both.", enum=["both", "owners", "assets"]),
            query("limit", "Parties at most, 1 to 1000. Default 200.", int),
            query("expand", "A party to walk one step further from; repeat it.", many=True),
        ),
        tag="Ownership",
    )
)
REACH = extend_schema_view(
    get=operation(
        "entity_reach",
        "What a listing of an entity would hit",
        "Every company that the entity alone would expose, were it on the list of each rule of the day, the "
        "hardest hit first.",
        ReachSerializer,
        examples.REACH,
        problems=(404,),
        parameters=(
            ENTITY_ID,
            AS_OF,
            KNOWN_AT,
            query("limit", "Companies at once, 1 to 500. Default 50.", int),
            query("offset", "Companies to skip. Default 0.", int),
        ),
        tag="Ownership",
    )
)
EVIDENCE = extend_schema_view(
    get=operation(
        "entity_evidence",
        "What was published about an entity",
        "Publications up to the day, the earliest first: publisher, title, address, when it was published and read, the "
        "hash of the copy kept, the claim in one sentence and its nature. Rows of one `topic` belong together: a claim "
        "and the company's `reply` to it. Those about other rows of the same party are there too, each with its "
        "`entity`. None of it is a finding of law.",
        PublishedSerializer(many=True),
        examples.PUBLISHED,
        problems=(404,),
        parameters=(ENTITY_ID, AS_OF, KNOWN_AT),
        tag="Beside the law",
    )
)
PARTNERSHIPS = extend_schema_view(
    get=operation(
        "entity_partnerships",
        "With whom an entity works",
        "Brands that it sponsors, supplies or serves, that it sells for or that stand for it, begun by the day; those that "
        "ended have an `end`. Where days are not known, `dates` says in words what is.",
        PartneredSerializer(many=True),
        examples.PARTNERED,
        problems=(404,),
        parameters=(ENTITY_ID, AS_OF, KNOWN_AT),
        tag="Beside the law",
    )
)
WHAT_IF = extend_schema_view(
    post=operation(
        "what_if",
        "What would change",
        "Add or remove edges and listings, or hold a rule to be in force or suspended, and see whose exposure "
        "changes under which rule. Nothing is saved.",
        WhatIfSerializer,
        examples.WHAT_IF,
        problems=(413, 415),
        request=SuppositionsSerializer,
        examples=[OpenApiExample("Request", value=examples.WHAT_IF_REQUEST, request_only=True)],
        parameters=(
            AS_OF,
            KNOWN_AT,
            query("limit", "Changes told in full, 1 to 500. Default 50.", int),
        ),
        tag="Ownership",
    )
)
