"""The queries of a matching request, in the dialect that OpenSanctions' clients speak."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from api.parameters import UNUSABLE, country_named
from api.records import schemes_of
from entities.choices import Schema
from matching import Query, birthdays

# FollowTheMoney's Thing asks for a party of any kind.
SCHEMATA = (*Schema.values, "Thing")
NAME_PROPERTIES = ("name", "alias", "weakAlias", "previousName", "abbreviation")
COUNTRY_PROPERTIES = ("country", "jurisdiction", "mainCountry", "nationality", "citizenship", "flag")
# Properties that name their scheme, and those that do not.
SCHEMES = {
    "leiCode": "LEI",
    "imoNumber": "IMO",
    "isin": "ISIN",
    "uscCode": "USCC",
    "innCode": "INN",
    "ogrnCode": "OGRN",
    "swiftBic": "BIC",
    "mmsi": "MMSI",
    "callSign": "call sign",
    "serialNumber": "MSN",
}
OPEN_SCHEMES = ("registrationNumber", "idNumber", "taxNumber", "passportNumber")
BIRTH, ADDRESS = "birthDate", "address"
# A shorter number without a scheme is held by unrelated parties of many lists.
LEAST_OPEN_LENGTH = 5
MAX_NAMES = 20
MAX_NAME_LENGTH = 500
MAX_VALUES = 100


class BadQuery(ValueError):
    """One query of a batch that cannot be answered; the others are."""

    def __init__(self, detail: str, code: str) -> None:
        super().__init__(detail)
        self.detail, self.code = detail, code


@dataclass(slots=True)
class Asked:
    """A query as it was understood. `ignored` names the properties that the matcher does not read."""

    schema: str
    properties: dict[str, list[str]]
    names: tuple[str, ...]
    country: str | None
    identifiers: tuple[tuple[str, str], ...]
    open_values: tuple[str, ...]
    birth_dates: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    ignored: list[str] = field(default_factory=list)

    def for_matcher(self, schemes: dict[str, set[tuple[str, str]]]) -> Query:
        found = (
            (scheme, value)
            for value in self.open_values
            for scheme, country in sorted(schemes.get(value, ()))
            if not (country and self.country) or country == self.country
        )
        return Query(
            name=self.names[0],
            names=self.names[1:],
            schema=self.schema,
            country=self.country,
            identifiers=(*self.identifiers, *found),
            birth_dates=self.birth_dates,
            addresses=self.addresses,
        )


def for_matcher(asked: Iterable[Asked]) -> list[Query]:
    """Turn queries into the matcher's; one look at the record tells the schemes of bare numbers."""
    rows = list(asked)
    values = {value for row in rows for value in row.open_values}
    schemes = schemes_of(values) if values else {}
    return [row.for_matcher(schemes) for row in rows]


def read_query(body: Any) -> Asked:
    """Read {"schema": …, "properties": {…}}; raise BadQuery with one sentence where that is not possible."""
    if not isinstance(body, dict):
        raise BadQuery("A query is an object with `schema` and `properties`.", "bad_query")
    schema = body.get("schema", "Company")
    if schema not in SCHEMATA if isinstance(schema, str) else True:
        raise BadQuery(f"schema: Give one of {', '.join(SCHEMATA)}.", "unknown_schema")
    given = body.get("properties")
    if not isinstance(given, dict):
        raise BadQuery('properties: Give an object such as {"name": ["Huawei"]}.', "bad_query")
    properties = {name: _values(name, values) for name, values in given.items()}
    names = _names(properties)
    countries = _countries(properties)
    read = {*NAME_PROPERTIES, *COUNTRY_PROPERTIES, *SCHEMES, *OPEN_SCHEMES, BIRTH, ADDRESS}
    return Asked(
        schema=schema,
        properties=properties,
        names=names,
        # Of several countries none may count against a candidate that has only one of them.
        country=countries[0] if len(countries) == 1 else None,
        identifiers=tuple(
            (scheme, value) for name, scheme in SCHEMES.items() for value in properties.get(name, ())
        ),
        open_values=tuple(
            value
            for name in OPEN_SCHEMES
            for value in properties.get(name, ())
            if len(value) >= LEAST_OPEN_LENGTH
        ),
        birth_dates=_birth_dates(properties),
        addresses=tuple(properties.get(ADDRESS, ())),
        ignored=sorted(name for name in properties if name not in read),
    )


def _values(name: str, values: Any) -> list[str]:
    if UNUSABLE.search(name):
        raise BadQuery("A property's name holds a character that no text may hold.", "bad_value")
    listed = values if isinstance(values, list) else [values]
    if any(not isinstance(value, str) for value in listed):
        raise BadQuery(f"{name}: Give a list of strings.", "bad_value")
    if any(UNUSABLE.search(value) for value in listed):
        raise BadQuery(f"{name}: It holds a character that no text may hold.", "bad_value")
    if len(listed) > MAX_VALUES:
        raise BadQuery(f"{name}: Give at most {MAX_VALUES} values, not {len(listed)}.", "too_many_values")
    return list(dict.fromkeys(text for value in listed if (text := value.strip())))


def _names(properties: dict[str, list[str]]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name for key in NAME_PROPERTIES for name in properties.get(key, ())))
    if not names:
        raise BadQuery("name: Give at least one name.", "no_name")
    if len(names) > MAX_NAMES:
        raise BadQuery(f"name: Give at most {MAX_NAMES} names, not {len(names)}.", "too_many_names")
    if any(len(name) > MAX_NAME_LENGTH for name in names):
        raise BadQuery(f"name: A name may have {MAX_NAME_LENGTH} characters at most.", "name_too_long")
    return names


def _birth_dates(properties: dict[str, list[str]]) -> tuple[str, ...]:
    for text in properties.get(BIRTH, ()):
        if not birthdays.read(text):
            raise BadQuery(
                f"{BIRTH}: Give a year or a day such as 1975-02-01, not {text[:40]!r}.", "bad_birth_date"
            )
    return tuple(properties.get(BIRTH, ()))


def _countries(properties: dict[str, list[str]]) -> list[str]:
    codes: dict[str, None] = {}
    for key in COUNTRY_PROPERTIES:
        for text in properties.get(key, ()):
            code = country_named(text)
            if code is None:
                raise BadQuery(
                    f"{key}: Give a country such as cn or China, not {text[:40]!r}.", "unknown_country"
                )
            codes[code] = None
    return list(codes)
