"""Fixtures: a data folder of its own for every test, real lists where the setting names them.

Nothing is mocked but the network edge. The cast: an analyst who may look at everything.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from config.celery import app

STARTER = Path(__file__).parent.parent / "ingest" / "starter"


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    settings.ARCHIVE_DIR = tmp_path / "archive"
    settings.INDEX_DIR = tmp_path / "index"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    # Slow hashing guards real passwords; here it would be most of a test's time.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return tmp_path


@pytest.fixture(autouse=True)
def _broker() -> None:
    """Keep what is sent to workers in memory: no worker of this machine is to take up a test's work."""
    app.conf.update(broker_url="memory://", broker_transport_options={})


@pytest.fixture
def real_lists() -> Path:
    folder = os.environ.get("WATCHLINK_LISTS_DIR", "")
    if not folder or not Path(folder).is_dir():
        pytest.skip("WATCHLINK_LISTS_DIR names no folder of the publishers' real files")
    return Path(folder)


@pytest.fixture
def starter() -> Path:
    return STARTER


@pytest.fixture
def analyst(db: None) -> User:
    return User.objects.create_superuser("analyst", password="correct horse battery staple")
