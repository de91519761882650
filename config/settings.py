"""Settings: defaults run on a laptop, the environment turns the same code into production."""

from __future__ import annotations

import re
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static

from config.environment import boolean, env, fraction, integer, laptop_secret, secret, words
from config.navigation import SIDEBAR

BASE_DIR = Path(__file__).resolve().parent.parent

_version = re.search(r"^## v(\S+)", (BASE_DIR / "CHANGELOG.md").read_text(), re.MULTILINE)
if _version is None:
    raise ImproperlyConfigured("CHANGELOG.md names no version.")
VERSION = _version.group(1)

# Everything the program writes: database, archive of raw files, index, broker.
DATA_DIR = Path(env.str("WATCHLINK_DATA_DIR", default=str(BASE_DIR / "var")))
# Accepted and refused raw files, gzipped, named by their SHA-256.
ARCHIVE_DIR = DATA_DIR / "archive"
# The matching index, one file per state of the record.
INDEX_DIR = DATA_DIR / "index"
# The small hand-typed excerpts that `make run` loads.
STARTER_DIR = BASE_DIR / "ingest" / "starter"
# Whole tables of small lists that no publisher offers as a file, typed and cited.
CURATED_DIR = BASE_DIR / "ingest" / "curated"

# production: refuses to start without a secret key and allowed hosts, and asks for https.
ENVIRONMENT = env.str("WATCHLINK_ENVIRONMENT", default="laptop")
if ENVIRONMENT not in {"laptop", "production"}:
    raise ImproperlyConfigured(f"WATCHLINK_ENVIRONMENT must be laptop or production, not {ENVIRONMENT!r}.")
PRODUCTION = ENVIRONMENT == "production"

DEBUG = boolean("DEBUG", default=False)
SECRET_KEY = secret("SECRET_KEY")
ALLOWED_HOSTS = words("ALLOWED_HOSTS", default=[] if PRODUCTION else ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = words("CSRF_TRUSTED_ORIGINS", default=[])
if PRODUCTION and not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY or SECRET_KEY_FILE must be set in production.")
if PRODUCTION and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts that serve Watchlink in production.")
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("DEBUG must be off in production.")
SECRET_KEY = SECRET_KEY or laptop_secret(DATA_DIR / "secret_key")

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "entities",
    "ingest",
    "screening",
    "api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# SQLite in write-ahead mode by default: readers do not wait for an ingest. postgres://… for production.
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'watchlink.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True
DATE_FORMAT = "Y-m-d"
DATETIME_FORMAT = "Y-m-d H:i"
FORMAT_MODULE_PATH = ["config.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# On a laptop static files come straight from the apps, with no collectstatic.
WHITENOISE_USE_FINDERS = not PRODUCTION
if not PRODUCTION:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)

# Without REDIS_URL tasks travel through files under DATA_DIR: no server to install.
REDIS_URL = env.str("REDIS_URL", default="")
_BROKER_DIR = DATA_DIR / "broker"
if not REDIS_URL:
    _BROKER_DIR.mkdir(parents=True, exist_ok=True)
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {}
    if REDIS_URL
    else {
        "data_folder_in": str(_BROKER_DIR),
        "data_folder_out": str(_BROKER_DIR),
        "control_folder": str(_BROKER_DIR / "control"),
    }
)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
# When what runs is kept in the database and edited under Schedule.
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
# What must run besides what an operator schedules; the scheduler writes these rows when it starts.
CELERY_BEAT_SCHEDULE = {
    "resume screenings": {
        "task": "screening.tasks.resume_screenings",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "watch portfolios": {
        "task": "screening.tasks.watch_portfolios",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "send what is due": {
        "task": "screening.tasks.send_due",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "write digests": {
        "task": "screening.tasks.write_digests",
        "schedule": 86_400.0,
        "options": {"expires": 3_600},
    },
    "cross-references": {
        "task": "screening.tasks.cross_reference",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
}
# No result is kept, so none needs to be cleared up by a task of its own.
CELERY_RESULT_EXPIRES = None

# Scores below this are not shown unless a caller asks: two alerts in 1,000 clean companies (docs/benchmarks.md).
MATCH_THRESHOLD = fraction("MATCH_THRESHOLD", default=0.80)
# From this score on, two rows that describe a company are read as the same party.
SAME_PARTY_THRESHOLD = fraction("SAME_PARTY_THRESHOLD", default=0.95)
# Queries in one POST /match; more is a client's mistake, not a bigger machine's work.
MATCH_MAX_BATCH = integer("MATCH_MAX_BATCH", default=100, minimum=1)
# Largest file accepted from a publisher or a folder, after decompression, in MiB.
INGEST_MAX_MB = integer("INGEST_MAX_MB", default=512, minimum=1)
# The same for a company register, whose tables are larger: GLEIF's has about 5 GiB. Loading takes as much room again
# among the temporary files (TMPDIR).
INGEST_REGISTER_MAX_MB = integer("INGEST_REGISTER_MAX_MB", default=16_384, minimum=1)
# What decides that a register's company may be on a list: ingest asks for it by name, because it knows no matching.
TOUCHES_A_LIST = "screening.touching.touches_a_list"
# Largest file of suppliers that is uploaded, in MiB, and most rows of one; the command line takes any number.
SCREENING_MAX_MB = integer("SCREENING_MAX_MB", default=500, minimum=1)
SCREENING_MAX_ROWS = integer("SCREENING_MAX_ROWS", default=200_000, minimum=1)
FILE_UPLOAD_HANDLERS = [
    "screening.uploading.MeasuredUploads",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# What a workbook of suppliers may unpack to, in MiB.
SCREENING_MAX_UNPACKED_MB = integer("SCREENING_MAX_UNPACKED_MB", default=2_048, minimum=1)
# After how many seconds the rows that a worker took and did not finish are given to another one.
SCREENING_LEASE = integer("SCREENING_LEASE", default=120, minimum=1)
# Are new rows of the schedule switched on? Rows that exist already are switched under Schedule.
INGEST_SCHEDULE = boolean("INGEST_SCHEDULE", default=PRODUCTION)
# Who gets a letter when a background run is held, refused or fails, and when the server fails; none by default.
ADMINS = [("Watchlink", address) for address in words("ALERT_EMAILS", default=[])]
# The mail server, such as smtp+tls://user:password@mail.example:587, and the sender of those letters.
vars().update(env.email_url("EMAIL_URL", default="smtp://localhost:25"))
SERVER_EMAIL = env.str("ALERT_SENDER", default="watchlink@localhost")
EMAIL_SUBJECT_PREFIX = "[Watchlink] "
EMAIL_TIMEOUT = 30
# Hosts of our own network that webhooks may call, plain http included; all other private addresses are refused.
WEBHOOK_PRIVATE_HOSTS = words("WEBHOOK_PRIVATE_HOSTS", default=[])
# May callers without a key read the API? On a laptop yes, in production only if you say so.
API_ANONYMOUS = boolean("API_ANONYMOUS", default=not PRODUCTION)
# How often one address without a key may ask, per minute and web worker. Keys are not slowed down.
API_ANONYMOUS_PER_MINUTE = integer("API_ANONYMOUS_PER_MINUTE", default=600, minimum=1)
# Proxies in front of us that add X-Forwarded-For; 0 believes no such header.
API_PROXIES = integer("API_PROXIES", default=1 if PRODUCTION else 0)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "api.authentication.KeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["api.authentication.MayRead"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "api.pagination.CursorPages",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "api.exceptions.problem",
    "DEFAULT_THROTTLE_CLASSES": ["api.authentication.AnonymousThrottle"],
    "NUM_PROXIES": API_PROXIES,
    # There is one format, so `?format=` is an unknown parameter like any other.
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Watchlink",
    "DESCRIPTION": "Does this company touch a government list, directly or through ownership, on this day?",
    "VERSION": VERSION,
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SORT_OPERATIONS": False,
    "ENUM_NAME_OVERRIDES": {
        "PartySchema": "entities.choices.Schema",
        "DatasetKind": "entities.choices.DatasetKind",
        "NameKind": "entities.choices.NameKind",
        "MeasureKind": "entities.choices.MeasureKind",
        "OwnershipKind": "entities.choices.OwnershipKind",
        "Identity": "screening.choices.Identity",
        "Standing": "screening.choices.Standing",
        "PartnershipKind": "entities.choices.PartnershipKind",
        "VersionStatus": "entities.choices.VersionStatus",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
if PRODUCTION:
    SECURE_SSL_REDIRECT = boolean("SECURE_SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = integer("SECURE_HSTS_SECONDS", default=31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True


UNFOLD = {
    "SITE_TITLE": "Watchlink",
    "SITE_HEADER": "Watchlink",
    "SITE_SUBHEADER": "Lists, owners, evidence",
    "SITE_SYMBOL": "fact_check",
    "SITE_URL": None,
    "SHOW_HISTORY": True,
    "COLORS": {
        "primary": {
            "50": "#eff6ff",
            "100": "#dbeafe",
            "200": "#bfdbfe",
            "300": "#93c5fd",
            "400": "#60a5fa",
            "500": "#3b82f6",
            "600": "#1d4ed8",
            "700": "#1e40af",
            "800": "#1e3a8a",
            "900": "#172554",
            "950": "#0f172a",
        },
    },
    "STYLES": [lambda request: static("screening/watchlink.css")],
    "DASHBOARD_CALLBACK": "screening.pages.home",
    "SIDEBAR": SIDEBAR,
}
