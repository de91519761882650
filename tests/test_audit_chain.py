"""The audit trail is a chain: whoever changes, removes or slips in a link is shown."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from screening.models import AuditEvent, Comment, Portfolio
from tests.desk import a_portfolio, a_subject, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def trail() -> Portfolio:
    portfolio = a_portfolio()
    ana = a_user("ana", "analyst", "Purchasing")
    for action in ("viewed", "screened", "decided"):
        AuditEvent.objects.record(action, portfolio, by=ana, portfolio=portfolio, note="Größe: 5 %")
    return portfolio


def _sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_an_untouched_chain_holds(trail: Portfolio) -> None:
    assert AuditEvent.objects.broken_at() is None
    rows = AuditEvent.objects.order_by("number").values_list(
        "number", "username", "action", "kind", "version"
    )
    assert [row[:4] for row in rows] == [
        (1, "ana", "viewed", "portfolio"),
        (2, "ana", "screened", "portfolio"),
        (3, "ana", "decided", "portfolio"),
    ]
    assert all(row[4] for row in rows)


@pytest.mark.parametrize(
    ("tampering", "number"),
    [
        ("UPDATE screening_auditevent SET username = 'boris' WHERE number = 2", 2),
        ("UPDATE screening_auditevent SET action = 'viewed' WHERE number = 3", 3),
        ("UPDATE screening_auditevent SET detail = '{}' WHERE number = 1", 1),
        ("UPDATE screening_auditevent SET portfolio_id = NULL WHERE number = 2", 2),
        ("DELETE FROM screening_auditevent WHERE number = 2", 2),
        ("DELETE FROM screening_auditevent WHERE number = 1", 1),
        ("UPDATE screening_auditevent SET number = 9 WHERE number = 3", 3),
    ],
)
def test_tampering_shows_at_the_first_broken_link(trail: Portfolio, tampering: str, number: int) -> None:
    _sql(tampering)
    assert AuditEvent.objects.broken_at() == number


def test_what_was_said_is_neither_changed_nor_deleted(trail: Portfolio) -> None:
    subject = a_subject(trail, "Hikvision Europe B.V.")
    comment = Comment.objects.create(subject=subject, by=a_user("boris", "reviewer"), text="Seen.")
    comment.text = "Not seen."
    for row in (comment, AuditEvent.objects.get(number=1)):
        with pytest.raises(TypeError):
            row.save()
        with pytest.raises(TypeError):
            row.delete()
        with pytest.raises(TypeError):
            type(row).objects.all().delete()
        with pytest.raises(TypeError):
            type(row).objects.all().update(pk=1)


def test_the_command_says_that_the_chain_holds_and_where_it_breaks(trail: Portfolio) -> None:
    out = StringIO()
    call_command("audit", stdout=out)
    assert "The chain of 3 events holds" in out.getvalue()
    _sql("UPDATE screening_auditevent SET username = 'boris' WHERE number = 2")
    with pytest.raises(CommandError, match="breaks at event 2"):
        call_command("audit")


def test_an_end_that_was_cut_off_shows_against_a_witness(trail: Portfolio) -> None:
    out = StringIO()
    call_command("audit", stdout=out)
    witness = out.getvalue().split("elsewhere: ")[1].strip()
    call_command("audit", "--witness", witness, stdout=out)
    _sql("DELETE FROM screening_auditevent WHERE number = 3")
    call_command("audit", stdout=out)
    with pytest.raises(CommandError, match="Event 3 is gone"):
        call_command("audit", "--witness", witness)
    AuditEvent.objects.record("viewed", trail, by=None)
    with pytest.raises(CommandError, match="not the one that was witnessed"):
        call_command("audit", "--witness", witness)


def test_several_links_are_written_at_once(trail: Portfolio) -> None:
    AuditEvent.objects.record_all("viewed", [(trail, trail, {"n": n}) for n in range(5)], by=None)
    assert AuditEvent.objects.broken_at() is None
    assert AuditEvent.objects.order_by("-number").values_list("number", flat=True)[0] == 8
