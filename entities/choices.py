"""The closed vocabularies of the record."""

from __future__ import annotations

from django.db import models


class DatasetKind(models.TextChoices):
    LIST = "list", "government list"
    REGISTER = "register", "company register"
    CURATED = "curated", "curated table"
    PRIVATE = "private", "private"


class VersionStatus(models.TextChoices):
    ACCEPTED = "accepted", "accepted"
    HELD = "held", "held for a person"
    REFUSED = "refused", "refused"


class Schema(models.TextChoices):
    """The FollowTheMoney schemata that lists and registers use."""

    COMPANY = "Company", "Company"
    ORGANIZATION = "Organization", "Organization"
    PUBLIC_BODY = "PublicBody", "Public body"
    LEGAL_ENTITY = "LegalEntity", "Party of unstated kind"
    PERSON = "Person", "Person"
    VESSEL = "Vessel", "Vessel"
    AIRPLANE = "Airplane", "Aircraft"


class NameKind(models.TextChoices):
    PRIMARY = "primary", "primary name"
    ALIAS = "alias", "alias"
    WEAK = "weak", "weak alias"
    FORMER = "former", "former name"
    BRAND = "brand", "brand"
    TRANSLITERATION = "transliteration", "transliteration"


class MeasureKind(models.TextChoices):
    ASSET_FREEZE = "asset_freeze", "asset freeze"
    EXPORT_LICENCE = "export_licence", "export licence"
    EXPORT_DENIAL = "export_denial", "denial of export privileges"
    SECURITIES_BAN = "securities_ban", "securities ban"
    SECTORAL = "sectoral", "debt, equity or project limits"
    BANKING = "banking", "limits for banks"
    IMPORT_BAN = "import_ban", "import ban"
    PROCUREMENT_BAN = "procurement_ban", "procurement ban"
    DEBARMENT = "debarment", "debarment"
    INVESTOR_EXCLUSION = "investor_exclusion", "an investor's exclusion"
    RED_FLAG = "red_flag", "red flag"
    OTHER = "other", "other"


class OwnershipKind(models.TextChoices):
    SHAREHOLDING = "shareholding", "shareholding"
    CONSOLIDATION = "consolidation", "consolidated in accounts"
    CONTROL = "control", "control"
    BRANCH = "branch", "branch"
    AFFILIATE = "affiliate", "affiliate"
    # Acts for it, supports it, leads it: no ownership, and no rule on ownership counts it.
    ASSOCIATE = "associate", "associate"


class RuleBasis(models.TextChoices):
    """What makes a company fall under a rule beside the party that is listed."""

    OWNERSHIP = "ownership", "percentages of ownership"
    CONTROL = "control", "control, or a majority of shares"
    AFFILIATE = "affiliate", "any subsidiary or affiliate"
    ENTRY = "entry", "what the entry itself names"
    NONE = "none", "being listed itself"


class RuleStatus(models.TextChoices):
    IN_FORCE = "in force", "in force"
    SUSPENDED = "suspended", "suspended"
    UNVERIFIED = "unverified", "unverified"


class UnknownShare(models.TextChoices):
    POSSIBLE = "possible", "possible"
    RED_FLAG = "red flag", "red flag"


class EvidenceNature(models.TextChoices):
    ALLEGATION = "allegation", "allegation"
    FINDING = "finding", "finding"
    REPLY = "reply", "company's reply"
    OFFICIAL = "official", "court or government document"


class PartnershipKind(models.TextChoices):
    AMBASSADOR = "ambassador", "brand ambassador"
    SPONSOR = "sponsor", "sponsor"
    CLOUD = "cloud_provider", "cloud provider"
    SELLER = "seller", "sells on its platforms"
    SUPPLIER = "supplier", "supplier"


class ChangeKind(models.TextChoices):
    ADDED = "added", "added"
    CHANGED = "changed", "changed"
    REMOVED = "removed", "removed"
