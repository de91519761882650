"""The shapes of /match and the index, for the manual; api.results and api.batch make the answers."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.queries import SCHEMATA
from api.serializers import ListingSerializer
from entities.choices import DatasetKind


def _texts() -> serializers.ListField:
    return serializers.ListField(child=serializers.CharField())


class IndexSerializer(serializers.Serializer[Any]):
    datasets = serializers.URLField()
    changes = serializers.URLField()
    entities = serializers.URLField()
    cross_references = serializers.URLField()
    vet = serializers.URLField()
    what_if = serializers.URLField()
    screenings = serializers.URLField()
    hits = serializers.URLField()
    alerts = serializers.URLField()
    schema = serializers.URLField()
    docs = serializers.URLField()
    match = serializers.URLField()


class MatchQuerySerializer(serializers.Serializer[Any]):
    schema = serializers.ChoiceField(choices=list(SCHEMATA), default="Company")
    properties = serializers.DictField(child=_texts())


class MatchRequestSerializer(serializers.Serializer[Any]):
    queries = serializers.DictField(child=MatchQuerySerializer())


class FeatureSerializer(serializers.Serializer[Any]):
    score = serializers.FloatField(help_text="What it adds to the score; below 0 it speaks against.")
    detail = serializers.CharField()
    query = serializers.CharField()
    candidate = serializers.CharField()


class ResultSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    caption = serializers.CharField()
    schema = serializers.CharField()
    properties = serializers.DictField(child=_texts())
    datasets = _texts()
    referents = _texts()
    target = serializers.BooleanField(help_text="Whether a government listing of it is in force on the day.")
    first_seen = serializers.DateTimeField()
    last_seen = serializers.DateTimeField(allow_null=True)
    last_change = serializers.DateTimeField()
    score = serializers.FloatField()
    match = serializers.BooleanField()
    explanations = serializers.DictField(child=FeatureSerializer())
    matched_name = serializers.CharField()
    name_kind = serializers.CharField()
    listings = ListingSerializer(many=True)
    sentence = serializers.CharField()


class TotalSerializer(serializers.Serializer[Any]):
    value = serializers.IntegerField()
    relation = serializers.ChoiceField(choices=["eq", "gte"])


class AnswerSerializer(serializers.Serializer[Any]):
    status = serializers.IntegerField(help_text="200, or 400 where this query could not be read.")
    results = ResultSerializer(many=True)
    total = TotalSerializer(required=False)
    query = MatchQuerySerializer(required=False)
    ignored_properties = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="Properties that the matcher does not read."
    )
    detail = serializers.CharField(required=False, help_text="Status 400 only: what is wrong.")
    code = serializers.CharField(required=False)


class MatcherSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    version = serializers.CharField()


class SearchedSerializer(serializers.Serializer[Any]):
    dataset = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.ChoiceField(choices=DatasetKind.choices)
    version = serializers.IntegerField()
    published_on = serializers.DateField()
    fetched_at = serializers.DateTimeField()
    sha256 = serializers.CharField()
    entities = serializers.IntegerField()
    freshness = serializers.CharField()
    scope = serializers.CharField(
        help_text="How far a register was searched; empty for a list, searched whole."
    )


class NotSearchedSerializer(serializers.Serializer[Any]):
    dataset = serializers.CharField()
    title = serializers.CharField()
    reason = serializers.CharField()


class MatchSerializer(serializers.Serializer[Any]):
    responses = serializers.DictField(child=AnswerSerializer(), help_text="By the keys of the request.")
    matcher = MatcherSerializer()
    limit = serializers.IntegerField()
    as_of = serializers.DateField(allow_null=True)
    known_at = serializers.DateTimeField(allow_null=True)
    searched = SearchedSerializer(many=True)
    not_searched = NotSearchedSerializer(many=True)
