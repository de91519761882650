"""Keys that programs use to read the API."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import OperationalError, connection, models
from django.utils import timezone
from django.utils.crypto import constant_time_compare

MARK = "wl"
# How often the time of the last use is written, at most.
LAST_USED_EVERY = timedelta(minutes=1)


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def create_key(self, name: str, **fields: object) -> tuple[ApiKey, str]:
        """Make a key and return it with its plain text, which is not kept anywhere."""
        key = self.model(name=name, **fields)
        plain = key.draw()
        key.save()
        return key, plain


class ApiKey(models.Model):
    """A program's key: wl_<prefix>_<256 random bits>, of which only the prefix and a SHA-256 are kept."""

    name = models.CharField(max_length=100, help_text="What uses it.")
    prefix = models.CharField(max_length=12, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="api_keys",
        help_text="The key stops working when this user is deactivated.",
    )
    created_at = models.DateTimeField("created", default=timezone.now, editable=False)
    last_used_at = models.DateTimeField("last used", null=True, editable=False)
    expires_at = models.DateTimeField("expires", null=True, blank=True)
    revoked_at = models.DateTimeField("revoked", null=True, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = "API key"
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.name} ({MARK}_{self.prefix}…)"

    @classmethod
    def named_by(cls, plain: str) -> ApiKey | None:
        """Find the key that a plain text belongs to, whether or not it may still be used."""
        mark, _, rest = plain.partition("_")
        prefix, _, secret = rest.partition("_")
        if mark != MARK or not secret or len(plain) > 200 or not plain.isascii() or not plain.isprintable():
            return None
        key = cls.objects.select_related("owner").filter(prefix=prefix).first()
        # Compared even when there is no such prefix, so that both answers take the same time.
        same = constant_time_compare(digest(plain), key.digest if key else digest(""))
        return key if key and same else None

    def draw(self) -> str:
        """Give the key its prefix and digest, and return its plain text."""
        self.prefix = secrets.token_hex(4)
        plain = f"{MARK}_{self.prefix}_{secrets.token_urlsafe(32)}"
        self.digest = digest(plain)
        return plain

    @property
    def refusal(self) -> str:
        """Say why the key may not be used, or nothing."""
        if self.revoked_at:
            return f"This key was revoked on {self.revoked_at:%Y-%m-%d}."
        if self.expires_at and self.expires_at <= timezone.now():
            return f"This key expired on {self.expires_at:%Y-%m-%d}."
        if self.owner and not self.owner.is_active:
            return "The owner of this key is deactivated."
        return ""

    def note_use(self, now: datetime | None = None) -> None:
        """Write the time of use, at most once a minute and never at the price of the answer."""
        now = now or timezone.now()
        if self.last_used_at and now - self.last_used_at < LAST_USED_EVERY:
            return
        with _impatient():
            ApiKey.objects.filter(pk=self.pk).update(last_used_at=now)
            self.last_used_at = now

    def revoke(self) -> None:
        self.revoked_at = self.revoked_at or timezone.now()
        self.save(update_fields=["revoked_at"])


class _impatient:
    """Write only if nobody else writes: an ingest may hold SQLite for minutes, and a reader must not wait."""

    def __enter__(self) -> None:
        self._wait("0")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool:
        self._wait(f"{settings.DATABASES['default'].get('OPTIONS', {}).get('timeout', 5):.0f}000")
        return isinstance(error, OperationalError)

    def _wait(self, milliseconds: str) -> None:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA busy_timeout = {milliseconds}")


def digest(plain: str) -> str:
    """Hash a key; its 256 random bits need no slow hash."""
    return hashlib.sha256(plain.encode()).hexdigest()
