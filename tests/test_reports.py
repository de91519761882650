"""Reports: one content in four formats, and a certificate that is refused where it would say too much."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from datetime import date
from typing import Any

import openpyxl
import pdfplumber
import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from screening.models import AuditEvent, Screening
from screening.reports import (
    FORMATS,
    CertificateRefused,
    FormatUnavailable,
    Report,
    certificate,
    dossier,
    formats,
    screening_report,
    write,
)
from screening.vetting import vet
from tests.builders import a_dataset, a_listed, a_name, a_register
from tests.desk import a_decision, a_hit, a_portfolio, a_run, a_subject, a_user

pytestmark = pytest.mark.django_db

ARABIC, CHINESE, RUSSIAN = "شركة النجم للتجارة", "杭州海康威视数字技术股份有限公司", "ООО Ромашка-Экспорт"


def keys(report: Report) -> list[str]:
    return [section.key for section in report.sections]


def rows(report: Report, key: str) -> list[dict[str, Any]]:
    return list(next(section.rows for section in report.sections if section.key == key))


def pdf_text(written: bytes) -> str:
    with pdfplumber.open(io.BytesIO(written)) as pdf:
        return "\n".join(page.extract_text() for page in pdf.pages)


@pytest.fixture
def hikvision() -> Report:
    company = a_register(CHINESE)[CHINESE]
    a_name(company, "Hangzhou Hikvision Digital Technology Co., Ltd.")
    a_name(company, ARABIC)
    a_name(company, RUSSIAN)
    a_listed("Hangzhou Hikvision Digital Technology Co., Ltd.", "us-ear-entity-list")
    return dossier(vet(CHINESE, on=date(2026, 11, 21)), by=None)


def test_a_dossier_says_all_of_the_answer_and_what_was_not_searched(hikvision: Report) -> None:
    assert keys(hikvision) == [
        *(
            "listed",
            "formerly_listed",
            "prohibitions",
            "exposed",
            "ownership",
            "evidence",
            "partnerships",
            "not_the_same",
        ),
        *("match", "points", "like_names", "searched", "not_searched", "rules"),
    ]
    (listed,) = rows(hikvision, "listed")
    assert listed["citation"] == "us-ear-entity-list of Hangzhou Hikvision Digital Technology Co., Ltd."
    assert "Export" in str(listed["forbids"])
    assert {row["dataset"] for row in rows(hikvision, "searched")} >= {"us_bis_entity_list"}


def test_all_formats_carry_the_same_content_hash(hikvision: Report) -> None:
    written = {form: write(hikvision, form) for form in FORMATS}
    book = openpyxl.load_workbook(io.BytesIO(written["xlsx"]))
    first = {str(row[0]): row[1] for row in book["Report"].iter_rows(values_only=True)}
    assert json.loads(written["json"])["content_sha256"] == hikvision.content_sha256
    assert first["Content hash"] == hikvision.content_sha256
    assert hikvision.content_sha256 in written["html"].decode()
    assert hikvision.content_sha256 in pdf_text(written["pdf"]).replace("\n", "")


def test_the_same_answer_gives_the_same_hash_at_another_moment(hikvision: Report) -> None:
    again = dossier(vet(CHINESE, on=date(2026, 11, 21)), by=None)
    assert again.made_at != hikvision.made_at
    assert again.content_sha256 == hikvision.content_sha256


def test_a_pdf_has_numbered_pages_and_names_in_their_own_scripts() -> None:
    for name in a_register(RUSSIAN, CHINESE):
        a_listed(name, "us-ofac-blocking")
    for name in (RUSSIAN, CHINESE):
        text = pdf_text(write(dossier(vet(name), by=None), "pdf"))
        assert name in text.replace("\n", "")
        assert "page 1 of" in text


def test_a_pdf_has_arabic_names_in_an_arabic_font() -> None:
    fonts_here = shutil.which("fc-list") and subprocess.run(
        ["fc-list", ":lang=ar", "family"], capture_output=True, text=True, check=True
    )
    if not fonts_here or "Arabic" not in fonts_here.stdout:
        pytest.skip("this machine has no Arabic font (fonts-noto-core)")
    for name in a_register(ARABIC):
        a_listed(name, "us-ofac-blocking")
    # Shaped Arabic is read back in presentation forms; that its font was embedded is what can be told.
    with pdfplumber.open(io.BytesIO(write(dossier(vet(ARABIC), by=None), "pdf"))) as pdf:
        fonts = {char["fontname"] for page in pdf.pages for char in page.chars}
    assert any("Arabic" in font for font in fonts), fonts


def test_a_report_asks_for_nothing_from_outside(hikvision: Report) -> None:
    text = write(hikvision, "html").decode()
    assert "<script" not in text
    assert "src=" not in text
    assert "@import" not in text
    with pytest.raises(ValueError, match="asks for nothing"):
        formats._fetch_nothing("http://169.254.169.254/")


def test_markup_in_a_publishers_words_stays_words() -> None:
    portfolio = a_portfolio()
    run = a_run(portfolio)
    a_hit(run, a_subject(portfolio, "<script>alert(1)</script>"), caption="=HYPERLINK(1)")
    report = screening_report(run, None)
    assert "<script>alert" not in write(report, "html").decode()
    book = openpyxl.load_workbook(io.BytesIO(write(report, "xlsx")))
    headings, first = list(book["Hits"].iter_rows(values_only=True))
    assert dict(zip(headings, first, strict=True))["Listed party"] == "'=HYPERLINK(1)"


def test_a_machine_without_pango_says_what_to_install(
    hikvision: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "weasyprint", None)
    with pytest.raises(FormatUnavailable, match="libpango"):
        write(hikvision, "pdf")


def test_a_screening_report_lists_open_hits_suppressed_ones_and_decisions() -> None:
    portfolio = a_portfolio()
    ana = a_user("ana", "analyst", "Purchasing")
    run = a_run(portfolio)
    earlier = a_decision(a_hit(run, a_subject(portfolio, "Zvezda Bakery"), row=2), "false_positive", ana)
    later = a_run(portfolio)
    a_hit(later, a_subject(portfolio, "Zvezda Shipping"))
    a_hit(later, earlier.subject, row=2, suppressed_by=earlier)
    report = screening_report(later, ana)
    assert [(row["name"], row["decision"]) for row in rows(report, "hits")] == [("Zvezda Shipping", "open")]
    assert [row["name"] for row in rows(report, "suppressed")] == ["Zvezda Bakery"]
    (said,) = rows(report, "decisions")
    assert (said["by"], said["verdict"], said["note"]) == ("ana", "false positive", "A bakery in Kaluga.")
    (why,) = rows(report, "reasons")
    assert why["sentence"] == "They agree on zvezda and shipping."


def test_a_screening_report_takes_the_same_queries_for_any_number_of_hits(
    django_assert_num_queries: Any,
) -> None:
    portfolio = a_portfolio()
    for count in (1, 30):
        run = a_run(portfolio)
        for at in range(count):
            a_hit(run, a_subject(portfolio, f"Supplier {count} {at}"), row=at + 1)
        run = Screening.objects.select_related("portfolio", "by").get(pk=run.pk)
        with django_assert_num_queries(2):
            screening_report(run, None)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"state": "running"}, "only one that is done"),
        ({"not_searched": [{"dataset": "eu_fsf", "title": "EU"}]}, "EU consolidated list was not searched"),
        ({"stale": [{"dataset": "us_ofac_sdn", "title": "SDN"}]}, "was stale or an excerpt"),
    ],
)
def test_a_certificate_is_refused_where_something_was_not_searched(
    fields: dict[str, Any], sentence: str
) -> None:
    a_dataset("eu_fsf", title="EU consolidated list")
    with pytest.raises(CertificateRefused, match=sentence):
        certificate(a_run(a_portfolio(), **fields), None)


def test_a_certificate_needs_only_the_lists_that_the_portfolio_requires() -> None:
    portfolio = a_portfolio(required_lists=["us_ofac_sdn"])
    run = a_run(portfolio, not_searched=[{"dataset": "jp_meti_eul", "title": "Japan METI End User List"}])
    report = certificate(run, None)
    assert "no candidate at or above a score of 0.80" in report.standing
    assert "Lists not searched: Japan METI End User List" in report.standing
    for form in ("html", "json"):
        assert "cleared" not in write(report, form).decode().lower()


def test_a_certificate_is_refused_while_a_hit_is_open_or_stands() -> None:
    portfolio = a_portfolio(four_eyes=False)
    ana = a_user("ana", "analyst", "Purchasing")
    run = a_run(portfolio)
    hit = a_hit(run, a_subject(portfolio, "Zvezda Bakery"))
    with pytest.raises(CertificateRefused, match="not decided on"):
        certificate(run, ana)
    a_decision(hit, "true_match", ana)
    with pytest.raises(CertificateRefused, match="true match"):
        certificate(run, ana)
    a_decision(hit, "false_positive", ana)
    assert "1 candidates were found and dismissed" in certificate(run, ana).standing


def test_a_certificate_awaits_the_second_pair_of_eyes() -> None:
    portfolio = a_portfolio(four_eyes=True)
    run = a_run(portfolio)
    hit = a_hit(run, a_subject(portfolio, "Zvezda Bakery"))
    first = a_decision(hit, "false_positive", a_user("ana", "analyst", "Purchasing"))
    with pytest.raises(CertificateRefused, match="second person"):
        certificate(run, None)
    a_decision(hit, "false_positive", a_user("boris", "reviewer", "Purchasing"), eyes=2, confirms=first)
    assert certificate(run, None).kind == "certificate"


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_is_handed_to_its_team_and_leaves_a_trace(form: str, client: Client) -> None:
    run = a_run(a_portfolio())
    client.force_login(a_user("ana", "analyst", "Purchasing"))
    answer = client.get(f"/admin/screening/run/{run.pk}/report.{form}")
    assert answer.status_code == 200
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    event = AuditEvent.objects.get(action="exported")
    assert (event.username, event.object_id, event.detail["format"]) == ("ana", str(run.pk), form)


def test_another_teams_report_does_not_exist_for_a_stranger(client: Client) -> None:
    portfolio = a_portfolio()
    run, subject = a_run(portfolio), a_subject(portfolio, "Zvezda Bakery")
    client.force_login(a_user("olga", "analyst", "Retail"))
    assert client.get(f"/admin/screening/run/{run.pk}/report.pdf").status_code == 404
    assert client.get(f"/admin/screening/dossier/{subject.pk}/dossier.pdf").status_code == 404
    assert not AuditEvent.objects.exists()


def test_an_auditor_reads_a_dossier_of_any_team(client: Client) -> None:
    subject = a_subject(a_portfolio(), "Zvezda Bakery", reference="S-17")
    client.force_login(a_user("vera", "auditor"))
    answer = client.get(f"/admin/screening/dossier/{subject.pk}/dossier.json")
    assert answer.status_code == 200
    assert answer.json()["facts"]["reference"] == "S-17"


def test_a_refused_certificate_is_told_on_the_page(client: Client) -> None:
    run = a_run(a_portfolio(), state="running")
    client.force_login(a_user("ana", "analyst", "Purchasing"))
    answer = client.get(f"/admin/screening/run/{run.pk}/certificate.pdf")
    assert answer.status_code == 302
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("form", FORMATS)
def test_the_answer_on_a_company_comes_as_a_report_over_rest(form: str, client: Client) -> None:
    a_listed("Zvezda Shipping JSC", "us-ofac-blocking")
    answer = client.get(f"/api/v1/vet/dossier.{form}", {"name": "Zvezda Shipping"})
    assert answer.status_code == 200
    assert answer["Content-Type"] == formats.MEDIA_TYPES[form]
    assert b"Zvezda" in answer.content or form in ("pdf", "xlsx")


def test_an_unknown_format_is_named(client: Client) -> None:
    answer = client.get("/api/v1/vet/dossier.docx", {"name": "Zvezda"})
    assert answer.status_code == 404
    assert answer.json()["detail"] == "A report is written as html, pdf, xlsx, json, not 'docx'."


def test_commands_write_reports_to_files(tmp_path: Any) -> None:
    a_listed("Zvezda Shipping JSC", "us-ofac-blocking")
    run = a_run(a_portfolio())
    call_command("vet", "Zvezda Shipping", "--output", str(tmp_path / "zvezda.json"))
    call_command("report", str(run.pk), "--output", str(tmp_path / "run.xlsx"))
    assert json.loads((tmp_path / "zvezda.json").read_text())["report"] == "dossier"
    assert openpyxl.load_workbook(tmp_path / "run.xlsx").sheetnames[:2] == ["Report", "Hits"]
    with pytest.raises(CommandError, match=r"\.html, \.pdf, \.xlsx, \.json"):
        call_command("vet", "Zvezda Shipping", "--output", str(tmp_path / "zvezda.doc"))
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["run.xlsx", "zvezda.json"]
