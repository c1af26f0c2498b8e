"""The only settings file. Every value that differs between machines comes from the environment through a typed reader;
the defaults are the embedded column (SQLite, file queue, local files), safe for one machine on 127.0.0.1."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path
from typing import Any

import dj_database_url
from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from environs import Env

env = Env()
BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = Path(env.str("VAR_DIR", str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

PRODUCTION: bool = env.bool("PRODUCTION", False)
DEBUG: bool = env.bool("DEBUG", False)


def _secret_key() -> str:
    """The key from the environment; without one, a random key kept in var/, so that no key is ever a constant of the code."""
    given = env.str("SECRET_KEY", "")
    if given:
        return given
    if PRODUCTION:
        raise ImproperlyConfigured("SECRET_KEY must be set in production (50 random characters or more).")
    path = VAR_DIR / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text().strip() or hashlib.sha256(str(path).encode()).hexdigest()


SECRET_KEY = _secret_key()
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
BASE_URL: str = env.str("BASE_URL", "http://127.0.0.1:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [BASE_URL])

INSTALLED_APPS = [
    # ours, upper layers first, so that their templates and translations win over the libraries' below
    "home",
    "assessment",
    "certificates",
    "exams",
    "courses",
    "content",
    "people",
    "uploads",
    "notices",
    "outbox",
    "jobs",
    "audit",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "treebeard",
    "polymorphic",
    "django_filters",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "home.middleware.Health",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "home.middleware.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "home.middleware.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "people.middleware.BackToTheForm",
    "people.middleware.IdleTime",
    "people.middleware.FirstSignIn",
    "people.middleware.SecondFactor",
    "home.middleware.DeskDoor",
    "axes.middleware.AxesMiddleware",
    "home.middleware.PlainAddress",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

QUESTION_TYPES = BASE_DIR / "exams" / "types"  # a folder for each, with its templates and scripts
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "site" / "templates", *sorted(QUESTION_TYPES.glob("*/templates"))],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
                "home.context_processors.frame",
            ],
        },
    },
]

# --- database ---------------------------------------------------------------------------------------------------------
DATABASE_URL: str = env.str("DATABASE_URL", f"sqlite:///{VAR_DIR / 'db.sqlite3'}")
DATABASES: dict[str, Any] = {"default": dj_database_url.parse(DATABASE_URL)}
_database = DATABASES["default"]
USES_SQLITE = _database["ENGINE"].endswith("sqlite3")
# Several test runs may be under way on one machine; each has its own database.
_test_run = env.str("TEST_RUN", "")
if USES_SQLITE:
    # Full sync: an answer is confirmed only when it is on the disk. Immediate: a writer waits at its start, not half-way.
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;",
    }
    _database["TEST"] = {"NAME": str(VAR_DIR / f"test{_test_run}.sqlite3")}
else:
    _database["OPTIONS"] = {**_database.get("OPTIONS", {})}
    _database["DISABLE_SERVER_SIDE_CURSORS"] = True
    pool_size = env.int("DATABASE_POOL", 4)
    if pool_size:
        _database["OPTIONS"]["pool"] = {"min_size": 1, "max_size": pool_size, "timeout": 10}
    _database["TEST"] = {"NAME": f"test_grid{_test_run}"}
    _database["CONN_MAX_AGE"] = 0

# --- cache, queue -----------------------------------------------------------------------------------------------------
CACHE_URL: str = env.str("CACHE_URL", "")
if CACHE_URL:
    CACHES: dict[str, Any] = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CACHE_URL}
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "grid-eclass",
            "OPTIONS": {"MAX_ENTRIES": 2000},
        }
    }

QUEUE_DIR = VAR_DIR / "queue"
CELERY_BROKER_URL: str = env.str("CELERY_BROKER_URL", "filesystem://")
if CELERY_BROKER_URL.startswith("filesystem"):
    for _part in ("writing", "messages", "control", "processed"):
        (QUEUE_DIR / _part).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(QUEUE_DIR / "messages"),
        "data_folder_out": str(QUEUE_DIR / "writing"),
        "control_folder": str(QUEUE_DIR / "control"),
        "processed_folder": str(QUEUE_DIR / "processed"),
        "store_processed": False,
        "polling_interval": 0.25,
    }
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ALWAYS_EAGER = env.bool("CELERY_TASK_ALWAYS_EAGER", False)
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
# Schedules are named here, in one place; each task is safe to run twice.
CELERY_BEAT_SCHEDULE: dict[str, Any] = {
    "outbox-tell": {"task": "outbox.tasks.tell", "schedule": 2.0, "options": {"expires": 10}},
    "notices-deliver": {"task": "notices.tasks.deliver", "schedule": 15.0, "options": {"expires": 15}},
    "jobs-requeue": {"task": "jobs.tasks.requeue_lost_jobs", "schedule": 30.0},
    "content-editions": {"task": "content.tasks.bring_editions_into_force", "schedule": 3600.0},
    "courses-catch-up": {"task": "courses.tasks.catch_up_completions", "schedule": 86400.0},
    "courses-publish-scheduled": {"task": "courses.tasks.publish_scheduled", "schedule": 60.0},
    "exams-close-overdue": {"task": "exams.tasks.close_overdue_attempts", "schedule": 15.0},
    "certificates-render": {"task": "certificates.tasks.render_waiting", "schedule": 20.0},
    "certificates-earned": {"task": "certificates.tasks.issue_earned", "schedule": 86400.0},
    "assessment-standings": {"task": "assessment.standing.tasks.refresh_figures", "schedule": 10.0},
    "jobs-forget-files": {"task": "jobs.tasks.forget_old_files", "schedule": 3600.0},
    "people-check-audit": {"task": "people.tasks.check_audit", "schedule": 3600.0},
    "people-check-whole-audit": {
        "task": "people.tasks.check_audit",
        "schedule": crontab(minute=17, hour=3),
        "kwargs": {"full": True},
    },
    "uploads-forget-files": {"task": "uploads.tasks.forget_old_files", "schedule": 3600.0},
    "assessment-day-turned": {"task": "assessment.standing.tasks.refresh_due_standings", "schedule": 3600.0},
    "assessment-reconcile": {
        "task": "assessment.standing.tasks.reconcile_standings",
        "schedule": crontab(minute=47, hour=3),
    },
}

# --- sign-in ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "people.backends.MemberNumberOrPhone",
]
PASSWORD_HASHERS = [
    "people.hashers.Argon2idOWASP",  # m = 19 MiB, t = 2, p = 1
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "people.password_rules.NotLikeTheAccount"},
    {"NAME": "people.password_rules.LongEnough", "OPTIONS": {"min_length": 8}},
    {"NAME": "people.password_rules.NotCommon"},
    {"NAME": "people.password_rules.NotOnlyDigits"},
    {"NAME": "people.password_rules.NotOnlyBlanks"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_ADAPTER = "people.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {
    "login": "people.forms.SignInForm",
    "change_password": "people.forms.ChangePasswordForm",
    "reauthenticate": "people.forms.PasswordAgainForm",
}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
# axes counts failed sign-ins per account and address (5 in 15 minutes). These count the same account from many addresses,
# many accounts from one address (a whole office may sit behind it), and the codes of the second factor.
ACCOUNT_RATE_LIMITS = {"login_failed": "15/15m/key,200/15m/ip", "login": None, "feedback": "10/h/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("PROXY_COUNT", 0)
ACCOUNT_PREVENT_ENUMERATION = True
MFA_ADAPTER = "people.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "网格e课堂"
MFA_FORMS = {
    "authenticate": "people.forms.CodeForm",
    "reauthenticate": "people.forms.CodeAgainForm",
    "activate_totp": "people.forms.ActivateForm",
}
MFA_TOTP_TOLERANCE = 1  # phones whose clock is half a minute off
# Second factor: offered to everybody; asked of everyone with power over others when this is on.
REQUIRE_SECOND_FACTOR: bool = env.bool("REQUIRE_SECOND_FACTOR", PRODUCTION)
# Power over others does not stay open for this long at a screen that somebody has left.
IDLE_MINUTES: int = env.int("IDLE_MINUTES", 30)
AXES_HANDLER = "people.lockout.LockoutHandler"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "people.views.locked_out"
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "people.backends.attempt_name"
AXES_CLIENT_IP_CALLABLE = "people.backends.client_address"
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False

# Processes that share no cache would go on with what another one has ended or changed.
_shares_cache = bool(CACHE_URL) or env.int("WEB_PROCESSES", 1) == 1
SESSION_ENGINE = f"django.contrib.sessions.backends.{'cached_db' if _shares_cache else 'db'}"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail's preview shows our pages in a frame
if PRODUCTION:
    if DEBUG:
        raise ImproperlyConfigured("DEBUG must not be on in production: it shows code and settings to strangers.")
    if not BASE_URL.startswith("https://"):
        raise ImproperlyConfigured("BASE_URL must start with https:// in production.")
    if USES_SQLITE:
        raise ImproperlyConfigured("DATABASE_URL must name PostgreSQL in production.")
    if not CACHE_URL:
        raise ImproperlyConfigured("CACHE_URL must name Redis in production: all web processes count tries together.")
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = env.bool("SSL_REDIRECT", True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000

# --- language, time ---------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "language"
LOCALE_PATHS = [BASE_DIR / "site" / "locale", BASE_DIR / "site" / "locale_overrides"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["config.formats"]

# --- files ------------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [
    BASE_DIR / "site" / "static",
    *((f"exams/types/{found.parent.name}", found) for found in sorted(QUESTION_TYPES.glob("*/static"))),
]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
# Signed lines about the audit trail; best where those who may write the database may not write.
AUDIT_SEALS = Path(env.str("AUDIT_SEALS", str(VAR_DIR / "private" / "audit-seals.jsonl")))
PRIVATE_ROOT = VAR_DIR / "private"  # certificates, exports, uploads: only through views that ask access.py
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(PRIVATE_ROOT)}},
    "staticfiles": {"BACKEND": env.str("STATICFILES_BACKEND", "config.storage.HashedStatic")},
}
WHITENOISE_USE_FINDERS = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
UPLOAD_LIMIT_BYTES = 50 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "uploads.receiving.SizeLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# --- Wagtail ----------------------------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "网格e课堂"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAILADMIN_LOGIN_URL = "/accounts/login/"
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILADMIN_PERMITTED_LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
WAGTAIL_CONTENT_LANGUAGES = [("zh-hans", "简体中文")]
WAGTAIL_I18N_ENABLED = False
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]  # nobody here chooses among 600 English names
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILEMBEDS_FINDERS: list[dict[str, Any]] = []  # no fetches from strangers' hosts
WAGTAILADMIN_UNSAFE_PAGE_DELETION_LIMIT = 5
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "gif", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "pptx", "txt", "zip", "mp4", "webm", "mp3", "vtt"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_INLINE_CONTENT_TYPES = ["application/pdf", "video/mp4", "video/webm", "audio/mpeg", "text/vtt"]
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAIL_USAGE_COUNT_ENABLED = True

# --- the organiser and the law ----------------------------------------------------------------------------------------
DEMONSTRATION: bool = env.bool("DEMONSTRATION", not PRODUCTION)
ORGANISER: str = env.str("ORGANISER", "演示市网格化服务管理中心" if DEMONSTRATION else "")
if PRODUCTION and not ORGANISER:
    raise ImproperlyConfigured("ORGANISER must be set in production: certificates and the privacy notice name it.")
UNDERTAKER: str = env.str("UNDERTAKER", "")
TECHNICAL_SUPPORT: str = env.str("TECHNICAL_SUPPORT", "")
SUPPORT_PHONE: str = env.str("SUPPORT_PHONE", "")
RECORD_NUMBER: str = env.str("RECORD_NUMBER", "备案号：演示环境，未备案" if DEMONSTRATION else "")
REGION_CODE: str = env.str("REGION_CODE", "990000")  # GB/T 2260; 99 is no province, for the demonstration

# --- exams ------------------------------------------------------------------------------------------------------------
EXAM_GRACE_SECONDS = 30

# Mail is sent, and notices go out by mail, as soon as a server is named.
EMAIL_HOST: str = env.str("EMAIL_HOST", "")
EMAIL_PORT: int = env.int("EMAIL_PORT", 25)
EMAIL_HOST_USER: str = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD: str = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS: bool = env.bool("EMAIL_USE_TLS", False)
EMAIL_USE_SSL: bool = env.bool("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT: int = env.int("EMAIL_TIMEOUT", 20)  # seconds; a mail server that hangs holds a worker no longer
EMAIL_BACKEND: str = env.str(
    "EMAIL_BACKEND", f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "noreply@localhost")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING")},
    "loggers": {
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
        "kombu.connection": {"level": "ERROR"},  # warns that a queue of files has no host
    },
}
