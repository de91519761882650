"""The views of screenings: begin one, follow it, read its hits, stop it, prove it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework import generics, status
from rest_framework.exceptions import APIException, NotFound
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from api import screening_documentation as documentation
from api.asking import asked_screening
from api.desk import DeskView, person, screening_named
from api.files import FileAnswer, file_answer
from api.pagination import CursorPages, VersionPages
from api.parameters import KnownParameters
from api.screening_answers import HitSerializer, ScreeningSerializer, ScreeningSummarySerializer
from api.screening_filters import HitFilter, ScreeningFilter
from screening.handing_over import screening_file
from screening.models import Hit, Screening
from screening.runs import cancel, resume
from screening.tasks import run_screening
from screening.verifying import verify


class WrongState(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "wrong_state"


@documentation.SCREENINGS
class ScreeningsView(KnownParameters, DeskView, generics.ListAPIView[Screening]):
    serializer_class = ScreeningSummarySerializer
    pagination_class = VersionPages
    filterset_class = ScreeningFilter
    parser_classes = (JSONParser, MultiPartParser)
    queryset = Screening.objects.none()
    needs: ClassVar[dict[str, str]] = {"POST": "screening.add_screening"}

    def get_queryset(self) -> QuerySet[Screening]:
        return Screening.objects.visible_to(self.request.user).select_related("portfolio__team", "by")

    def post(self, request: Request) -> Response:
        screening, created = asked_screening(request)
        answer = ScreeningSerializer(screening, context={"request": request}).data
        return Response(answer, status.HTTP_201_CREATED if created else status.HTTP_200_OK)


@documentation.SCREENING
class ScreeningView(KnownParameters, DeskView, generics.RetrieveAPIView[Screening]):
    serializer_class = ScreeningSerializer
    filter_backends = ()
    queryset = Screening.objects.none()

    def get_object(self) -> Screening:
        return screening_named(self.request, self.kwargs["pk"])


@documentation.HITS
class HitsView(KnownParameters, DeskView, generics.ListAPIView[Hit]):
    serializer_class = HitSerializer
    pagination_class = CursorPages
    filterset_class = HitFilter
    queryset = Hit.objects.none()

    def get_queryset(self) -> QuerySet[Hit]:
        if getattr(self, "swagger_fake_view", False):
            return Hit.objects.none()
        return screening_named(self.request, self.kwargs["pk"]).hits.select_related("subject")


@documentation.CANCEL
class CancelView(KnownParameters, DeskView):
    needs: ClassVar[dict[str, str]] = {"POST": "screening.change_screening"}

    def post(self, request: Request, pk: int) -> Response:
        screening = screening_named(request, pk)
        if not cancel(screening, person(request)):
            raise WrongState(f"Screening {pk} is {screening.get_state_display()} and cannot be cancelled.")
        return _told(request, pk)


@documentation.RESUME
class ResumeView(KnownParameters, DeskView):
    needs: ClassVar[dict[str, str]] = {"POST": "screening.change_screening"}

    def post(self, request: Request, pk: int) -> Response:
        screening = screening_named(request, pk)
        if not resume(screening, person(request)):
            raise WrongState(f"Screening {pk} is {screening.get_state_display()} and cannot be resumed.")
        run_screening.delay(pk)
        return _told(request, pk)


@documentation.VERIFY
class VerifyView(KnownParameters, DeskView):
    needs: ClassVar[dict[str, str]] = {"POST": "screening.view_screening"}

    def post(self, request: Request, pk: int) -> Response:
        return Response(verify(screening_named(request, pk), request.user).as_dict())


@documentation.REPORT
class ReportView(KnownParameters, FileAnswer, DeskView):
    def get(self, request: Request, pk: int, kind: str, form: str) -> HttpResponse:
        if kind not in ("report", "certificate"):
            raise NotFound(f"There is a report and a certificate, no {kind[:20]!r}.")
        run = screening_named(request, pk)
        return file_answer(form, lambda: screening_file(run, kind, form, request.user))


def _told(request: Request, pk: int) -> Response:
    data: Any = ScreeningSerializer(screening_named(request, pk), context={"request": request}).data
    return Response(data)
