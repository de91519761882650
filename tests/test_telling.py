"""Alerts on their way: signed, tried again, given up, sent again by hand, and never into our own network."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from screening.calling import CallRefused, call, check_address
from screening.models import Alert, AuditEvent, Delivery, Portfolio, Webhook
from screening.telling import ATTEMPTS, calls_owed, deliver, digests_owed, due, pause
from tests.desk import a_hit, a_portfolio, a_run, a_subject, a_user

pytestmark = pytest.mark.django_db

URL = "https://hooks.example.org/watchlink?team=7"
PUBLIC = {"resolve": lambda host, port: ["93.184.215.14"]}


@pytest.fixture
def portfolio() -> Portfolio:
    return a_portfolio(digest_to=["ana@example.org", "boris@example.org"])


@pytest.fixture
def alerts(portfolio: Portfolio) -> list[Alert]:
    run = a_run(portfolio)
    return [
        Alert.objects.create(
            portfolio=portfolio,
            subject=(hit := a_hit(run, a_subject(portfolio, name), row=row)).subject,
            entity_id=hit.entity_id,
            company_id=hit.company_id,
            kind="new",
            screening=run,
            hit=hit,
            cause="us_ofac_sdn of 2024-05-01",
        )
        for row, name in enumerate(("Zvezda", "海康威视\nBcc: all"))
    ]


@pytest.fixture
def hook(portfolio: Portfolio) -> Webhook:
    return Webhook.objects.create(portfolio=portfolio, url=URL)


class Customer:
    """The customer's end of the line."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return httpx.Response(self.statuses.pop(0), text="taken", headers={"Location": "https://10.0.0.1/"})

    @property
    def network(self) -> dict[str, Any]:
        return {**PUBLIC, "transport": httpx.MockTransport(self)}


def test_a_call_tells_of_the_alerts_and_is_signed(alerts: list[Alert], hook: Webhook) -> None:
    (row,) = calls_owed(alerts)
    customer = Customer(204)
    sent = deliver(row.pk, **customer.network)
    assert (sent.state, sent.attempts[0]["status"], sent.next_attempt_at) == ("delivered", 204, None)
    (request,) = customer.asked
    body = request.read()
    at, told = (part.partition("=")[2] for part in request.headers["Watchlink-Signature"].split(","))
    assert told == hmac.new(hook.secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    assert abs(int(at) - timezone.now().timestamp()) < 60
    assert [alert["kind"] for alert in json.loads(body)["alerts"]] == ["new", "new"]
    # The address that was checked is the one that is called, by the customer's name.
    assert (request.url.host, request.headers["Host"]) == ("93.184.215.14", "hooks.example.org")
    assert request.extensions["sni_hostname"] == "hooks.example.org"
    assert request.url.query == b"team=7"


def test_nothing_is_told_twice(alerts: list[Alert], hook: Webhook) -> None:
    assert len(calls_owed(alerts[:1])) == 1
    (second,) = calls_owed(alerts)
    assert list(second.alerts.all()) == [alerts[1]]
    assert calls_owed(alerts) == []


def test_a_call_that_fails_waits_longer_each_time_and_is_given_up(alerts: list[Alert], hook: Webhook) -> None:
    (row,) = calls_owed(alerts)
    customer = Customer(*[503] * ATTEMPTS)
    for attempt in range(ATTEMPTS):
        assert due() == [row.pk]
        sent = deliver(row.pk, **customer.network)
        assert len(sent.attempts) == attempt + 1
        if sent.next_attempt_at:
            assert sent.next_attempt_at - timezone.now() > timedelta(seconds=50 * 2 ** min(attempt, 9))
            assert due() == []
            Delivery.objects.update(next_attempt_at=timezone.now())
    assert (sent.state, due()) == ("failed", [])
    assert [tried["status"] for tried in sent.attempts] == [503] * ATTEMPTS
    assert pause(40) <= timedelta(hours=12) * 1.2


def test_a_redirect_leads_nowhere(alerts: list[Alert], hook: Webhook) -> None:
    (row,) = calls_owed(alerts)
    customer = Customer(302)
    assert deliver(row.pk, **customer.network).state == "waiting"
    assert len(customer.asked) == 1


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.0.7", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *(
            "::1",
            "fe80::1%eth0",
            "fd00::1",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "224.0.0.1",
        ),
    ],
)
@pytest.mark.parametrize("beside", [[], ["93.184.215.14"]])
def test_no_address_of_a_private_network_is_called(address: str, beside: list[str]) -> None:
    customer = Customer(200)
    network = customer.network | {"resolve": lambda host, port: [*beside, address]}
    with pytest.raises(CallRefused, match="private network"):
        call(URL, {}, "secret", 1, **network)
    assert customer.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/",
        "ftp://hooks.example.org/",
        "https://ana:secret@hooks.example.org/",
        "https://",
        "file:///etc/passwd",
        "https://[::1",
    ],
)
def test_an_address_that_is_not_https_is_refused(url: str) -> None:
    with pytest.raises(CallRefused):
        check_address(url)


def test_a_host_of_our_own_network_is_called_where_the_settings_name_it(settings: Any) -> None:
    settings.WEBHOOK_PRIVATE_HOSTS = ["queue.internal"]
    customer = Customer(200)
    network = customer.network | {"resolve": lambda host, port: ["10.0.0.5"]}
    assert call("http://queue.internal:8080/in", {}, "secret", 1, **network).is_taken
    assert customer.asked[0].url == "http://10.0.0.5:8080/in"


def test_a_refused_address_is_not_tried_again(alerts: list[Alert], hook: Webhook) -> None:
    (row,) = calls_owed(alerts)
    sent = deliver(row.pk, resolve=lambda host, port: ["10.0.0.1"])
    assert sent.state == "failed"
    assert "private network" in sent.attempts[0]["answer"]


def test_a_webhook_that_was_switched_off_is_not_called(alerts: list[Alert], hook: Webhook) -> None:
    (row,) = calls_owed(alerts)
    Webhook.objects.update(active=False)
    customer = Customer(200)
    assert deliver(row.pk, **customer.network).state == "failed"
    assert customer.asked == []


def test_a_digest_goes_to_each_address_once(alerts: list[Alert]) -> None:
    rows = digests_owed()
    assert [row.address for row in rows] == ["ana@example.org", "boris@example.org"]
    for row in rows:
        assert deliver(row.pk).state == "delivered"
    assert [message.to for message in mail.outbox] == [["ana@example.org"], ["boris@example.org"]]
    assert "new: Zvezda – Zvezda Shipping JSC. Because of us_ofac_sdn of 2024-05-01." in mail.outbox[0].body
    assert digests_owed() == []


def test_a_mail_server_that_fails_is_asked_again(
    alerts: list[Alert], monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*args: object) -> None:
        raise ConnectionRefusedError("no mail server")

    monkeypatch.setattr("screening.telling.send_mail", down)
    sent = deliver(digests_owed()[0].pk)
    assert (sent.state, sent.attempts[0]["answer"]) == ("waiting", "no mail server")


def test_an_old_alert_is_in_no_digest(alerts: list[Alert]) -> None:
    Alert.objects.update(at=timezone.now() - timedelta(days=30))
    assert digests_owed() == []


def test_an_administrator_sends_a_delivery_again_as_it_was(
    alerts: list[Alert], hook: Webhook, client: Client
) -> None:
    (row,) = calls_owed(alerts)
    deliver(row.pk, **Customer(200).network)
    body = {"action": "send_again", "_selected_action": [row.pk]}
    client.force_login(a_user("ana", "analyst", "Purchasing"))
    client.post("/admin/screening/delivery/", body)
    assert Delivery.objects.count() == 1
    client.force_login(a_user("adam", "administrator"))
    client.post("/admin/screening/delivery/", body)
    again = Delivery.objects.get(replays=row)
    assert (again.payload, again.state) == (row.payload, "waiting")
    assert set(again.alerts.all()) == set(alerts)
    assert AuditEvent.objects.get(action="replayed").username == "adam"


def test_a_secret_is_shown_to_whom_may_change_it(hook: Webhook, client: Client) -> None:
    path = f"/admin/screening/webhook/{hook.pk}/change/"
    for name, role, shown in (
        ("ana", "analyst", False),
        ("vera", "auditor", False),
        ("adam", "administrator", True),
    ):
        client.force_login(a_user(name, role, "Purchasing"))
        text = client.get(path).content.decode()
        assert URL.split("?")[0] in text
        assert (hook.secret in text) == shown


def test_a_secret_is_not_told_in_the_trail(portfolio: Portfolio, client: Client) -> None:
    client.force_login(a_user("adam", "administrator"))
    secret = "a-secret-of-twenty-letters"
    body = {"portfolio": portfolio.pk, "url": "https://hooks.example.org/", "secret": secret, "active": "on"}
    client.post("/admin/screening/webhook/add/", body)
    assert Webhook.objects.get().secret == secret
    event = AuditEvent.objects.get(action="created")
    assert event.detail["changed"]["secret"] == ["…", "…"]
    assert secret not in str(event.detail)


def test_a_webhook_of_our_own_network_is_refused_in_the_form(portfolio: Portfolio, client: Client) -> None:
    client.force_login(a_user("adam", "administrator"))
    body = {"portfolio": portfolio.pk, "url": "http://hooks.example.org/", "secret": "s" * 20, "active": "on"}
    answer = client.post("/admin/screening/webhook/add/", body)
    assert "must begin with https" in answer.content.decode()
    assert not Webhook.objects.exists()
