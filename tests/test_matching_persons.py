"""Names of people: what is one name, what is not, and what a score is explained by."""

from __future__ import annotations

import csv
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import Index, Query, Record, RecordName, compare, trees
from matching.index import DEFAULT_THRESHOLD
from matching.lexicon import DATA
from matching.persons.features import FEATURES
from matching.persons.reading import lookup_text, read
from matching.persons.spelling import key, latin, sound

SAME = [
    ("Sergey Example", "EXAMPLE, Sergei"),
    ("Maria Petrova", "Petrova Maria Sergeevna"),
    ("Yuri Ivanovich Sokolov", "Iurii Sokoloff"),
    ("Yevgeny Sidorov", "Evgeniy SIDOROV"),
    ("Aliaksandr Mikalaevich Karaeu", "Alexander Nikolaevich Karaev"),
    ("Muhammad Qadhafi", "Mohamed Gaddafi"),
    ("Abd al-Rahman Yasin", "Abdulrahman Yassine"),
    ("Abdur Rehman Yasin", "Abdel Rahman YASIN"),
    ("Nur al-Din Zangi", "Noureddine Zengi"),
    ("Fazlullah Hanafi", "Fazl Allah Hanafi"),
    ("Youssef bin Ahmed al-Sawari", "AL-SAWARI, Yusuf Ahmad"),
    ("Dr. Jan van der Berg", "Berg, Jan"),
    ("Xi Jin Ping", "XI, Jinping"),
    ("习近平", "XI Jinping"),
    ("欧阳修文", "OUYANG Xiuwen"),
    ("曾国庆", "ZENG Guoqing"),
    ("김정은", "KIM, Jong Un"),
    ("Сергей Юрьевич Щербаков", "Sergei Yurievich SHCHERBAKOV"),
    ("قاسم سليماني", "Qasem SOLEIMANI"),
    ("محمد عبد الرحمن القذافي", "Muhammad Abdulrahman Gaddafi"),
    ("Schneider, Friedrich Wilhelm", "Freidrich Wilhelm Schneider"),
]
DIFFERENT = [
    ("Sergey Ivanovich Example", "Sergey Ivanovich Sokolov"),
    ("Hassan Tabaja", "Husayn Tabaja"),
    ("Bashar Example", "Bushra Example"),
    ("Li Wei", "Li Wen"),
    ("Chen Gang", "Zheng Gang"),
    ("Mohammed Ali Khan", "Mohammed Aziz Khan"),
    ("Maria Example", "Mario Sokolov"),
    ("Mohammed", "Mohammed Ali Hassan al-Sawari"),
    ("Abdul", "Abdul Rahman Yasin"),
    ("M. Ali", "Mohammed Ali"),
    ("John Smith", "J. Schmidt"),
    ("习近平", "XI Jinpeng"),
]


@pytest.mark.parametrize(("asked", "listed"), SAME)
def test_spellings_of_one_person_reach_the_threshold_alone_and_through_an_index(
    asked: str, listed: str
) -> None:
    assert compare(asked, listed, "Person").score >= DEFAULT_THRESHOLD
    index = Index.build([person("it", listed), person("other", "Ola Nordmann")])
    assert [hit.id for hit in index.match(asked, schema="Person")] == ["it"]


@pytest.mark.parametrize(("asked", "listed"), DIFFERENT)
def test_names_of_others_stay_below_it(asked: str, listed: str) -> None:
    assert compare(asked, listed, "Person").score < DEFAULT_THRESHOLD


def person(id_: str, name: str, *others: str, **known: tuple[str, ...]) -> Record:
    names = (RecordName(name), *(RecordName(other, "alias") for other in others))
    return Record(id_, "Person", names, **known)  # type: ignore[arg-type]


def test_an_initial_is_less_than_the_name_it_stands_for() -> None:
    full = compare("John Qorvano", "Qorvano, John", "Person").score
    assert DEFAULT_THRESHOLD <= compare("J. Qorvano", "Qorvano, John", "Person").score < full
    assert compare("K. Qorvano", "Qorvano, John", "Person").score < DEFAULT_THRESHOLD


def test_wade_giles_and_pinyin_are_one_name() -> None:
    assert compare("Mao Tse-tung", "MAO Zedong", "Person").score >= DEFAULT_THRESHOLD


def test_a_name_that_many_bear_is_less_than_a_rare_one() -> None:
    assert compare("Ali Hassan", "Ali Hassan", "Person").score < 0.9
    assert compare("Qorvano Dellisar", "Dellisar, Qorvano", "Person").score > 0.95


def test_a_birth_date_that_agrees_counts_for_and_one_that_conflicts_against() -> None:
    index = Index.build([person("it", "EXAMPLE, Sergei", birth_dates=("10 Dec 1948",))])

    def score(*births: str) -> float:
        query = Query("Sergey Example", schema="Person", birth_dates=births)
        return next(index.match_many([query], threshold=0.01))[0].score

    assert score("1948-12-10") > score("Dec 1948") > score("1948") > score()
    assert score() > score("1949-01-05") > score("1975")
    assert score("1975") < 0.7
    assert score("1975", "1948") > score()
    hit = next(
        index.match_many([Query("Sergey Example", schema="Person", birth_dates=("1975",))], threshold=0.01)
    )[0]
    assert hit.explanation.conflicts == ("different birth dates: 1975 against 1948-12-10",)
    assert hit.explanation.score == hit.score
    query = Query("Sergey Example", schema="Person", birth_dates=("1948-12-10",))
    sentence = next(index.match_many([query]))[0].explanation.sentence()
    assert "The birth date agrees: 1948-12-10." in sentence


def test_a_party_of_unstated_kind_is_looked_for_as_person_and_as_company() -> None:
    index = Index.build(
        [
            person("person", "SOLEIMANI, Qasem"),
            Record("company", "LegalEntity", (RecordName("Qasem Soleimani Trading Company"),)),
        ]
    )
    for schema in ("LegalEntity", "Thing"):
        assert "person" in [hit.id for hit in index.match("Ghasem Suleymani", schema=schema)]
    assert [hit.id for hit in index.match("Qasem Soleimani Trading Co", schema="LegalEntity")][0] == "company"
    assert index.match("Ghasem Suleymani", schema="Company") == []
    unstated = Index.build([Record("it", "LegalEntity", (RecordName("Qasem Soleimani"),))])
    assert [hit.id for hit in unstated.match("SOLEIMANI, Qasem", schema="Person")] == ["it"]


def test_the_sentence_tells_an_analyst_what_agrees_and_what_is_left_over() -> None:
    explanation = compare("Sergei Petrov", "PETROFF, Sergey Ivanovich", "Person").explanation
    assert explanation.sentence().startswith(
        f'"Sergei Petrov" and "PETROFF, Sergey Ivanovich" score {explanation.score:.2f}: they agree on '
        '"sergei" with "sergey" (spelt otherwise), "petrov" with "petroff" (spelt otherwise); '
        'only the candidate has "ivanovich".'
    )
    other = compare("Sergei Petrov", "Sergei Sokolov", "Person").explanation
    assert other.sentence().endswith("Against: different names: petrov against sokolov.")


@pytest.mark.parametrize(
    ("spelling", "other"),
    [
        *(("Sergey", "Serguei"), ("Yuri", "Jurij"), ("Aleksey", "Alexei"), ("Dmitriyev", "Dmitriev")),
        *(("Petroff", "Petrov"), ("Yekaterina", "Ekaterina"), ("Mohammed", "Muhammad"), ("Ahmed", "Ahmad")),
        *(("Khalid", "Khaled"), ("Mykola", "Nikolai"), ("Mykolayovych", "Nikolayevich"), ("Jeong", "Jong")),
    ],
)
def test_spellings_of_one_name_sound_alike(spelling: str, other: str) -> None:
    assert key(spelling.lower()) == key(other.lower())


@pytest.mark.parametrize(
    ("written", "spelt"), [("щербаков", "shcherbakov"), ("سليماني", "slymany"), ("ивано́в", "ivanov")]
)
def test_native_letters_are_spelt_in_latin_ones(written: str, spelt: str) -> None:
    assert latin(written) == spelt


def test_a_spelling_belongs_to_one_name_only() -> None:
    with (DATA / "given_names.csv").open(encoding="utf-8") as lines:
        groups = [
            row["spellings"].split()
            for row in csv.DictReader(line for line in lines if not line.startswith("#"))
        ]
    owners = defaultdict(set)
    for group in groups:
        for word in group:
            owners[sound(word)].add(group[0])
    assert {name: found for name, found in owners.items() if len(found) > 1} == {}


def test_the_model_weighs_the_features_that_are_measured() -> None:
    model = trees.load("persons")
    assert model.features == tuple(name for name, _ in FEATURES)
    assert list(model.knots[1]) == sorted(model.knots[1])
    assert 0 <= model.knots[1][0] <= model.knots[1][-1] < 0.98


def test_initials_and_titles_are_not_looked_up() -> None:
    assert lookup_text("Dr. J. van Qorvano") == lookup_text("Qorvano")


NAMES = st.lists(
    st.sampled_from(
        [
            *(
                "Sergey",
                "Sergei",
                "Petrov",
                "Mohammed",
                "Ahmad",
                "Abd",
                "al-Rahman",
                "Abdulrahman",
                "J.",
                "Dr.",
            ),
            *(
                "Li",
                "Wei",
                "Jinping",
                "习近平",
                "Сергей",
                "محمد",
                "عبد",
                "Nuruddin",
                "din",
                "김정은",
                "van",
                "7",
            ),
        ]
    ),
    min_size=1,
    max_size=6,
).map(" ".join)


@given(NAMES, NAMES)
@settings(max_examples=200, deadline=None)
def test_the_order_of_two_names_does_not_matter(left: str, right: str) -> None:
    one, two = compare(left, right, "Person"), compare(right, left, "Person")
    assert one.score == two.score
    assert sum(feature.points for feature in one.explanation.features) == pytest.approx(one.score)


@given(NAMES, st.integers(0, 4))
@settings(max_examples=100, deadline=None)
def test_the_words_of_a_name_may_stand_in_any_order(name: str, at: int) -> None:
    words = name.split()
    turned = " ".join(words[at % len(words) :] + words[: at % len(words)])
    if len(read(name).words) == len(read(turned).words) and read(name).words:
        assert compare(name, turned, "Person").score >= 0.5


@given(st.lists(NAMES, min_size=1, max_size=6), st.lists(NAMES, min_size=1, max_size=3))
@settings(max_examples=40, deadline=None)
def test_an_index_scores_as_a_pair_alone_and_many_queries_as_each_alone(
    listed: list[str], asked: list[str]
) -> None:
    index = Index.build([person(str(at), name) for at, name in enumerate(listed)])
    queries = [Query(name, schema="Person") for name in asked]
    together = list(index.match_many(queries, threshold=0.05))
    assert together == [index.match(name, schema="Person", threshold=0.05) for name in asked]
    for name, hits in zip(asked, together, strict=True):
        for hit in hits:
            assert hit.score == pytest.approx(compare(name, hit.name.text, "Person").score, abs=2e-4)
            assert hit.explanation.score == pytest.approx(hit.score, abs=2e-4)


@given(NAMES, st.lists(NAMES, max_size=5))
@settings(max_examples=40, deadline=None)
def test_the_number_of_aliases_does_not_change_the_score(name: str, aliases: list[str]) -> None:
    alone = Index.build([person("it", name)]).match(name, schema="Person", threshold=0.05)
    among = Index.build([person("it", name, *aliases)]).match(name, schema="Person", threshold=0.05)
    assert bool(alone) <= bool(among)
    if alone:
        assert among[0].score >= alone[0].score
