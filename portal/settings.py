"""All settings of the portal, each changeable by an environment variable (docs/settings.md)."""

from __future__ import annotations

import ssl
from datetime import timedelta
from importlib.util import find_spec
from typing import Any

import bootstrap_wrapper
from whitenoise.compress import Compressor  # type: ignore[import-untyped]

from portal import env
from portal.database_settings import DATABASES as DATABASES
from portal.installed import FILES, PACKAGE, VAR
from portal.log_settings import logging_at
from portal.middleware_settings import CONTENT_SECURITY_POLICY as CONTENT_SECURITY_POLICY
from portal.middleware_settings import MIDDLEWARE as MIDDLEWARE
from portal.ngnpro_settings import *  # noqa: F403 - these are settings, too
from portal.plugins import rooms_of_plugins
from portal.schedule import schedule
from portal.sso_settings import *  # noqa: F403 - these are settings, too
from portal.subscriber_settings import *  # noqa: F403 - these are settings, too

VAR.mkdir(mode=0o700, parents=True, exist_ok=True)

DOCUMENTS = FILES / "docs"

# --- Limits of `/ready`: the least free space of PORTAL_VAR, and how long a mail or message may wait
LEAST_FREE_MB = env.number("PORTAL_LEAST_FREE_MB", 200)
QUEUE_SECONDS = env.number("PORTAL_QUEUE_SECONDS", 300)

# --- Who may read `/metrics`: programs at these networks, or with this token; nobody without either
METRICS_FROM = env.networks("PORTAL_METRICS_FROM", "")
METRICS_TOKEN = env.text("PORTAL_METRICS_TOKEN", "")

# --- `make run`: its port, whether it starts our own server, and whether a new one gets the demo platform
PORTAL_PORT = env.port("PORTAL_PORT", 8000)
RUN_SERVER = not env.text("NGNPRO_URL", "")
DEMO_PLATFORM = env.flag("PORTAL_DEMO", True)
# The logins of the demo platform, which /demo/ shows on this machine: of the first operator, and of the other roles.
DEMO_OPERATOR, DEMO_LOGINS = VAR / "demo-operator.json", VAR / "demo-logins.json"
# the parts that `make run-platform` adds
SIP_PORT = env.port("PORTAL_SIP_PORT", 5060)
SIP_RPC_PORT = env.port("PORTAL_SIP_RPC_PORT", 5062)
PDNS_PORT = env.port("PORTAL_PDNS_PORT", 5300)

DEBUG = env.flag("PORTAL_DEBUG", False)
SECRET_KEY = env.secret("PORTAL_SECRET_KEY", VAR / "secret-key")
SECRET_KEY_FALLBACKS = env.words("PORTAL_OLD_SECRET_KEYS", "")
ALLOWED_HOSTS = env.words("PORTAL_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("PORTAL_ORIGINS", "")

# --- The rooms of the portal, in the order of the menu; each is a folder with a room.py that declares it
ROOMS = [
    "portal.people",
    "portal.people.sign_in",
    "portal.people.single_sign_on",
    "portal.people.password_reset",
    "portal.people.own_sessions",
    "portal.overview",
    "portal.lists",
    "portal.watch",
    "portal.customers",
    "portal.customers.rating",
    "portal.domains",
    "portal.domains.transfer",
    "portal.accounts",
    "portal.accounts.own",
    "portal.accounts.calls",
    "portal.accounts.voicemail",
    "portal.accounts.contacts",
    "portal.accounts.forwarding",
    "portal.accounts.phones",
    "portal.accounts.programs",
    "portal.accounts.calling",
    "portal.accounts.rating",
    "portal.accounts.presence",
    "portal.accounts.tracing",
    "portal.aliases",
    "portal.vouchers",
    "portal.enum",
    "portal.enum.numbers",
    "portal.enum.ranges",
    "portal.dns",
    "portal.dns.zones",
    "portal.dns.records",
    "portal.dns.forwards",
    "portal.lcr",
    "portal.lcr.routes",
    "portal.lcr.carriers",
    "portal.lcr.gateways",
    "portal.lcr.rules",
    "portal.lcr.peers",
    "portal.lcr.simulator",
    "portal.lcr.samples",
    "portal.lcr.lint",
    "portal.proxies",
    "portal.statistics",
    "portal.jobs",
    "portal.journal",
    "portal.mail",
    "portal.mail.outbox",
    "portal.mail.templates",
    "portal.mail.send",
    "portal.mail.letters",
    "portal.people.operators",
    "portal.people.locks",
    "portal.people.own",
    "portal.people.tokens",
    "portal.webhooks",
    "portal.api",
    "portal.people.account",
    "portal.help",
    "portal.sip_settings",
    "portal.brand",
    "portal.enrolment",
    "portal.running",
    *rooms_of_plugins(),
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "portal.core",
    *[room for room in ROOMS if find_spec(f"{room}.apps")],
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [FILES / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "portal.core.navigation.shell",
                "portal.brand.services.shown_brand",
            ],
            "builtins": ["portal.core.templatetags.portal", "portal.core.templatetags.fixed"],
            # In place of Django's, and computed once (docs/benchmarks.md).
            "libraries": dict.fromkeys(("i18n", "static"), "portal.core.templatetags.fixed"),
        },
    }
]
# "Several libraries have the same name": TEMPLATES replaces Django's i18n and static on purpose.
SILENCED_SYSTEM_CHECKS = ["templates.W003"]
FORM_RENDERER = "portal.core.drawing.FormRenderer"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES: dict[str, dict[str, Any]] = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
REDIS_PORT = env.port("PORTAL_REDIS_PORT", 6390)
if REDIS_URL := env.text("PORTAL_REDIS_URL", ""):
    SOON = {"socket_connect_timeout": 1, "socket_timeout": 1}
    CACHES = {"default": {"BACKEND": "portal.core.cache.ForgivingCache", "LOCATION": REDIS_URL, "OPTIONS": SOON}}

# --- Signing in
AUTH_USER_MODEL = "operators.Operator"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "portal.core.passwords.PolicyValidator"}]
LOGIN_URL = "people:sign_in:sign-in"
LOGIN_REDIRECT_URL = "overview:home"
LOGOUT_REDIRECT_URL = "people:sign_in:sign-in"
SIGN_IN_TRIES = int(env.number("PORTAL_SIGN_IN_TRIES", 5))
SIGN_IN_TRIES_PER_SOURCE = int(env.number("PORTAL_SIGN_IN_TRIES_PER_SOURCE", 100))
SIGN_IN_TRIES_PER_NAME = int(env.number("PORTAL_SIGN_IN_TRIES_PER_NAME", 20))
SIGN_IN_PAUSE = timedelta(minutes=env.number("PORTAL_SIGN_IN_PAUSE_MINUTES", 2))
REQUIRE_SECOND_FACTOR = env.flag("PORTAL_REQUIRE_SECOND_FACTOR", False)
REQUIRE_SECOND_FACTOR_OF_RESELLERS = env.flag("PORTAL_REQUIRE_SECOND_FACTOR_OF_RESELLERS", False)
# How long a correct password is remembered before changes ask for it again: ten minutes at most.
CONFIRMATION_SECONDS = 60 * min(max(env.number("PORTAL_CONFIRMATION_MINUTES", 5), 0), 10)
PROXIES = int(env.number("PORTAL_PROXIES", 0))

SESSION_COOKIE_NAME = "portal-session"
SESSION_COOKIE_AGE = int(env.number("PORTAL_SESSION_HOURS", 10) * 3600)
WALL_DAYS = round(env.number("PORTAL_WALL_DAYS", 7))
SESSION_IDLE_MINUTES = env.number("PORTAL_SESSION_IDLE_MINUTES", 60)
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "portal.people.sessions"
CSRF_COOKIE_NAME = "portal-csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.core.error_pages.csrf_failure_page"

# --- The API: where it is, and how many requests a token may make in a minute
API_PATH = "/api/v1/"
API_REQUESTS = int(env.number("PORTAL_API_REQUESTS", 600))
# Whether assistants may use the API by the Model Context Protocol, and the token of the one on this machine.
MCP, MCP_TOKEN = env.flag("PORTAL_MCP", False), env.text("PORTAL_MCP_TOKEN", "")
# The networks besides public addresses that webhooks may lead into, and the days that their messages are stored.
WEBHOOK_NETWORKS = env.networks("PORTAL_WEBHOOK_NETWORKS", "")
WEBHOOK_DAYS = int(env.number("PORTAL_WEBHOOK_DAYS", 30))

# --- Web security
TLS = env.flag("PORTAL_TLS", False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TLS
SECURE_SSL_REDIRECT = TLS
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = TLS
# The beginning of links in mails; the Host header of requests is never used for that.
PORTAL_URL = env.web_address("PORTAL_URL", env.usual_address(ALLOWED_HOSTS, TLS, PORTAL_PORT))
if env.flag("PORTAL_BEHIND_TLS_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440

# --- Language
LANGUAGES = [("en", "English"), ("nl", "Nederlands"), ("de", "Deutsch"), ("es", "Español"), ("ro", "Română")]
LANGUAGE_CODE = "en"  # of commands and logs
# Of pages and mails for people who have chosen none, and whose browser and reseller ask for none of these.
DEFAULT_LANGUAGE = env.one_of("PORTAL_LANGUAGE", "en", [code.upper() for code, _name in LANGUAGES]).lower()
LANGUAGE_COOKIE_NAME = "portal-language"
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = env.time_zone("PORTAL_TIME_ZONE", "UTC")
FORMAT_MODULE_PATH = "portal.formats"
USE_I18N = USE_TZ = True

# --- Static files
STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [FILES / "static", ("bootstrap", bootstrap_wrapper.get_bootstrap_css_dir())]
STATICFILES_FINDERS = [f"django.contrib.staticfiles.finders.{one}Finder" for one in ("FileSystem", "AppDirectories")]
STATICFILES_FINDERS += ["portal.core.typeface.TypefaceFinder"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# Maps of style sheets are read by developers only, and compressing them takes longer than all the rest.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")

# --- Mail: to a folder that operators can read in the portal, or to a server
MAIL_FOLDER = env.path("PORTAL_MAIL_FOLDER", VAR / "mail")
EMAIL_HOST = env.text("PORTAL_SMTP_HOST", "")
EMAIL_USE_SSL = env.flag("PORTAL_SMTP_TLS", False)
EMAIL_PORT = env.port("PORTAL_SMTP_PORT", 465 if EMAIL_USE_SSL else 25)
EMAIL_HOST_USER = env.text("PORTAL_SMTP_USERNAME", "")
EMAIL_HOST_PASSWORD = env.text("PORTAL_SMTP_PASSWORD", "")
# Mails contain passwords: by default, only a mail server on this machine gets them without encryption.
EMAIL_USE_TLS = env.flag("PORTAL_SMTP_STARTTLS", not EMAIL_USE_SSL and not env.is_this_machine(EMAIL_HOST))
SMTP_CA_FILE = env.text("PORTAL_SMTP_CA_FILE", "")
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = (
    "portal.mail.outbox.smtp.EmailBackend" if EMAIL_HOST else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = str(MAIL_FOLDER)
DEFAULT_FROM_EMAIL = env.text("PORTAL_MAIL_FROM", "NGNPro portal <noreply@localhost>")
MAIL_REPLY_TO = env.text("PORTAL_MAIL_REPLY_TO", "")
# How many verified domains a reseller may send mails from; with 0, all mails have the portal's address.
MAIL_SENDER_DOMAINS = int(env.number("PORTAL_MAIL_SENDER_DOMAINS", 0))
LETTER_FONT = env.text("PORTAL_LETTER_FONT", "")
MAIL_PER_RECIPIENT = int(env.number("PORTAL_MAIL_PER_RECIPIENT", 30))
MAIL_PER_RESELLER_HOUR = int(env.number("PORTAL_MAIL_PER_RESELLER_HOUR", 0))
MAIL_PER_RESELLER_DAY = int(env.number("PORTAL_MAIL_PER_RESELLER_DAY", 0))
MAIL_SECRET_LIFETIME = timedelta(hours=env.number("PORTAL_MAIL_SECRET_HOURS", 24))
MAIL_GATHER = timedelta(minutes=env.number("PORTAL_MAIL_GATHER_MINUTES", 15))
MAIL_KEEP = timedelta(days=env.number("PORTAL_MAIL_DAYS", 90))
MAIL_SWEEP_SECONDS = env.number("PORTAL_MAIL_SWEEP_SECONDS", 30)
MAIL_WAKE_AGAIN = timedelta(seconds=2 * MAIL_SWEEP_SECONDS)
# A worker that has not stored the result of a mail within this time counts as lost; more than a slow mail server needs.
MAIL_STALE = timedelta(seconds=env.number("PORTAL_MAIL_STALE_SECONDS", 300))

# --- The journal: how many days entries are stored, 0 for no limit
JOURNAL_CHECK_SECONDS = 60.0
JOURNAL_ARCHIVE = env.text("PORTAL_JOURNAL_ARCHIVE", "")
JOURNAL_DAYS = int(env.number("PORTAL_JOURNAL_DAYS", 400))

# --- Backups: the folder for one each night, how many are kept there, and the public keys of those who can read them
BACKUP_FOLDER = env.text("PORTAL_BACKUP_FOLDER", "")
BACKUP_KEEP = int(env.number("PORTAL_BACKUP_KEEP", 14))
BACKUP_RECIPIENTS = env.words("PORTAL_BACKUP_RECIPIENTS", "")

# --- Celery: with Redis if it is configured, else with a queue in a file
QUEUE_FILE = VAR / "queue.sqlite3"
CELERY_BROKER_URL = REDIS_URL or f"sqlite://{QUEUE_FILE}"
# A Redis that hangs, or a connection that a firewall has forgotten, is given up as a connection that broke is.
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
    "socket_connect_timeout": 3,
    "socket_timeout": 10,
    "socket_keepalive": True,
}
if REDIS_URL.startswith("rediss:"):
    CELERY_BROKER_USE_SSL = {"ssl_cert_reqs": ssl.CERT_REQUIRED}  # kombu would accept any certificate
if not REDIS_URL:
    CELERY_BROKER_TRANSPORT = "portal.broker.transport:QueueTransport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {"file": str(QUEUE_FILE)}
# A worker waits for its broker without limit. A page does not: a sweep finds the mails that it could not announce.
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
# A worker takes no more messages than it works on: those in reserve would wait while other workers are free.
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# In memory: a scheduler with a file exits without notice if it cannot write it. Rare tasks run at fixed hours.
# With Redis, several workers may have a scheduler: one of them starts tasks at a time.
CELERY_BEAT_SCHEDULER = "portal.broker.turns:TurnScheduler"
CELERY_BEAT_SCHEDULE = schedule(mail_sweep=MAIL_SWEEP_SECONDS, journal_check=JOURNAL_CHECK_SECONDS)
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_TIME_LIMIT = 300
# --- Jobs: how many tasks work on them at once, how many rows each takes at a time, how many calls each makes at once
# if NGNPro takes no batches, how long it works on one job before the next one's turn, and after what time another takes
# over what a killed one has begun
JOB_WORKERS = int(env.number("PORTAL_JOB_WORKERS", 2))
JOB_ROWS = int(env.number("PORTAL_JOB_ROWS", 200))
JOB_CALLS = int(env.number("PORTAL_JOB_CALLS", 4))
JOB_SLICE_SECONDS = env.number("PORTAL_JOB_SLICE_SECONDS", 5)
JOB_CLAIM_SECONDS = env.number("PORTAL_JOB_CLAIM_SECONDS", 60)

# --- DNS: the name servers to query for numbers; empty for those of this machine
DNS_RESOLVERS = env.words("PORTAL_DNS_RESOLVERS", "")
DNS_PORT = env.port("PORTAL_DNS_PORT", 53)

LOGGING = logging_at(
    env.one_of("PORTAL_LOG_LEVEL", "INFO", ("ERROR", "WARNING", "INFO", "DEBUG")),
    env.one_of("PORTAL_LOG_FORMAT", "LINE", ("LINE", "JSON")).lower(),
)
