"""What is known of two parties besides their names: identifiers, birth dates, addresses, countries, kinds of names."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import Index, Query, Record, RecordName, addresses, birthdays
from matching.evidence import KIND, TOP
from matching.identifiers import CHECKED, folded, is_sound

LEI, OTHER_LEI = "529900T8BM49AURSDO55", "5493001KJTIIGC8Y1R12"
USCC, OTHER_USCC = "91330000733796106P", "91110000802100433B"
COMPANY = Record(
    "it",
    "Company",
    (
        RecordName("Qorvano Instruments Limited"),
        RecordName("Dellisar Optics Limited", "alias"),
        RecordName("Zentrube Optics Limited", "weak"),
        RecordName("Maltheris Optics Limited", "former"),
    ),
    ("cn",),
    (("LEI", LEI), ("USCC", USCC), ("Registration Number", "12345678")),
    addresses=("No. 18 Kejiyuan Road, Nanshan District, Shenzhen, China",),
)
INDEX = Index.build([COMPANY])


def score(name: str = "Qorvano Instruments Limited", **told: Any) -> float:
    query = Query(name, **told)
    hits = next(INDEX.match_many([query], threshold=0.01))
    return hits[0].score if hits else 0.0


def test_an_exact_name_with_a_matching_identifier_outranks_an_exact_name_and_nothing_is_certain() -> None:
    assert score() < score(identifiers=(("LEI", LEI),)) <= TOP < 1


@pytest.mark.parametrize(("scheme", "value"), [("LEI", OTHER_LEI), ("USCC", OTHER_USCC)])
def test_another_lasting_number_counts_strongly_against(scheme: str, value: str) -> None:
    assert score(identifiers=((scheme, value),)) < 0.5


def test_every_scheme_with_check_digits_has_a_check() -> None:
    assert [scheme for scheme in CHECKED if is_sound(scheme, "123")] == []


def test_a_number_whose_check_digits_fail_does_not_count_against() -> None:
    slip = ("LEI", OTHER_LEI[:-1] + "9")
    assert not is_sound(*folded(*slip))
    assert score(identifiers=(slip,)) == score()


@pytest.mark.parametrize("value", ["0000000", "-", "", "XXXX"])
def test_what_stands_for_no_number_is_none(value: str) -> None:
    index = Index.build([Record("it", "Vessel", (RecordName("Qorvano"),), identifiers=(("IMO", value),))])
    assert list(index.match_many([Query("Dellisar", schema="Vessel", identifiers=(("IMO", value),))])) == [[]]


def test_a_number_of_no_register_in_particular_counts_less_against_than_one_for_life() -> None:
    assert (
        score(identifiers=(("LEI", OTHER_LEI),))
        < score(identifiers=(("Registration number", "87654321"),))
        < score()
    )


def test_strong_aliases_stand_above_former_names_and_those_above_weak_ones() -> None:
    assert (
        score("Dellisar Optics Limited")
        > score("Maltheris Optics Limited")
        > score("Zentrube Optics Limited")
    )
    assert KIND["former"] > KIND["weak"]


def test_an_address_is_small_evidence() -> None:
    bare = score()
    near = score(addresses=("Kejiyuan Rd 18, Nanshan, Shenzhen 518057",))
    city = score(addresses=("Longhua, Shenzhen",))
    assert bare == score(addresses=("12 Example Street, Hamburg, Germany",))
    assert bare < city < near < score(identifiers=(("LEI", LEI),))


@pytest.mark.parametrize(
    ("left", "right", "agrees"),
    [
        ("18 Keji Road, Nanshan, Shenzhen", "Nanshan Keji Road No. 18 Shenzhen China", True),
        ("12 Example Street, Hamburg", "12 Sample Street, Berlin", False),
        ("Building 5, Room 301", "Building 5, Room 301", False),
        ("China", "China", False),
        ("", "Shenzhen", False),
    ],
)
def test_addresses_agree_by_the_words_that_tell_them(left: str, right: str, agrees: bool) -> None:
    assert (addresses.compare([left], [right]) is not None) == agrees


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("10 Dec 1948", "1948-12-10"),
        ("22/08/1990", "1990-08-22"),
        ("00/00/1994", "1994"),
        ("1964-07-17", "1964-07-17"),
        ("1964-03", "1964-03"),
        ("Sep 1938", "1938-09"),
        ("09/1962", "1962-09"),
        ("1951 to 1953", "1951 to 1953"),
        ("1955–1958", "1955 to 1958"),
        ("circa 1979-1982", "1979 to 1982"),
        ("01 Jan 1961 to 31 Dec 1962", "1961 to 1962"),
        ("born in the early 1970s", "1970 to 1979"),
        ("01 Jan 1970", "1970"),
    ],
)
def test_birth_dates_are_read_as_lists_print_them(text: str, read: str) -> None:
    assert [str(birth) for birth in birthdays.read(text)] == [read]


@pytest.mark.parametrize(
    "text", ["", "unknown", "Sep-99", "1343 (islamic calendar)", "12/13", "\x00", "9" * 10_000]
)
def test_what_states_no_birth_year_says_nothing(text: str) -> None:
    assert birthdays.read(text) == ()
    assert birthdays.compare([text], ["1970"]) is None


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (("1948-12-10", "10 Dec 1948"), ("1948-12-10", "Dec 1948")),
        (("1948-12-10", "Dec 1948"), ("1948-12-10", "12 Oct 1948")),
        (("1948-12-10", "12 Oct 1948"), ("1948-12-10", "1948")),
        (("1948-12-10", "1948"), ("1948-12-10", "1947 to 1950")),
        (("1948-12-10", "1947 to 1950"), ("1948", "1949")),
        (("1948", "1949"), ("1948-12-10", "11 Dec 1948")),
        (("1948-12-10", "11 Dec 1948"), ("1948", "1960")),
    ],
)
def test_the_more_of_a_birth_date_agrees_the_more_it_counts(
    ours: tuple[str, str], theirs: tuple[str, str]
) -> None:
    more, less = (birthdays.compare([left], [right]) for left, right in (ours, theirs))
    assert more is not None
    assert less is not None
    assert more.worth > less.worth


FACTS = st.fixed_dictionaries(
    {},
    optional={
        "country": st.sampled_from(["cn", "hk", "de"]),
        "identifiers": st.lists(
            st.sampled_from([("LEI", LEI), ("LEI", OTHER_LEI), ("USCC", OTHER_USCC), ("MMSI", "1")]),
            max_size=3,
        ).map(tuple),
        "addresses": st.sampled_from([("Nanshan, Shenzhen",), ("Hamburg",)]),
    },
)


@given(FACTS, st.sampled_from(["LEI", "country", "address"]))
@settings(max_examples=60, deadline=None)
def test_evidence_that_agrees_never_lowers_a_score(facts: dict[str, Any], added: str) -> None:
    agreeing: dict[str, Any] = {
        "LEI": {"identifiers": (("LEI", LEI), *facts.get("identifiers", ()))},
        "country": {"country": "cn"} if "country" not in facts else {},
        "address": {"addresses": (*facts.get("addresses", ()), *COMPANY.addresses)},
    }
    assert score(**(facts | agreeing[added])) >= score(**facts)
