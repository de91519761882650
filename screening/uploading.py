"""Files on their way in: refused before they fill the disk, kept for the preview, cleared up when nobody comes back."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import shutil
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from screening.starting import Input
from screening.suppliers import Refused

# How long a file waits for its preview to be confirmed.
WAITING_SECONDS = 24 * 3600
TOKEN = re.compile(r"[A-Za-z0-9_-]{20,60}")


class MeasuredUploads(FileUploadHandler):
    """Pass over the files of a request that is larger than may be uploaded, before any is written to the disk."""

    too_large = False

    def handle_raw_input(
        self,
        input_data: Any,
        META: Mapping[str, Any],
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        self.too_large = content_length > most_bytes()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        if self.too_large:
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def most_bytes() -> int:
    """Return how large a request with a file may be: the file's limit, and a little for the form around it."""
    return (settings.SCREENING_MAX_MB << 20) + (64 << 10)


def refuse_size(content_length: str | None) -> None:
    """Refuse a request by the size it states, in one sentence."""
    if content_length and content_length.isdigit() and int(content_length) > most_bytes():
        raise Refused(
            f"The file is larger than {settings.SCREENING_MAX_MB:,} MB; screen it with `python manage.py screen`, "
            "which takes any size, or in parts."
        )


@dataclass(frozen=True)
class Upload:
    """A file that waits for its columns to be confirmed, and what was said with it."""

    token: str
    user: int
    portfolio: int
    name: str
    sha256: str
    size: int
    reason: str
    as_of: str
    watch: bool

    @property
    def path(self) -> Path:
        # Its own folder, so that messages can name the file as the customer does.
        return _folder() / self.token / _safe(self.name)

    @property
    def source(self) -> Input:
        return Input(self.name, self.sha256, self.size)

    def remove(self) -> None:
        shutil.rmtree(_folder() / self.token, ignore_errors=True)


def received(file: UploadedFile, **facts: Any) -> Upload:
    """Keep an uploaded file until its preview is confirmed."""
    _clear_up()
    name = Path(file.name or "suppliers").name[:255]
    token = secrets.token_urlsafe(24)
    folder = _folder() / token
    folder.mkdir(parents=True)
    digest, size = hashlib.sha256(), 0
    with (folder / _safe(name)).open("wb") as sink:
        for block in file.chunks(1 << 20):
            digest.update(block)
            size += len(block)
            sink.write(block)
    upload = Upload(token=token, name=name, sha256=digest.hexdigest(), size=size, **facts)
    (folder / "upload.json").write_text(json.dumps(asdict(upload)), encoding="utf-8")
    return upload


def waiting(token: str, user: int) -> Upload | None:
    """Find a file that a person uploaded; None where there is none of theirs."""
    if not TOKEN.fullmatch(token):
        return None
    try:
        upload = Upload(**json.loads((_folder() / token / "upload.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return upload if upload.user == user else None


def _safe(name: str) -> str:
    """Make a file name that no system minds and that is not the note beside it."""
    safe = re.sub(r"[^\w. ()-]+", "_", name)[-100:].strip(". ") or "suppliers"
    return f"_{safe}" if safe == "upload.json" else safe


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "uploads"


def _clear_up() -> None:
    if not _folder().is_dir():
        return
    for folder in _folder().iterdir():
        if time.time() - folder.stat().st_mtime > WAITING_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)
