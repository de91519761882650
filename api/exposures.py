"""Answers on ownership: what reaches a company, what is around it, what it would reach, and what if."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request

from api.answers import NotSearchedSerializer, SearchedSerializer
from api.parameters import read_integer, read_moment
from api.serializers import PartySerializer
from api.suppositions import read_suppositions
from entities.choices import OwnershipKind, RuleStatus
from entities.models import Entity
from entities.querysets import Moment
from exposure import reached
from exposure.records import RESULTS
from screening.exposures import NOT_SEARCHED, conclusions, explained
from screening.rendering import conclusion_as_dict, entity_as_dict, step_as_dict
from screening.rules import RuleError, rulebook
from screening.searched import searched_lists
from screening.structure import structure_at
from screening.supposing import SuppositionError, suppose
from screening.walks import BOTH, DIRECTIONS, walk

DEFAULT_DEPTH, MAX_DEPTH = 2, 50
DEFAULT_NODES, MAX_NODES = 200, 1_000
DEFAULT_LIMIT, MAX_LIMIT = 50, 500


def exposure_answer(request: Request, pk: str) -> dict[str, Any]:
    """Say what every rule of the day concludes about an entity, and on which lists that rests."""
    moment, entity = read_moment(request), _entity(pk)
    structure, book = structure_at(moment), rulebook(moment.by)
    rows = structure.rows(entity)
    found = conclusions(rows, moment, structure, book)
    return {
        **_asked(entity, moment),
        "same_party": [row for row in rows if row != pk],
        "exposures": [conclusion_as_dict(row) for row in found if not row.shadow],
        "rules": book.newest(moment.on),
        **searched_lists(moment.by).as_dict(),
    }


def ownership_answer(request: Request, pk: str) -> dict[str, Any]:
    """Draw the ownership around an entity."""
    moment = read_moment(request)
    depth = read_integer(request, "depth", DEFAULT_DEPTH, low=1, high=MAX_DEPTH)
    most = read_integer(request, "limit", DEFAULT_NODES, low=1, high=MAX_NODES)
    direction = request.query_params.get("direction", BOTH)
    if direction not in DIRECTIONS:
        raise ValidationError({"direction": [f"Give {', '.join(DIRECTIONS)}, not {direction[:40]!r}."]})
    entity, structure = _entity(pk), structure_at(moment)
    drawn = walk(structure.rows(entity), moment, structure, depth=depth, direction=direction, most=most)
    return {
        **_asked(entity, moment),
        "depth": depth,
        "direction": direction,
        "whole": drawn.whole,
        "nodes": [
            {
                **entity_as_dict(node.entity),
                "distance": node.distance,
                "measures": node.measures,
                "owners": node.owners,
                "assets": node.assets,
                "hidden": node.hidden,
            }
            for node in drawn.nodes
        ],
        "edges": [
            {
                **step_as_dict(step),
                "owner": step.owner.pk,
                "asset": step.asset.pk,
                "in_force": step.edge.live(moment.on),
            }
            for step in drawn.edges
        ],
    }


def reach_answer(request: Request, pk: str) -> dict[str, Any]:
    """List whom an entity would expose, were it on the list of every rule of the day, the hardest hit first."""
    moment = read_moment(request)
    limit = read_integer(request, "limit", DEFAULT_LIMIT, low=1, high=MAX_LIMIT)
    offset = read_integer(request, "offset", 0, low=0, high=999_999_999)
    entity = _entity(pk)
    structure, book = structure_at(moment), rulebook(moment.by)
    start = structure.clusters.party(next(iter(_known(structure.rows(entity), structure)), pk))
    results: list[dict[str, Any]] = []
    total = 0
    if start in structure.graph.numbers:
        said, parties = reached(structure.graph, start, moment.on, book.rules)
        total = len(parties)
        shown = parties[offset : offset + limit]
        exposures = [row for party in shown for row in said[party] if row.result != "no"]
        told: dict[str, list[dict[str, Any]]] = {party: [] for party in shown}
        names = Entity.objects.select_related("dataset").defer("raw", "properties").in_bulk(shown)
        for row in explained(exposures, moment.on, structure, book, supposed=True):
            told[row.exposure.party].append(conclusion_as_dict(row))
        results = [{"party": entity_as_dict(names[party]), "exposures": rows} for party, rows in told.items()]
    return {**_asked(entity, moment), "total": total, "limit": limit, "offset": offset, "results": results}


def what_if_answer(request: Request) -> dict[str, Any]:
    """Say what would change in a supposed world; nothing is saved."""
    moment = read_moment(request)
    limit = read_integer(request, "limit", DEFAULT_LIMIT, low=1, high=MAX_LIMIT)
    terms = read_suppositions(request)
    structure, book = structure_at(moment), rulebook(moment.by)
    try:
        outcome = suppose(terms, moment, structure, book, most=limit)
    except (SuppositionError, RuleError) as error:
        raise ValidationError(str(error)) from error
    return {
        "as_of": moment.on,
        "known_at": moment.by,
        "total": outcome.total,
        "limit": limit,
        "changes": [
            {
                "party": entity_as_dict(row.party),
                "before": conclusion_as_dict(row.before) if row.before else None,
                "after": conclusion_as_dict(row.after) if row.after else None,
            }
            for row in outcome.changes
        ],
    }


def _entity(pk: str) -> Entity:
    rows = Entity.objects.select_related("dataset").defer("raw", "properties")
    entity = rows.prefetch_related("names", "identifiers").filter(pk=pk).first()
    if entity is None:
        raise NotFound(f"There is no entity {pk!r}.")
    return entity


def _known(rows: tuple[str, ...], structure: Any) -> list[str]:
    return [row for row in rows if structure.clusters.party(row) in structure.graph.numbers]


def _asked(entity: Entity, moment: Moment) -> dict[str, Any]:
    return {"entity": entity_as_dict(entity), "as_of": moment.on, "known_at": moment.by}


class RuleSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    regime = serializers.CharField()
    asks = serializers.CharField(help_text="What the rule asks, in words.")
    status = serializers.ChoiceField(choices=RuleStatus.choices)
    remark = serializers.CharField(help_text="Whose word the status is, where no source confirms it.")
    effective_from = serializers.DateField(allow_null=True)
    effective_to = serializers.DateField(allow_null=True)
    citation = serializers.CharField()
    url = serializers.URLField()


class StatedEdgeSerializer(serializers.Serializer[Any]):
    ids = serializers.ListField(child=serializers.IntegerField(), help_text="The rows that state it.")
    kind = serializers.ChoiceField(choices=OwnershipKind.choices)
    share = serializers.CharField(help_text="The band in words.")
    share_min = serializers.FloatField(allow_null=True)
    share_max = serializers.FloatField(allow_null=True)
    start = serializers.DateField(allow_null=True)
    end = serializers.DateField(allow_null=True)
    citation = serializers.CharField()
    url = serializers.CharField()
    quote = serializers.CharField()


class StepSerializer(StatedEdgeSerializer):
    owner = PartySerializer()
    asset = PartySerializer()


class ListedOwnerSerializer(serializers.Serializer[Any]):
    party = PartySerializer()
    entity = PartySerializer(help_text="The list's row that is read as the party.")
    list = serializers.CharField()
    measure = serializers.CharField()
    programme = serializers.CharField()
    since = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True)
    citation = serializers.CharField()
    requirement = serializers.CharField()
    source_url = serializers.CharField()


class JoinSerializer(serializers.Serializer[Any]):
    party = PartySerializer()
    entity = PartySerializer()
    score = serializers.FloatField()
    confirmed = serializers.CharField(
        help_text="Who confirmed it and when; empty where the score alone says so."
    )
    reason = serializers.CharField()


class ConclusionSerializer(serializers.Serializer[Any]):
    rule = RuleSerializer()
    result = serializers.ChoiceField(
        choices=[*reversed(RESULTS), NOT_SEARCHED],
        help_text="`not searched`: no list that the rule follows has been loaded.",
    )
    direct = serializers.BooleanField(help_text="Whether it rests on the company's own listing.")
    forbids = serializers.CharField()
    does_not = serializers.CharField()
    path = StepSerializer(many=True, help_text="The fewest edges that prove the result, owners first.")
    owners = ListedOwnerSerializer(many=True)
    joins = JoinSerializer(many=True, help_text="Rows of other datasets that are read as one of the parties.")
    reasons = serializers.ListField(child=serializers.CharField())


class AskedSerializer(serializers.Serializer[Any]):
    entity = PartySerializer()
    as_of = serializers.DateField()
    known_at = serializers.DateTimeField(allow_null=True)


class ExposureSerializer(AskedSerializer):
    same_party = serializers.ListField(
        child=serializers.CharField(), help_text="Other rows of the record that are read as the same party."
    )
    exposures = ConclusionSerializer(many=True)
    rules = serializers.DateField(help_text="Since when the rules are what they are.")
    searched = SearchedSerializer(many=True)
    not_searched = NotSearchedSerializer(many=True)


class NodeSerializer(PartySerializer):
    distance = serializers.IntegerField(help_text="Steps above (below 0) or below the company.")
    measures = serializers.ListField(child=serializers.CharField(), help_text="What it is listed under.")
    owners = serializers.IntegerField()
    assets = serializers.IntegerField()
    hidden = serializers.IntegerField(help_text="Edges of it that are not among `edges`.")

    class Meta(PartySerializer.Meta):
        fields = [*PartySerializer.Meta.fields, "distance", "measures", "owners", "assets", "hidden"]


class WalkedEdgeSerializer(StatedEdgeSerializer):
    owner = serializers.CharField()
    asset = serializers.CharField()
    in_force = serializers.BooleanField()


class OwnershipSerializer(AskedSerializer):
    depth = serializers.IntegerField()
    direction = serializers.ChoiceField(choices=DIRECTIONS)
    whole = serializers.BooleanField(help_text="Whether nothing within the depth was left out.")
    nodes = NodeSerializer(many=True)
    edges = WalkedEdgeSerializer(many=True)


class ReachedSerializer(serializers.Serializer[Any]):
    party = PartySerializer()
    exposures = ConclusionSerializer(many=True)


class ReachSerializer(AskedSerializer):
    total = serializers.IntegerField()
    limit = serializers.IntegerField()
    offset = serializers.IntegerField()
    results = ReachedSerializer(many=True)


class ChangedSerializer(serializers.Serializer[Any]):
    party = PartySerializer()
    before = ConclusionSerializer(allow_null=True, help_text="Null where the rule is not in effect.")
    after = ConclusionSerializer(allow_null=True)


class WhatIfSerializer(serializers.Serializer[Any]):
    as_of = serializers.DateField()
    known_at = serializers.DateTimeField(allow_null=True)
    total = serializers.IntegerField()
    limit = serializers.IntegerField()
    changes = ChangedSerializer(many=True)
