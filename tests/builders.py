"""Rows of the record for tests: a dataset, a version of it, an entity with its statements, an edge."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from entities.measures import synchronised
from entities.models import Address, Dataset, DatasetVersion, Entity, Identifier, Listing, Name, Ownership
from ingest.records import entity_id


def a_dataset(name: str = "us_ofac_sdn", *, loaded: bool = True, **fields: Any) -> Dataset:
    """Make a dataset; `loaded` gives it a first, current version."""
    facts: dict[str, Any] = {"title": name.upper(), "source": name, "authority": "An authority"}
    # A migrated database names every known dataset already.
    dataset, _ = Dataset.objects.update_or_create(name=name, defaults=facts | fields)
    if loaded:
        a_version(dataset, date(2025, 1, 2), oldest=True)
    return dataset


def a_version(dataset: Dataset, published_on: date, *, current: bool = True, **fields: Any) -> DatasetVersion:
    """Make an accepted version, fetched at noon of its day."""
    facts: dict[str, Any] = {
        "status": "accepted",
        "fetched_at": datetime.combine(published_on, datetime.min.time(), UTC).replace(hour=12),
        "origin": "https://example.org/list.xml",
        "sha256": uuid4().hex * 2,
        "size": 1,
    }
    version = DatasetVersion.objects.create(dataset=dataset, published_on=published_on, **facts | fields)
    if current:
        dataset.current_version, dataset.checked_at = version, version.fetched_at
        dataset.save()
    return version


def an_entity(dataset: Dataset, *names: str, **fields: Any) -> Entity:
    """Make an entity of the dataset's current version; the first name is primary, the rest are aliases."""
    version = dataset.current_version
    facts: dict[str, Any] = {"schema": "Company", "added_in": version, "changed_in": version}
    entity = Entity.objects.create(
        id=entity_id(dataset.name, names[0]),
        dataset=dataset,
        publisher_key=names[0],
        caption=names[0],
        **facts | fields,
    )
    for text in names:
        a_name(entity, text, "primary" if text == names[0] else "alias")
    return entity


def a_name(entity: Entity, text: str, kind: str = "alias", **fields: Any) -> Name:
    facts = {"added_in": entity.changed_in} | fields
    return Name.objects.create(entity=entity, text=text, kind=kind, **facts)


def an_identifier(entity: Entity, scheme: str, value: str, **fields: Any) -> Identifier:
    facts = {"added_in": entity.changed_in} | fields
    return Identifier.objects.create(entity=entity, scheme=scheme, value=value, **facts)


def an_address(entity: Entity, text: str, **fields: Any) -> Address:
    facts = {"added_in": entity.changed_in} | fields
    return Address.objects.create(entity=entity, text=text, **facts)


def a_listing(entity: Entity, *measures: str, **fields: Any) -> Listing:
    """Make a listing with the measures of these codes, since the first day of 2020 unless said."""
    facts = {"added_in": entity.changed_in, "start": date(2020, 1, 1), "programme": "SDGT"} | fields
    listing = Listing.objects.create(entity=entity, **facts)
    known = synchronised()
    listing.measures.set([known[code] for code in measures or ("us-ofac-blocking",)])
    return listing


def an_edge(owner: Entity, asset: Entity, **fields: Any) -> Ownership:
    facts: dict[str, Any] = {
        "kind": "shareholding",
        "citation": "Annual report",
        "added_in": owner.changed_in,
    }
    return Ownership.objects.create(entity=asset, owner=owner, asset=asset, **facts | fields)


# A list that imposes each measure, for worlds of ownership.
LIST_OF = {
    "us-ofac-blocking": "us_ofac_sdn",
    "us-ns-cmic-securities": "us_ofac_cons",
    "us-ear-entity-list": "us_bis_entity_list",
    "us-ear-meu": "us_bis_meu",
    "us-1260h-procurement": "us_dod_1260h",
    "us-889-part-a": "us_section_889",
    "us-fcc-covered": "us_fcc_covered",
    "us-uflpa-import": "us_dhs_uflpa",
    "eu-asset-freeze": "eu_fsf",
    "gb-asset-freeze": "gb_fcdo_sanctions",
    "cn-export-control": "cn_mofcom",
}
REGISTER = "watchlink_companies"


def a_register(*names: str, **fields: Any) -> dict[str, Entity]:
    """Make companies of the project's own table, by name."""
    register = a_dataset(REGISTER, kind="curated")
    return {name: an_entity(register, name, **{"countries": "cn"} | fields) for name in names}


def a_listed(name: str, measure: str, **fields: Any) -> Entity:
    """Make the row of a list that names a company, with its listing under a measure."""
    held = Dataset.objects.filter(name=LIST_OF[measure], current_version__isnull=False).first()
    party = an_entity(held or a_dataset(LIST_OF[measure], kind="list"), name, countries="cn")
    a_listing(party, measure, **{"citation": f"{measure} of {name}"} | fields)
    return party
