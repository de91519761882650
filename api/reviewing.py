"""The views of hits under review, the decisions on them, and alerts."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import User
from django.db.models import QuerySet
from rest_framework import generics, status
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api import review_documentation as documentation
from api.desk import DeskView
from api.pagination import CursorPages, VersionPages
from api.parameters import KnownParameters
from api.review_answers import (
    AlertSerializer,
    DecisionRequestSerializer,
    DecisionSerializer,
    ReviewHitSerializer,
)
from api.review_filters import AlertFilter, ReviewFilter
from screening.deciding import DecidedMeanwhile, DecisionRefused, Word, decide, history
from screening.models import Alert, AuditEvent, Decision, Hit
from screening.queue import standing_hits


class Overtaken(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "decided_meanwhile"


@documentation.HITS
class ReviewHitsView(KnownParameters, DeskView, generics.ListAPIView[Hit]):
    serializer_class = ReviewHitSerializer
    pagination_class = CursorPages
    filterset_class = ReviewFilter
    queryset = Hit.objects.none()
    needs: ClassVar[dict[str, str]] = {"GET": "screening.view_hit"}

    def get_queryset(self) -> QuerySet[Hit]:
        return standing_hits(self.request.user).select_related("subject__portfolio")


@documentation.HIT
class ReviewHitView(KnownParameters, DeskView):
    needs: ClassVar[dict[str, str]] = {"GET": "screening.view_hit"}

    def get(self, request: Request, pk: int) -> Response:
        hit = _hit(request, pk)
        AuditEvent.objects.record("viewed", hit, by=request.user, portfolio=hit.subject.portfolio, over="API")
        data: Any = ReviewHitSerializer(hit, context={"request": request}).data
        return Response(data)


@documentation.DECISIONS
class DecisionsView(KnownParameters, DeskView):
    needs: ClassVar[dict[str, str]] = {"GET": "screening.view_decision", "POST": "screening.add_decision"}

    def get(self, request: Request, pk: int) -> Response:
        rows: Any = DecisionSerializer(history(_hit(request, pk)), many=True).data
        return Response({"results": rows})

    def post(self, request: Request, pk: int) -> Response:
        hit = _hit(request, pk)
        reader = DecisionRequestSerializer(data=request.data)
        reader.is_valid(raise_exception=True)
        said = dict(reader.validated_data)
        row = _decided(request, hit, said.pop("seen"), Word(**said))
        answer: Any = DecisionSerializer(row).data
        return Response(answer, status.HTTP_201_CREATED)


@documentation.ALERTS
class AlertsView(KnownParameters, DeskView, generics.ListAPIView[Alert]):
    serializer_class = AlertSerializer
    pagination_class = VersionPages
    filterset_class = AlertFilter
    queryset = Alert.objects.none()
    needs: ClassVar[dict[str, str]] = {"GET": "screening.view_alert"}

    def get_queryset(self) -> QuerySet[Alert]:
        rows: Any = Alert.objects.visible_to(self.request.user)
        found: QuerySet[Alert] = rows.select_related("subject", "portfolio", "hit", "seen_by")
        return found


def _hit(request: Request, pk: int) -> Any:
    """Find the newest hit of a pair that the caller's teams see; an older one of the pair is not under review."""
    found = standing_hits(request.user).select_related("subject__portfolio").filter(pk=pk).first()
    if found is None:
        raise NotFound(f"There is no hit {pk} under review.")
    return found


def _decided(request: Request, hit: Any, seen: int, word: Word) -> Decision:
    assert isinstance(request.user, User)
    try:
        return decide(hit.pk, request.user, word, seen)
    except DecidedMeanwhile as error:
        raise Overtaken(str(error)) from error
    except DecisionRefused as error:
        raise ValidationError(str(error), code="refused") from error
