"""The shapes of datasets and entities. They shape what was loaded and never query."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from entities.models import (
    Address,
    Change,
    Dataset,
    DatasetVersion,
    Entity,
    Evidence,
    Identifier,
    Listing,
    Measure,
    Name,
    Ownership,
    Partnership,
)

FRESHNESS = ["fresh", "stale", "starter excerpt", "closed", "never loaded"]


class ProblemSerializer(serializers.Serializer[Any]):
    detail = serializers.CharField(help_text="What is wrong, in one sentence.")
    code = serializers.CharField(help_text="The same in a word, for programs.")
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="Bad input only: what is wrong with each field.",
    )


class CurrentVersionSerializer(serializers.ModelSerializer[DatasetVersion]):
    class Meta:
        model = DatasetVersion
        fields = [
            "published_on",
            "published_on_stated",
            "fetched_at",
            "sha256",
            "entities",
            "names",
            "added",
            "changed",
            "removed",
            "not_understood",
            "is_excerpt",
        ]


class VersionSerializer(serializers.ModelSerializer[DatasetVersion]):
    class Meta:
        model = DatasetVersion
        fields = [
            "status",
            *CurrentVersionSerializer.Meta.fields,
            "size",
            "rows",
            "skipped",
            "log",
            "error",
        ]


class DatasetSerializer(serializers.ModelSerializer[Dataset]):
    freshness = serializers.ChoiceField(choices=FRESHNESS, read_only=True)
    current_version = CurrentVersionSerializer(read_only=True, allow_null=True)
    feed = serializers.HyperlinkedIdentityField(
        view_name="dataset-feed",
        lookup_field="name",
        read_only=True,
        help_text="What its publisher changes, as an Atom feed.",
    )

    class Meta:
        model = Dataset
        fields = [
            "name",
            "title",
            "kind",
            "authority",
            "legal_basis",
            "homepage",
            "url",
            "cadence",
            "freshness",
            "fresh_days",
            "checked_at",
            "current_version",
            "feed",
        ]


class CatalogueSerializer(serializers.Serializer[Any]):
    results = DatasetSerializer(many=True)


class DatasetFactsSerializer(serializers.ModelSerializer[Dataset]):
    class Meta:
        model = Dataset
        fields = ["name", "title", "authority", "legal_basis", "homepage"]


class StatementSerializer(serializers.ModelSerializer[Any]):
    """A row that one version added and a later one may have removed, with the dates of both."""

    added_on = serializers.DateField(read_only=True)
    removed_on = serializers.DateField(read_only=True, allow_null=True)


class NameSerializer(StatementSerializer):
    class Meta:
        model = Name
        fields = ["text", "kind", "lang", "added_on", "removed_on"]


class IdentifierSerializer(StatementSerializer):
    class Meta:
        model = Identifier
        fields = ["scheme", "value", "country", "valid", "added_on", "removed_on"]


class AddressSerializer(StatementSerializer):
    class Meta:
        model = Address
        fields = ["text", "country", "added_on", "removed_on"]


class MeasureSerializer(serializers.ModelSerializer[Measure]):
    class Meta:
        model = Measure
        fields = ["code", "kind", "title", "forbids", "does_not", "legal_basis", "citation_url"]


class ListingSerializer(StatementSerializer):
    in_force = serializers.BooleanField(read_only=True)
    measures = MeasureSerializer(many=True, read_only=True)

    class Meta:
        model = Listing
        fields = [
            "programme",
            "legal_basis",
            "citation",
            "requirement",
            "policy",
            "reason",
            "start",
            "start_basis",
            "end",
            "end_basis",
            "in_force",
            "source_url",
            "measures",
            "added_on",
            "removed_on",
        ]


class PartySerializer(serializers.ModelSerializer[Entity]):
    dataset = serializers.CharField(source="dataset.name", read_only=True)
    countries = serializers.ListField(child=serializers.CharField(), source="country_codes", read_only=True)

    class Meta:
        model = Entity
        fields = ["id", "caption", "schema", "dataset", "countries"]


class EdgeSerializer(StatementSerializer):
    share = serializers.CharField(read_only=True, help_text="The band in words.")

    class Meta:
        model = Ownership
        fields = [
            "kind",
            "share",
            "share_min",
            "share_max",
            "start",
            "end",
            "citation",
            "url",
            "quote",
            "added_on",
            "removed_on",
        ]


class OwnerSerializer(EdgeSerializer):
    owner = PartySerializer(read_only=True)

    class Meta(EdgeSerializer.Meta):
        fields = ["owner", *EdgeSerializer.Meta.fields]


class AssetSerializer(EdgeSerializer):
    asset = PartySerializer(read_only=True)

    class Meta(EdgeSerializer.Meta):
        fields = ["asset", *EdgeSerializer.Meta.fields]


class EvidenceSerializer(StatementSerializer):
    class Meta:
        model = Evidence
        fields = [
            "published",
            "published_text",
            "publisher",
            "title",
            "url",
            "retrieved",
            "archived_sha256",
            "claim",
            "nature",
            "topic",
            "verified",
            "note",
            "added_on",
            "removed_on",
        ]


class PartnershipSerializer(StatementSerializer):
    class Meta:
        model = Partnership
        fields = [
            "brand",
            "kind",
            "description",
            "start",
            "end",
            "dates",
            "citation",
            "url",
            "verified",
            "added_on",
            "removed_on",
        ]


class PublishedSerializer(EvidenceSerializer):
    entity = PartySerializer(read_only=True, help_text="The row of the record that it is about.")

    class Meta(EvidenceSerializer.Meta):
        fields = ["id", "entity", *EvidenceSerializer.Meta.fields]


class PartneredSerializer(PartnershipSerializer):
    entity = PartySerializer(read_only=True, help_text="The row of the record that it is about.")

    class Meta(PartnershipSerializer.Meta):
        fields = ["id", "entity", *PartnershipSerializer.Meta.fields]


class SummarySerializer(PartySerializer):
    listed = serializers.BooleanField(read_only=True, help_text="Whether a listing is in force today.")
    first_seen = serializers.DateTimeField(read_only=True)
    last_change = serializers.DateTimeField(read_only=True)
    removed_on = serializers.DateField(read_only=True, allow_null=True)
    url = serializers.HyperlinkedIdentityField(view_name="entity", read_only=True)

    class Meta(PartySerializer.Meta):
        fields = [*PartySerializer.Meta.fields, "listed", "first_seen", "last_change", "removed_on", "url"]


class ChangingVersionSerializer(serializers.ModelSerializer[DatasetVersion]):
    class Meta:
        model = DatasetVersion
        fields = ["published_on", "published_on_stated", "fetched_at", "sha256", "is_excerpt"]


class EntityVersionsSerializer(serializers.ModelSerializer[Entity]):
    added = ChangingVersionSerializer(source="added_in", read_only=True)
    changed = ChangingVersionSerializer(source="changed_in", read_only=True)
    removed = ChangingVersionSerializer(source="removed_in", read_only=True, allow_null=True)

    class Meta:
        model = Entity
        fields = ["added", "changed", "removed"]


class EntitySerializer(serializers.ModelSerializer[Entity]):
    as_of = serializers.SerializerMethodField()
    dataset = DatasetFactsSerializer(read_only=True)
    countries = serializers.ListField(child=serializers.CharField(), source="country_codes", read_only=True)
    listed = serializers.BooleanField(
        read_only=True, help_text="Whether a listing is in force on `as_of`, or today."
    )
    names = NameSerializer(many=True, read_only=True)
    identifiers = IdentifierSerializer(many=True, read_only=True)
    addresses = AddressSerializer(many=True, read_only=True)
    listings = ListingSerializer(many=True, read_only=True)
    owners = OwnerSerializer(many=True, read_only=True)
    assets = AssetSerializer(source="holdings", many=True, read_only=True)
    evidence = EvidenceSerializer(many=True, read_only=True)
    partnerships = PartnershipSerializer(many=True, read_only=True)
    properties = serializers.DictField(read_only=True)
    raw = serializers.DictField(read_only=True, help_text="The publisher's own fields.")
    also_in = serializers.DictField(
        child=serializers.DateField(),
        read_only=True,
        help_text="Other sources that print the same entry, each with the date of its copy.",
    )
    versions = EntityVersionsSerializer(source="*", read_only=True)

    class Meta:
        model = Entity
        fields = [
            "id",
            "caption",
            "schema",
            "as_of",
            "dataset",
            "countries",
            "listed",
            "names",
            "identifiers",
            "addresses",
            "listings",
            "owners",
            "assets",
            "evidence",
            "partnerships",
            "properties",
            "raw",
            "also_in",
            "versions",
        ]

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_as_of(self, entity: Entity) -> str | None:
        as_of = self.context.get("as_of")
        return as_of.isoformat() if as_of else None


class NewsVersionSerializer(serializers.ModelSerializer[DatasetVersion]):
    dataset = serializers.CharField(source="dataset.name", read_only=True)

    class Meta:
        model = DatasetVersion
        fields = ["id", "dataset", "published_on", "fetched_at", "is_history", "is_excerpt"]


class ChangeSerializer(serializers.ModelSerializer[Change]):
    entity = PartySerializer(read_only=True)
    version = NewsVersionSerializer(read_only=True)
    fields = serializers.DictField(  # type: ignore[assignment]
        read_only=True,
        help_text="Of a changed entity, per part of its record, the statements that left (`before`) and came "
        "(`after`); `details` where only the row as published differs. Of an added one, `returned` where it "
        "had left before.",
    )

    class Meta:
        model = Change
        fields = ["id", "kind", "entity", "version", "fields"]
