from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from api.models import ApiKey, digest

pytestmark = pytest.mark.django_db
PLAIN = re.compile(r"wl_[0-9a-f]{8}_[\w-]{43}", re.ASCII)


@pytest.fixture(autouse=True)
def _locked(settings: Settings) -> Iterator[None]:
    settings.API_ANONYMOUS = False
    cache.clear()
    yield
    cache.clear()


def ask(client: Client, header: str | None = None) -> Any:
    headers = {"Authorization": header} if header else {}
    return client.get("/api/v1/datasets/", headers=headers)


def test_without_a_key_the_door_is_closed(client: Client) -> None:
    answer = ask(client)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("ApiKey")
    assert answer.json()["code"] == "not_authenticated"


@pytest.mark.parametrize("scheme", ["ApiKey", "Bearer", "bearer"])
def test_a_key_opens_it(client: Client, scheme: str) -> None:
    _, plain = ApiKey.objects.create_key("supplier portal")
    assert ask(client, f"{scheme} {plain}").status_code == 200


@pytest.mark.parametrize("anonymous", [True, False])
@pytest.mark.parametrize(
    "spoil",
    [
        lambda plain: plain[:-1] + ("A" if plain[-1] != "A" else "B"),
        lambda plain: plain[:-1],
        lambda plain: "wl_00000000_" + plain[12:],
        lambda plain: "",
        lambda plain: "wl",
        lambda plain: plain + "\x00",
        lambda plain: "é" + plain,
    ],
)
def test_a_wrong_key_is_refused_even_where_no_key_is_needed(
    client: Client, settings: Settings, anonymous: bool, spoil: Any
) -> None:
    settings.API_ANONYMOUS = anonymous
    _, plain = ApiKey.objects.create_key("supplier portal")
    answer = ask(client, f"ApiKey {spoil(plain)}")
    assert answer.status_code == 401
    assert answer.json() == {"detail": "This is not a valid API key.", "code": "authentication_failed"}


def test_a_revoked_an_expired_and_an_orphaned_key_say_so(client: Client) -> None:
    owner = User.objects.create_user("analyst", is_active=False)
    day = timezone.now() - timedelta(days=1)
    for fields, words in (
        ({"revoked_at": day}, "revoked"),
        ({"expires_at": day}, "expired"),
        ({"owner": owner}, "deactivated"),
    ):
        _, plain = ApiKey.objects.create_key("supplier portal", **fields)
        answer = ask(client, f"ApiKey {plain}")
        assert answer.status_code == 401
        assert words in answer.json()["detail"]


def test_only_the_hash_of_a_key_is_kept() -> None:
    key, plain = ApiKey.objects.create_key("supplier portal")
    assert PLAIN.fullmatch(plain)
    key.refresh_from_db()
    assert key.digest == digest(plain)
    assert plain.split("_", 2)[2] not in str(key.__dict__)


def test_the_last_use_is_written_once_a_minute(client: Client) -> None:
    key, plain = ApiKey.objects.create_key("supplier portal")
    ask(client, f"ApiKey {plain}")
    key.refresh_from_db()
    first = key.last_used_at
    assert first is not None
    ask(client, f"ApiKey {plain}")
    key.refresh_from_db()
    assert key.last_used_at == first
    ApiKey.objects.update(last_used_at=first - timedelta(minutes=2))
    ask(client, f"ApiKey {plain}")
    key.refresh_from_db()
    assert key.last_used_at is not None
    assert key.last_used_at >= first


def test_a_signed_in_user_may_read(client: Client, admin_user: User) -> None:
    client.force_login(admin_user)
    assert ask(client).status_code == 200


def test_callers_without_a_key_are_slowed_down_and_keys_are_not(client: Client, settings: Settings) -> None:
    settings.API_ANONYMOUS, settings.API_ANONYMOUS_PER_MINUTE = True, 2
    _, plain = ApiKey.objects.create_key("supplier portal")
    assert [ask(client).status_code for _ in range(3)] == [200, 200, 429]
    refused = ask(client)
    assert refused.json()["code"] == "throttled"
    assert int(refused.headers["Retry-After"]) <= 60
    assert ask(client, f"ApiKey {plain}").status_code == 200


def test_the_command_prints_a_key_that_works(client: Client) -> None:
    User.objects.create_user("analyst")
    out = StringIO()
    call_command("apikey", "supplier portal", owner="analyst", days=30, stdout=out, stderr=StringIO())
    assert ask(client, f"ApiKey {out.getvalue().strip()}").status_code == 200
    key = ApiKey.objects.get()
    assert key.owner is not None
    assert key.owner.username == "analyst"
    assert key.expires_at is not None


@pytest.mark.parametrize(
    ("name", "options"),
    [("portal", {"owner": "nobody"}), ("portal", {"days": 0}), (" ", {}), ("x" * 101, {})],
)
def test_the_command_refuses_what_makes_no_sense(name: str, options: dict[str, Any]) -> None:
    with pytest.raises(CommandError):
        call_command("apikey", name, **options)
    assert not ApiKey.objects.exists()


def test_the_admin_shows_a_new_key_once(admin_client: Client) -> None:
    answer = admin_client.post("/admin/api/apikey/add/", {"name": "supplier portal"})
    assert answer.status_code == 302, answer.content
    page = admin_client.get("/admin/api/apikey/").content.decode()
    plain = PLAIN.search(page)
    assert plain is not None
    assert ApiKey.named_by(plain.group()) == ApiKey.objects.get()
    assert not PLAIN.search(admin_client.get("/admin/api/apikey/").content.decode())


def test_the_admin_revokes(client: Client, admin_client: Client) -> None:
    key, plain = ApiKey.objects.create_key("supplier portal")
    admin_client.post("/admin/api/apikey/", {"action": "revoke", "_selected_action": [key.pk]})
    assert "revoked" in ask(Client(), f"ApiKey {plain}").json()["detail"]
