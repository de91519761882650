"""GLEIF's codes in plain words."""

from __future__ import annotations

from entities.choices import NameKind, OwnershipKind

NAME_KINDS = {
    "PREVIOUS_LEGAL_NAME": NameKind.FORMER.value,
    "TRADING_OR_OPERATING_NAME": NameKind.ALIAS.value,
    "ALTERNATIVE_LANGUAGE_LEGAL_NAME": NameKind.ALIAS.value,
    "PREFERRED_ASCII_TRANSLITERATED_LEGAL_NAME": NameKind.TRANSLITERATION.value,
    "AUTO_ASCII_TRANSLITERATED_LEGAL_NAME": NameKind.TRANSLITERATION.value,
}
SCHEMAS = {
    "FUND": "Organization",
    "INTERNATIONAL_ORGANIZATION": "Organization",
    "RESIDENT_GOVERNMENT_ENTITY": "PublicBody",
}
CATEGORIES = {
    "FUND": "a fund",
    "BRANCH": "an international branch, no legal person of its own",
    "SOLE_PROPRIETOR": "a sole proprietor",
    "RESIDENT_GOVERNMENT_ENTITY": "a government entity",
    "INTERNATIONAL_ORGANIZATION": "an international organisation",
}
# What a registration's status says of the company; an issued or renewed one says nothing.
REGISTRATIONS = {
    "LAPSED": "its LEI was not renewed, so that its details may be out of date",
    "RETIRED": "its LEI is retired: the company has ceased to operate",
    "MERGED": "its LEI is retired: the company was merged into another",
    "DUPLICATE": "its LEI is a second one of the same company, and not to be used",
    "ANNULLED": "its LEI was issued in error and annulled",
    "CANCELLED": "its LEI was cancelled before it was issued",
    "TRANSFERRED": "its LEI was moved to another issuer",
    "PENDING_TRANSFER": "its LEI is being moved to another issuer",
    "PENDING_ARCHIVAL": "its LEI is being moved to another issuer",
    "PENDING_VALIDATION": "its LEI is not yet validated",
}
PLAIN_REGISTRATIONS = {"ISSUED", ""}

# The kind of edge, and what GLEIF calls it: the words are an edge's citation, and tell it from others of one owner.
RELATIONSHIPS = {
    "IS_DIRECTLY_CONSOLIDATED_BY": (OwnershipKind.CONSOLIDATION.value, "direct accounting consolidation"),
    "IS_ULTIMATELY_CONSOLIDATED_BY": (OwnershipKind.CONSOLIDATION.value, "ultimate accounting consolidation"),
    "IS_INTERNATIONAL_BRANCH_OF": (OwnershipKind.BRANCH.value, "international branch"),
    "IS_SUBFUND_OF": (OwnershipKind.BRANCH.value, "sub-fund of an umbrella fund"),
    "IS_FUND-MANAGED_BY": (OwnershipKind.AFFILIATE.value, "fund managed by"),
    "IS_FEEDER_TO": (OwnershipKind.AFFILIATE.value, "feeder of a master fund"),
}
# A record with one of these statuses says that the relationship never was, or is told elsewhere.
NEVER_SO = {"ANNULLED", "ERRONEOUS", "DUPLICATE", "CANCELLED"}

PARENTS = {
    "DIRECT_ACCOUNTING_CONSOLIDATION_PARENT": "direct parent",
    "ULTIMATE_ACCOUNTING_CONSOLIDATION_PARENT": "ultimate parent",
}
# Which exception a stated relationship overtakes.
OVERTAKES = {
    "direct accounting consolidation": "direct parent",
    "ultimate accounting consolidation": "ultimate parent",
}
REASONS = {
    "NO_LEI": "the parent has no LEI",
    "NATURAL_PERSONS": "the company is controlled by natural persons, with no company between",
    "NON_CONSOLIDATING": "no company consolidates it in its accounts",
    "NO_KNOWN_PERSON": "no person is known to control it, as where shares are widely held",
    "NON_PUBLIC": "what would show the parent is not public, or may not be published",
    "BINDING_LEGAL_COMMITMENTS": "binding commitments forbid the company to name it",
    "LEGAL_OBSTACLES": "law or regulation forbids the company to name it",
    "CONSENT_NOT_OBTAINED": "the parent did not consent to be named",
    "DETRIMENT_NOT_EXCLUDED": "naming it might harm the company or the parent",
    "DISCLOSURE_DETRIMENTAL": "naming it would harm the company or the parent",
}
