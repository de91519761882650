"""Who may read the API: a key, a signed-in user, or anyone where the settings say so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import AnonRateThrottle

from api.models import ApiKey

if TYPE_CHECKING:
    from rest_framework.views import APIView

SCHEMES = ("apikey", "bearer")


class KeyAuthentication(BaseAuthentication):
    """Read `Authorization: ApiKey …` or `Authorization: Bearer …`."""

    def authenticate(self, request: Request) -> tuple[Any, ApiKey] | None:
        header = get_authorization_header(request).decode("latin-1")
        scheme, _, plain = header.strip().partition(" ")
        if scheme.lower() not in SCHEMES:
            return None
        key = ApiKey.named_by(plain.strip())
        if key is None:
            raise AuthenticationFailed("This is not a valid API key.")
        if key.refusal:
            raise AuthenticationFailed(key.refusal)
        key.note_use()
        return key.owner or AnonymousUser(), key

    def authenticate_header(self, request: Request) -> str:
        return 'ApiKey realm="Watchlink", Bearer realm="Watchlink"'


class MayRead(BasePermission):
    """Let keys and signed-in users in, and anyone else where API_ANONYMOUS is on."""

    message = "Send a key: `Authorization: ApiKey <key>`."

    def has_permission(self, request: Request, view: APIView) -> bool:
        known = isinstance(request.auth, ApiKey) or bool(request.user and request.user.is_authenticated)
        return known or settings.API_ANONYMOUS


class AnonymousThrottle(AnonRateThrottle):
    """Slow down callers without a key, by address."""

    def get_rate(self) -> str:
        return f"{settings.API_ANONYMOUS_PER_MINUTE}/min"

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        if isinstance(request.auth, ApiKey):
            return None
        return super().get_cache_key(request, view)
