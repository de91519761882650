"""Ships and aircraft: names, numbers, marks, and the identifiers that decide between namesakes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import Index, Query, Record, RecordName, compare
from matching.index import DEFAULT_THRESHOLD

IMO, OTHER_IMO, NO_IMO = "9187629", "9074729", "9187628"


def vessel(name: str, *former: str, **known: tuple[tuple[str, str], ...]) -> Record:
    names = (RecordName(name), *(RecordName(other, "former") for other in former))
    return Record("it", "Vessel", names, **known)  # type: ignore[arg-type]


def score(name: str, record: Record, *identifiers: tuple[str, str]) -> float:
    query = Query(name, schema=record.schema, identifiers=identifiers)
    hits = next(Index.build([record]).match_many([query], threshold=0.01))
    return hits[0].score if hits else 0.0


@pytest.mark.parametrize(
    ("asked", "listed"),
    [
        ("M/V Ocean Star", "OCEAN STAR"),
        ("MT Aframax River", "AFRAMAX RIVER"),
        ("Ocean Star VII", "OCEAN STAR 7"),
        ("Oceanstar", "OCEAN STAR"),
        ("Ocaen Star", "OCEAN STAR"),
        ("Адмирал Нахимов", "ADMIRAL NAKHIMOV"),
    ],
)
def test_spellings_of_one_ship_reach_the_threshold(asked: str, listed: str) -> None:
    assert score(asked, vessel(listed)) >= DEFAULT_THRESHOLD


@pytest.mark.parametrize(
    ("asked", "listed", "schema"),
    [
        ("OCEAN STAR 7", "OCEAN STAR 8", "Vessel"),
        ("OCEAN STAR", "OCEAN STAR 8", "Vessel"),
        ("OCEAN STAR", "OCEAN STAR QUEEN", "Vessel"),
        ("M/V", "MT Example", "Vessel"),
        ("EP-GOM", "EP-GOL", "Airplane"),
        ("RA-86572", "RA-86571", "Airplane"),
    ],
)
def test_another_ship_or_aircraft_stays_below_it(asked: str, listed: str, schema: str) -> None:
    assert compare(asked, listed, schema).score < DEFAULT_THRESHOLD


def test_a_registration_mark_is_one_with_and_without_its_hyphen() -> None:
    assert compare("RA-86572", "RA86572", "Airplane").score >= 0.95


def test_the_same_imo_number_decides_whatever_the_name() -> None:
    listed = vessel("ARTAVIL EXAMPLE", identifiers=(("IMO", IMO),))
    assert score("Some Other Name", listed, ("imo", f"IMO {IMO}")) == 0.95
    assert score("Artavil Example", listed, ("IMO", IMO)) > score("Artavil Example", listed)


def test_another_sound_imo_number_counts_strongly_against_and_a_mistyped_one_does_not() -> None:
    listed = vessel("ARTAVIL EXAMPLE", identifiers=(("IMO", IMO),))
    assert score("Artavil Example", listed, ("IMO", OTHER_IMO)) < 0.5
    assert score("Artavil Example", listed, ("IMO", NO_IMO)) == score("Artavil Example", listed)


def test_a_call_sign_or_mmsi_that_differs_says_little() -> None:
    listed = vessel("ARTAVIL EXAMPLE", identifiers=(("Vessel Call Sign", "T2EU4"), ("MMSI", "572469210")))
    bare = score("Artavil Example", listed)
    assert score("Artavil Example", listed, ("call sign", "T2EU4")) > bare
    assert bare > score("Artavil Example", listed, ("mmsi", "572469211")) > bare - 0.05
    assert score("Some Other Name", listed, ("call sign", "T2EU4")) < DEFAULT_THRESHOLD


def test_one_number_that_agrees_outweighs_another_that_differs_and_both_are_told() -> None:
    listed = vessel("ARTAVIL EXAMPLE", identifiers=(("IMO", IMO), ("MMSI", "572469210")))
    query = Query("Artavil Example", schema="Vessel", identifiers=(("IMO", IMO), ("MMSI", "572469211")))
    hit = next(Index.build([listed]).match_many([query]))[0]
    assert hit.score > score("Artavil Example", listed)
    details = [feature.detail for feature in hit.explanation.features]
    assert f"the IMO identifier agrees: {IMO}" in details
    assert "different MMSI identifiers: 572469211 against 572469210" in details


def test_another_flag_says_little_and_the_same_one_supports() -> None:
    index = Index.build([Record("it", "Vessel", (RecordName("ARTAVIL EXAMPLE"),), ("ir",))])
    bare, same, other = (
        index.match("Artavil Example", schema="Vessel", country=country)[0] for country in (None, "IR", "PA")
    )
    assert same.score > bare.score > other.score > bare.score - 0.05
    assert other.explanation.conflicts == ()


def test_a_former_name_counts_less_than_the_present_one() -> None:
    listed = vessel("ARTAVIL EXAMPLE", "ALPHA QORVANO")
    assert DEFAULT_THRESHOLD <= score("Alpha Qorvano", listed) < score("Artavil Example", listed)


NAMES = st.lists(
    st.sampled_from(
        ["M/V", "MT", "Ocean", "Star", "Ocaen", "7", "VII", "EP-GOM", "RA-86572", "海洋", "Нахимов"]
    ),
    min_size=1,
    max_size=4,
).map(" ".join)


@given(NAMES, NAMES, st.sampled_from(["Vessel", "Airplane"]))
@settings(max_examples=200, deadline=None)
def test_the_order_of_two_names_does_not_matter_and_the_points_add_up(
    left: str, right: str, schema: str
) -> None:
    one, two = compare(left, right, schema), compare(right, left, schema)
    assert one.score == two.score
    assert sum(feature.points for feature in one.explanation.features) == pytest.approx(one.score)
    assert one.explanation.sentence()
