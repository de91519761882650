"""The views: what each reads and what it answers."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.views import SpectacularAPIView
from rest_framework import generics
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from api import batch, cross_reference_documentation, cross_references, documentation, exposures, records
from api.cross_references import CrossReferenceSerializer, WholeCrossReferenceSerializer
from api.feeds import changes_feed
from api.files import FileAnswer, file_answer
from api.filters import ChangeFilter, CrossReferenceFilter, EntityFilter
from api.pagination import ChangePages, NumberedPages, PublishedPages, VersionPages
from api.parameters import KnownParameters, read_country, read_date, read_fraction, read_known_at, read_moment
from api.queries import MAX_NAME_LENGTH
from api.serializers import (
    CatalogueSerializer,
    ChangeSerializer,
    DatasetSerializer,
    EntitySerializer,
    PartneredSerializer,
    PublishedSerializer,
    SummarySerializer,
    VersionSerializer,
)
from entities.models import Change, Dataset, DatasetVersion, Entity, Evidence, Partnership
from screening.handing_over import handed_over
from screening.models import CrossReference
from screening.reports import dossier
from screening.vetting import Vetting, VettingError, vet


@documentation.INDEX
class IndexView(KnownParameters, APIView):
    def get(self, request: Request) -> Response:
        names = (
            *("datasets", "changes", "entities", "cross_references", "vet", "what_if", "screenings", "hits"),
            *("alerts", "schema", "docs"),
        )
        places = {name: reverse(name.replace("_", "-"), request=request) for name in names}
        return Response(places | {"match": reverse("match", ["all"], request=request)})


@documentation.DATASETS
class DatasetsView(KnownParameters, APIView):
    def get(self, request: Request) -> Response:
        found = {"results": records.catalogue()}
        return Response(CatalogueSerializer(found, context={"request": request}).data)


@documentation.DATASET
class DatasetView(KnownParameters, generics.RetrieveAPIView[Dataset]):
    serializer_class = DatasetSerializer
    queryset = Dataset.objects.none()

    def get_object(self) -> Dataset:
        return _dataset(self.kwargs["name"])


@documentation.VERSIONS
class VersionsView(KnownParameters, generics.ListAPIView[DatasetVersion]):
    serializer_class = VersionSerializer
    pagination_class = VersionPages
    filter_backends = ()
    queryset = DatasetVersion.objects.none()

    def get_queryset(self) -> QuerySet[DatasetVersion]:
        return records.versions(_dataset(self.kwargs["name"]).name)


@documentation.FEED
class FeedView(KnownParameters, APIView):
    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Let a feed reader ask for Atom alone; only a problem is told in JSON."""
        return JSONRenderer(), JSONRenderer.media_type

    def get(self, request: Request, name: str) -> HttpResponse:
        return changes_feed(request._request, _dataset(name))


@documentation.CHANGES
class ChangesView(KnownParameters, generics.ListAPIView[Change]):
    serializer_class = ChangeSerializer
    pagination_class = ChangePages
    filterset_class = ChangeFilter
    queryset = Change.objects.none()

    def get_queryset(self) -> QuerySet[Change]:
        return records.changes()


@documentation.ENTITIES
class EntitiesView(KnownParameters, generics.ListAPIView[Entity]):
    serializer_class = SummarySerializer
    filterset_class = EntityFilter
    queryset = Entity.objects.none()

    def get_queryset(self) -> QuerySet[Entity]:
        return records.summaries(read_moment(self.request))


@documentation.ENTITY
class EntityView(KnownParameters, generics.RetrieveAPIView[Entity]):
    serializer_class = EntitySerializer
    filter_backends = ()
    parameters = ("as_of", "known_at")
    queryset = Entity.objects.none()

    def get_object(self) -> Entity:
        asked = {"as_of", "known_at"} & set(self.request.query_params)
        moment = read_moment(self.request) if asked else None
        entity = records.whole(moment).filter(pk=self.kwargs["pk"]).first()
        if entity is None:
            raise NotFound(f"There is no entity {self.kwargs['pk']!r}.")
        return entity

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "as_of": read_date(self.request, "as_of")}


@documentation.EXPOSURE
class ExposureView(KnownParameters, APIView):
    parameters = ("as_of", "known_at")

    def get(self, request: Request, pk: str) -> Response:
        return Response(exposures.exposure_answer(request, pk))


@documentation.OWNERSHIP
class OwnershipView(KnownParameters, APIView):
    parameters = ("as_of", "known_at", "depth", "direction", "limit")
    repeatable = ("expand",)

    def get(self, request: Request, pk: str) -> Response:
        return Response(exposures.ownership_answer(request, pk))


@documentation.REACH
class ReachView(KnownParameters, APIView):
    parameters = ("as_of", "known_at", "limit", "offset")

    def get(self, request: Request, pk: str) -> Response:
        return Response(exposures.reach_answer(request, pk))


@documentation.EVIDENCE
class EvidenceView(KnownParameters, generics.ListAPIView[Evidence]):
    serializer_class = PublishedSerializer
    pagination_class = PublishedPages
    filter_backends = ()
    parameters = ("as_of", "known_at")
    queryset = Evidence.objects.none()

    def get_queryset(self) -> QuerySet[Evidence]:
        return records.evidence(*exposures.party_rows(self.request, self.kwargs["pk"]))


@documentation.PARTNERSHIPS
class PartnershipsView(KnownParameters, generics.ListAPIView[Partnership]):
    serializer_class = PartneredSerializer
    pagination_class = NumberedPages
    filter_backends = ()
    parameters = ("as_of", "known_at")
    queryset = Partnership.objects.none()

    def get_queryset(self) -> QuerySet[Partnership]:
        return records.partnerships(*exposures.party_rows(self.request, self.kwargs["pk"]))


@documentation.WHAT_IF
class WhatIfView(KnownParameters, APIView):
    parameters = ("as_of", "known_at", "limit")

    def post(self, request: Request) -> Response:
        return Response(exposures.what_if_answer(request))


@cross_reference_documentation.CROSS_REFERENCES
class CrossReferencesView(KnownParameters, generics.ListAPIView[CrossReference]):
    serializer_class = CrossReferenceSerializer
    pagination_class = NumberedPages
    filterset_class = CrossReferenceFilter
    queryset = CrossReference.objects.defer("explanation")

    def paginate_queryset(self, queryset: Any) -> Any:
        return cross_references.page_of(super().paginate_queryset(queryset) or [])


@cross_reference_documentation.CROSS_REFERENCE
class CrossReferenceView(KnownParameters, APIView):
    def get(self, request: Request, pk: int) -> Response:
        return Response(WholeCrossReferenceSerializer(cross_references.cross_reference_answer(pk)).data)


@cross_reference_documentation.RULINGS
class RulingsView(KnownParameters, APIView):
    def post(self, request: Request, pk: int) -> Response:
        return Response(WholeCrossReferenceSerializer(cross_references.ruling_answer(request, pk)).data)


@documentation.MATCH
class MatchView(KnownParameters, APIView):
    parameters = ("limit", "threshold", "cutoff", "algorithm", "as_of", "known_at")
    repeatable = ("include_dataset", "exclude_dataset", "exclude_entity_ids")

    def post(self, request: Request, dataset: str) -> Response:
        terms = batch.read_terms(request, dataset)
        bodies = batch.read_body(request)
        return Response(batch.answer(bodies, terms), headers={"x-batch-size": str(len(bodies))})


@documentation.VET
class VetView(KnownParameters, APIView):
    parameters = ("name", "country", "as_of", "known_at", "threshold")

    def get(self, request: Request) -> Response:
        return Response(_vetting(request).as_dict())


@documentation.VET_DOSSIER
class VetDossierView(KnownParameters, FileAnswer, APIView):
    parameters = ("name", "country", "as_of", "known_at", "threshold")

    def get(self, request: Request, form: str) -> HttpResponse:
        return file_answer(form, lambda: handed_over(dossier(_vetting(request), request.user), form))


class SchemaView(KnownParameters, SpectacularAPIView):
    renderer_classes = [OpenApiJsonRenderer, JSONRenderer, OpenApiYamlRenderer]


def healthz(request: HttpRequest) -> HttpResponse:
    """Tell a load balancer whether this process can read the record."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return JsonResponse(
            {"status": "error", "detail": f"The database does not answer: {error}"}, status=503
        )
    return JsonResponse({"status": "ok", "version": settings.VERSION})


def _vetting(request: Request) -> Vetting:
    name = request.query_params.get("name", "").strip()
    if not name or len(name) > MAX_NAME_LENGTH:
        raise ValidationError({"name": [f"Give a name of 1 to {MAX_NAME_LENGTH} characters."]})
    try:
        return vet(
            name,
            country=read_country(request, "country"),
            on=read_date(request, "as_of"),
            by=read_known_at(request),
            threshold=read_fraction(request, "threshold"),
        )
    except VettingError as error:
        raise ValidationError(str(error)) from error


def _dataset(name: str) -> Dataset:
    dataset = records.dataset_named(name)
    if dataset is None:
        raise NotFound(f"There is no dataset {name!r}.")
    return dataset
