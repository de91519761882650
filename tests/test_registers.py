"""A register is loaded by streaming: all or nothing, again and again, in part, and by deltas."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from entities.models import Change, Dataset, DatasetVersion, Entity, Name, Ownership
from ingest import spooling
from ingest.errors import IngestError
from ingest.loading import Outcome
from ingest.runs import ingest
from ingest.source import source_named
from ingest.sources import bods
from screening.index import records
from screening.vetting import vet
from tests.builders import LIST_OF, a_listed
from tests.copies import FIXTURES
from tests.test_fault_corpus import open_to_small_copies
from tests.test_gleif import HOLDING, TRADING

pytestmark = pytest.mark.django_db

GLEIF, DELTAS = FIXTURES / "gleif", FIXTURES / "gleif_deltas"
BAKERY = "54930000000000000875"
SDN = next(measure for measure, name in LIST_OF.items() if name == "us_ofac_sdn")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("gleif", "bods", "gb_companies_house"):
        open_to_small_copies(source_named(name), monkeypatch)


def load(path: Path = GLEIF, **given: Any) -> DatasetVersion:
    (outcome,) = outcomes(path, **given)
    assert outcome.version is not None
    return outcome.version


def outcomes(path: Path = GLEIF, **given: Any) -> list[Outcome]:
    return ingest(source_named("gleif"), path=path, **given)


def changed(folder: Path, old: str, new: str, day: str = "20261122") -> Path:
    """Write the fixture's tables of another day with some text changed."""
    folder.mkdir()
    for path in GLEIF.iterdir():
        (folder / path.name.replace("20261121", day)).write_text(path.read_text().replace(old, new))
    return folder


def told() -> dict[str, Any]:
    """Tell what the record holds today, without versions and row numbers."""
    return {
        "entities": sorted(Entity.objects.current().values_list("id", "caption", "countries", "digest")),
        "names": sorted(Name.objects.current().values_list("entity_id", "text", "kind", "lang")),
        "edges": sorted(
            map(str, Ownership.objects.current().values_list("owner_id", "asset_id", "citation", "end"))
        ),
    }


def test_a_first_copy_is_counted_and_is_no_news() -> None:
    version = load()
    assert (version.entities, version.added, version.removed, version.rows) == (8, 8, 0, 18)
    assert Ownership.objects.count() == 6
    assert not Change.objects.exists()


def test_the_same_copy_again_changes_nothing() -> None:
    load()
    (again,) = outcomes()
    assert again.unchanged
    assert DatasetVersion.objects.count() == 1


def test_a_later_copy_tells_what_changed_and_what_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load()
    version = load(changed(tmp_path / "later", "Example Growth Fund", "Example Value Fund"))
    assert (version.added, version.changed, version.removed) == (0, 1, 0)
    (change,) = Change.objects.all()
    assert change.fields["names"]["after"] == [
        {"text": "Example Value Fund", "kind": "primary", "lang": "en"}
    ]


def test_parts_on_disk_make_the_record_that_memory_makes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load()
    whole = told()
    Dataset.objects.update(current_version=None)
    Ownership.objects.all().delete()
    Entity.objects.all().delete()
    DatasetVersion.objects.all().delete()
    monkeypatch.setattr(spooling, "MOST_HELD", 3)
    load()
    assert told() == whole
    later = load(changed(tmp_path / "later", "Example Growth Fund", "Example Value Fund"))
    assert (later.added, later.changed, later.removed) == (0, 1, 0)


def test_a_copy_that_lost_half_waits_for_a_person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.gates.LEAST_COUNTED", 2)
    load()
    before = told()
    folder = changed(tmp_path / "half", "", "")
    path = next(folder.glob("*lei2*"))
    path.write_text("\n".join(path.read_text().splitlines()[:3]) + "\n")
    with pytest.raises(IngestError, match="a person must accept it"):
        load(folder)
    assert told() == before


def test_an_older_copy_is_refused_in_one_sentence(tmp_path: Path) -> None:
    load()
    with pytest.raises(IngestError, match="of a register no older copy is kept"):
        load(changed(tmp_path / "older", "Example Growth", "Example Early", day="20261101"))


def test_a_delta_changes_what_it_names_and_leaves_the_rest() -> None:
    load()
    version = load(DELTAS)
    assert version.is_delta
    assert (version.entities, version.added, version.changed, version.removed) == (9, 1, 2, 0)
    trading = Entity.objects.get(publisher_key=TRADING)
    assert trading.caption == "Example Trading Asia Limited"
    edges = Ownership.objects.current().filter(asset__publisher_key=TRADING)
    assert [edge.citation for edge in edges] == ["GLEIF Level 2: direct accounting consolidation"]
    bakery = Entity.objects.get(publisher_key=BAKERY)
    assert bakery.caption == "Example Bakery B.V."
    # A parent that is stated overtakes the reason for stating none.
    assert "parents" not in bakery.properties
    assert Entity.objects.current().filter(publisher_key=HOLDING).exists()
    assert outcomes(DELTAS)[0].unchanged


def test_a_delta_over_nothing_is_refused() -> None:
    with pytest.raises(IngestError, match="none is held yet"):
        load(DELTAS)


def test_a_scope_keeps_a_countrys_companies_and_their_direct_ties() -> None:
    version = load(scope="countries hk")
    captions = set(Entity.objects.values_list("publisher_key", flat=True))
    assert captions == {TRADING, HOLDING, "54930000000000000487"}
    assert version.skipped["company outside the scope"] == 5
    # The holding's former subsidiary is not loaded, and its edge is not lost silently.
    assert version.skipped["ownership that leads out of the scope"] == 1
    assert version.scope_in_words == "only companies of HK, with their direct owners and subsidiaries"


def test_another_scope_of_the_same_copy_is_loaded_and_nobody_needs_to_accept_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ingest.gates.LEAST_COUNTED", 2)
    load()
    assert load(scope="countries nl").removed == 7
    assert load().added == 7
    assert not Change.objects.exists()


def test_a_delta_of_a_part_stays_in_its_scope() -> None:
    load(scope="countries hk")
    version = load(DELTAS)
    assert version.scope == "countries hk"
    # The bakery came into the holding's hands: it is tied to what is held now.
    assert sorted(Entity.objects.current().values_list("publisher_key", flat=True)) == sorted(
        [TRADING, HOLDING, "54930000000000000487", BAKERY]
    )


def test_a_delta_that_names_one_end_of_an_edge_leaves_the_edge(tmp_path: Path) -> None:
    load(scope="countries hk")
    load(DELTAS / "lei2-delta.xml")
    assert Entity.objects.get(publisher_key=TRADING).caption == "Example Trading Asia Limited"
    assert Ownership.objects.current().filter(asset__publisher_key=TRADING).count() == 2


def test_what_touches_a_list_is_loaded_with_all_its_owners_and_subsidiaries() -> None:
    a_listed("Example Holding Group", SDN)
    load(scope="touching-lists")
    held = set(Entity.objects.filter(dataset__name="gleif").values_list("publisher_key", flat=True))
    assert {HOLDING, TRADING, "54930000000000000487"} <= held
    assert BAKERY not in held


def statements(path: Path, *changes: tuple[str, str]) -> Path:
    text = (FIXTURES / "bods" / "statements.json").read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)
    return path


def test_bad_edges_are_told_and_the_rest_is_loaded(tmp_path: Path) -> None:
    path = statements(
        tmp_path / "bad.json",
        ('"exact": 75', '"exact": 175'),
        ('"interestedParty": "example-unknown"', '"interestedParty": "example-company"'),
        ('"exact": 100', '"exact": 60, "note": "x"'),
        ('"startDate": "2018-01-01"', '"startDate": "2018-01-01", "endDate": "2017-01-01"'),
    )
    (outcome,) = ingest(bods, path=path)
    assert outcome.version is not None
    what = {entry["what"] for entry in outcome.version.log}
    assert {"ownership that ends before it begins", "company that owns itself"} <= what
    assert Ownership.objects.count() == 3


def test_owners_with_more_than_all_of_a_company_are_told(tmp_path: Path) -> None:
    path = statements(tmp_path / "bad.json", ('"closed"', '"new"'), ('"exact": 10\n', '"exact": 60\n'))
    (outcome,) = ingest(bods, path=path)
    assert outcome.version is not None
    assert [entry["what"] for entry in outcome.version.log] == ["owners with more than 100 % in total"]


def test_strict_refuses_the_whole_of_a_copy_with_a_bad_row(tmp_path: Path) -> None:
    path = statements(
        tmp_path / "bad.json",
        ('"startDate": "2018-01-01"', '"startDate": "2018-01-01", "endDate": "2017-01-01"'),
    )
    with pytest.raises(IngestError, match="--strict refuses it whole"):
        ingest(bods, path=path, strict=True)
    assert not Entity.objects.exists()


def test_a_list_is_not_loaded_in_part(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="is no register"):
        ingest(source_named("un_sc"), path=tmp_path, scope="countries cn")


def test_the_command_loads_a_part_and_says_so() -> None:
    out = StringIO()
    call_command("ingest", "gleif", "--from", str(GLEIF), "--countries", "CN,HK", stdout=out)
    assert "only companies of CN, HK, with their direct owners and subsidiaries" in out.getvalue()
    with pytest.raises(CommandError, match="not both"):
        call_command("ingest", "gleif", "--from", str(GLEIF), "--countries", "CN", "--touching-lists")


def test_a_registers_companies_stay_out_of_the_matching_index_and_are_found_by_name_and_number() -> None:
    a_listed("Example Holding Group", SDN)
    load(scope="countries nl")
    assert [record.id.rpartition("-")[0] for record in records()] == ["us_ofac_sdn"]
    for query in ("Example Bakery B.V.", BAKERY):
        answer = vet(query)
        assert answer.subject is not None
        assert answer.subject.entity.publisher_key == BAKERY
        searched = {row["dataset"]: row["scope"] for row in answer.searched.as_dict()["searched"]}
        assert searched == {
            "us_ofac_sdn": "",
            "gleif": "by exact name and by identifier; only companies of NL, with their direct owners and subsidiaries",
        }


def test_a_listed_owner_reaches_a_registers_company() -> None:
    a_listed("Example Holding Group Co., Ltd.", SDN)
    load()
    answer = vet("Example Trading (Hong Kong) Limited")
    assert [tie.company.caption for tie in answer.listed_ties]


def test_an_edge_to_a_company_that_no_row_names_refuses_the_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    original = bods.relationship

    def stated_alone(*args: Any) -> Any:
        return (row for row in original(*args) if row.ownerships)

    monkeypatch.setattr(bods, "relationship", stated_alone)
    monkeypatch.setattr(
        bods, "person", lambda key, *rest: bods.entity("example-company", {"name": "x"}, *rest[1:])
    )
    with pytest.raises(IngestError, match="edges lead to a company that the copy does not hold"):
        ingest(bods, path=FIXTURES / "bods")
    assert not Entity.objects.exists()
