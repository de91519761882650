from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest

from matching import Index, IndexFormatError, Query, Record, RecordName


def record(id_: str, *names: str | RecordName, schema: str = "Company", **rest: tuple[object, ...]) -> Record:
    named = tuple(name if isinstance(name, RecordName) else RecordName(name) for name in names)
    return Record(id_, schema, named, **rest)  # type: ignore[arg-type]


HIKVISION = record(
    "hikvision",
    "Hangzhou Hikvision Digital Technology Co., Ltd.",
    RecordName("杭州海康威视数字技术股份有限公司", "alias"),
    RecordName("Hikvision", "alias"),
    countries=("cn",),
    identifiers=(("USCC", "91330000733796106P"),),
)
RECORDS = [
    HIKVISION,
    record("dahua", "Zhejiang Dahua Technology Co., Ltd.", countries=("cn",)),
    record("dji", "SZ DJI Technology Co., Ltd.", countries=("cn",)),
    record("aliyun", "Alibaba Cloud Computing Ltd.", RecordName("Aliyun", "brand"), countries=("cn",)),
    record(
        "huawei",
        "Huawei Technologies Co., Ltd.",
        RecordName("Futurewei", "weak"),
        RecordName("Huaweix", "former"),
    ),
    record(
        "meiya", "SDIC Intelligence (Xiamen) Information Co., Ltd.", RecordName("Xiamen Meiya Pico", "former")
    ),
    record("boc", "Bank of China", schema="Organization", countries=("cn",)),
    record("ministry", "Ministry of Defence of Iran", schema="PublicBody", countries=("ir",)),
    record("ofac-1", "JSC ARGUMENT", schema="LegalEntity"),
    record("khan", "KHAN, Dahua Farid", schema="Person"),
    record("ship", "HIKVISION STAR 7", schema="Vessel"),
]


@pytest.fixture(scope="module")
def index() -> Index:
    return Index.build(RECORDS)


def ids(index: Index, name: str, **options: object) -> list[str]:
    return [hit.id for hit in index.match(name, **options)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("Hik Vision Digital", "hikvision"),
        ("Hikvison", "hikvision"),
        ("Hkivision", "hikvision"),
        ("hik visoin", "hikvision"),
        ("HIKVISION", "hikvision"),
        ("海康威視", "hikvision"),
        ("Hai Kang Wei Shi", "hikvision"),
        ("DJI", "dji"),
        ("Aliyun", "aliyun"),
        ("华为技术有限公司", "huawei"),
        ("Huawei Tech", "huawei"),
        ("Zhejiang Dahau Technology", "dahua"),
        ("浙江大华技术股份有限公司", "dahua"),
        ("Meiya Pico", "meiya"),
        ("中国银行", "boc"),
        ("Defence Ministry of Iran", "ministry"),
        ("JSCARGUMENT", "ofac-1"),
    ],
)
def test_a_name_finds_its_record_first(index: Index, name: str, id_: str) -> None:
    assert ids(index, name)[:1] == [id_]


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "x",
        "Co., Ltd.",
        "Technology",
        "International Trading",
        "😀",
        "\x00\x07",
        "Kingsoft Cloud",
        "金山云",
    ],
)
def test_what_names_nobody_here_has_no_hits(index: Index, name: str) -> None:
    assert index.match(name) == []


@pytest.mark.parametrize("text", ["Hikvision " * 1000, "x" * 10_000, "海" * 10_000, "a " * 5_000])
def test_a_text_too_long_for_a_name_has_no_hits(index: Index, text: str) -> None:
    assert index.match(text) == []


def test_the_winning_name_is_told(index: Index) -> None:
    hit = index.match("Aliyun")[0]
    assert (hit.name, hit.score >= 0.95) == (RecordName("Aliyun", "brand"), True)


def test_weak_and_former_names_rank_below_primary_ones() -> None:
    index = Index.build(
        [record(kind, RecordName("Yitu", kind)) for kind in ("weak", "former", "alias", "brand", "primary")]
    )
    scores = {hit.id: hit.score for hit in index.match("Yitu")}
    assert scores["weak"] < scores["former"] < scores["primary"]
    assert scores["alias"] == scores["brand"] == scores["primary"]


def test_country_and_identifier_bring_an_exact_name_nearer_to_certain(index: Index) -> None:
    name = "Hangzhou Hikvision Digital Technology Co., Ltd."
    bare = index.match(name)[0].score
    country = index.match(name, country="CN")[0].score
    identified = index.match(name, country="CN", identifiers=[("uscc", "91330000-733796106P")])[0].score
    assert bare < country < identified < 1


def test_another_country_costs_a_little_and_is_named(index: Index) -> None:
    exact, near = index.match("Hikvision", country="DE")[0], index.match("Zhejiang Dahua", country="DE")[0]
    assert exact.score < index.match("Hikvision")[0].score
    assert near.score < index.match("Zhejiang Dahua")[0].score
    assert "different country: DE against CN" in exact.explanation.conflicts
    assert "different country: DE against CN" in near.explanation.conflicts


def test_a_company_of_hong_kong_may_be_one_of_china(index: Index) -> None:
    assert index.match("Hikvision", country="HK")[0].explanation.conflicts == ()


def test_an_equal_identifier_decides_whatever_the_name(index: Index) -> None:
    hit = index.match("HK Video Systems", identifiers=[("USCC", "91330000733796106P")])[0]
    assert (hit.id, hit.score) == ("hikvision", 0.95)
    assert "the identifier agrees, the names do not" in hit.explanation.conflicts


def test_another_identifier_of_the_same_scheme_counts_against(index: Index) -> None:
    with_other = index.match("Hikvision", identifiers=[("USCC", "91110000802100433B")], threshold=0.05)[0]
    assert with_other.score < index.match("Hikvision")[0].score - 0.1
    assert with_other.explanation.conflicts == (
        "different USCC identifiers: 91110000802100433B against 91330000733796106P",
    )


def test_the_number_of_aliases_does_not_change_the_score() -> None:
    aliases = tuple(RecordName(f"Yitu Alias {number} Qwert{number}", "alias") for number in range(50))
    one = Index.build([record("yitu", "Yitu Limited")]).match("Yitu Limited")[0].score
    many = Index.build([record("yitu", "Yitu Limited", *aliases)]).match("Yitu Limited")[0].score
    assert one == many


@pytest.mark.parametrize(
    ("schema", "found"),
    [
        ("Company", {"hikvision"}),
        ("PublicBody", {"hikvision"}),
        ("LegalEntity", {"hikvision"}),
        ("Person", set()),
        ("Vessel", {"ship"}),
        ("Thing", {"hikvision"}),
    ],
)
def test_only_parties_of_a_fitting_kind_are_found(index: Index, schema: str, found: set[str]) -> None:
    name = "Hikvision Star 7" if schema == "Vessel" else "Hikvision"
    assert set(ids(index, name, schema=schema)) == found


def test_a_party_of_unknown_kind_may_be_a_person(index: Index) -> None:
    assert ids(index, "Dahua Farid Khan", schema="LegalEntity") == ["khan"]
    assert ids(index, "Dahua Farid Khan", schema="Person") == ["khan"]
    assert "khan" not in ids(index, "Dahua Farid Khan", schema="Company")


def test_refused_records_are_not_scored(index: Index) -> None:
    assert ids(index, "Hikvision", accept=lambda id_: id_ != "hikvision") == []


def test_hits_keep_to_limit_and_threshold(index: Index) -> None:
    assert len(index.match("Hikvision", schema="Thing", threshold=0.1, limit=2)) <= 2
    assert all(hit.score >= 0.9 for hit in index.match("Hikvision", threshold=0.9))


def test_further_names_of_a_query_are_tried_too(index: Index) -> None:
    answers = list(index.match_many([Query("Some Holding", names=("Aliyun",)), Query("nobody")]))
    assert [[hit.id for hit in hits] for hits in answers] == [["aliyun"], []]


def test_a_saved_index_answers_the_same_and_is_written_the_same(index: Index, tmp_path: Path) -> None:
    index.save(tmp_path / "one.idx")
    opened = Index.open(tmp_path / "one.idx")
    for name in ("Hik Vision Digital", "海康威視", "Hikvison", "Defence Ministry of Iran"):
        assert opened.match(name) == index.match(name)
    opened.save(tmp_path / "two.idx")
    Index.build(RECORDS).save(tmp_path / "three.idx")
    files = [(tmp_path / name).read_bytes() for name in ("one.idx", "two.idx", "three.idx")]
    assert files[0] == files[1] == files[2]
    assert sorted(path.name for path in tmp_path.glob("*.idx*")) == ["one.idx", "three.idx", "two.idx"]


def test_a_failed_save_leaves_the_old_file(
    index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "names.idx"
    index.save(path)
    before = path.read_bytes()
    broken = Index.build(RECORDS)
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        broken.save(path)
    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir() if "names" in found.name] == ["names.idx"]


def test_an_index_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "old.idx"
    path.write_bytes(b'{"format":"watchlink-matching","version":"0.0","size":0,"arrays":{}}\n')
    with pytest.raises(IndexFormatError, match="was written by matcher 0.0"):
        Index.open(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"name,country\n",
        b'{"format":"watchlink-matching"',
        gzip.compress(b"hello\n", mtime=0),
        gzip.compress(b"[1]\n", mtime=0),
    ],
)
def test_a_file_that_is_no_index_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.idx"
    path.write_bytes(content)
    with pytest.raises(IndexFormatError, match="not a matching index"):
        Index.open(path)


def test_a_truncated_index_is_refused(index: Index, tmp_path: Path) -> None:
    path = tmp_path / "cut.idx"
    index.save(path)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(IndexFormatError, match="cut short"):
        Index.open(path)


@pytest.mark.real_lists
def test_every_company_on_the_consolidated_list_of_2022_finds_itself(real_lists: Path) -> None:
    csv.field_size_limit(1 << 24)
    with gzip.open(real_lists / "us_csl" / "csl_2022_full.csv.gz", "rt", encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["type"] == "Entity"]
    index = Index.build(record(row["_id"], row["name"]) for row in rows)
    missed = [
        row["name"]
        for row in rows[::7]
        if row["name"] not in {hit.name.text for hit in index.match(row["name"], limit=50)}
    ]
    assert len(missed) <= len(rows[::7]) // 200, missed


def test_an_index_that_is_cut_short_is_refused(index: Index, tmp_path: Path) -> None:
    path = tmp_path / "names.idx"
    index.save(path)
    path.write_bytes(path.read_bytes()[:-64])
    with pytest.raises(IndexFormatError, match="cut short"):
        Index.open(path)


def test_many_queries_get_the_answers_of_each_alone(index: Index) -> None:
    queries = [
        Query("Hik Vision Digital", "CN"),
        Query("海康威视"),
        Query("Khan, Dahua", schema="Person"),
        Query("Co., Ltd."),
        Query("HK Video", identifiers=(("USCC", "91330000733796106P"),)),
        Query("Zhejiang Dahau Technology"),
    ]
    together = list(index.match_many(queries, threshold=0.3))
    alone = [
        index.match(query.name, query.country, query.schema, query.identifiers, threshold=0.3)
        for query in queries
    ]
    assert together == alone
    for hits in together:
        for hit in hits:
            assert hit.explanation.score == pytest.approx(hit.score, abs=2e-4)


@pytest.mark.parametrize(
    "text", ["", " ", "\x00\x01", "😀😀", "a\nb", "Co., Ltd.", "the of and", "Ж海a", "'" * 500]
)
def test_odd_texts_are_answered_without_hits_or_errors(index: Index, text: str) -> None:
    assert len(index.match(text)) <= 2


def test_a_party_with_a_latin_name_is_not_found_by_its_place_in_another_script(index: Index) -> None:
    assert ids(index, "Hangzhou Silk Garments Co., Ltd.") == []
    assert ids(index, "Hai Kang Wei Shi") == ["hikvision"]
