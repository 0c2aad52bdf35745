"""Every setting of the service, from the environment alone. `rehab/env.py` says what is wrong with a bad one."""

from datetime import timedelta
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from redis.backoff import NoBackoff
from redis.retry import Retry

from rehab import env

BASE_DIR = Path(__file__).resolve().parent.parent
SERVICE_NAME = env.text("SERVICE_NAME", "Good Lives")

# --- What kind of running this is -------------------------------------------------------------
DEMO = env.switch("DEMO", False)  # shows the page of roles to enter as; never true with real people
SAMPLE_DATA = DEMO or env.switch("SAMPLE_DATA", False)  # installs the demo story and the volume data
DEBUG = env.switch("DEBUG", False)
SECRET_KEY = env.text("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS", [])
FIELD_KEYS = env.words("FIELD_KEYS", [SECRET_KEY] if DEMO else env.REQUIRED)  # newest first; see common/encryption.py
HTTPS = env.switch("HTTPS", not DEMO)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
BASE_URL = env.text("BASE_URL", "http://127.0.0.1:8000").rstrip("/")  # for links in messages
CLAMAV = env.machine("CLAMAV")  # the virus scanner that is asked about each file
SECURITY_CONTACT = env.text("SECURITY_CONTACT", "")  # mailto: or https:, in /.well-known/security.txt
CSRF_FAILURE_VIEW = "people.access.draft_views.page_was_old"
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", [])

# --- Apps: floors, ground first ---------------------------------------------------------------
FLOORS = ["common", "people", "lifeplans", "engagement", "providers", "budgets", "commissioning", "casework"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_htmx",
    "drf_spectacular",
    "pgtrigger",
    "phonenumber_field",
    "rest_framework",
    "simple_history",
    *FLOORS,
    "localservices",
    *(["sampledata"] if SAMPLE_DATA else []),
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "common.middleware.CompressionMiddleware",  # around all that writes pages; WhiteNoise compressed its files before
    "csp.middleware.CSPMiddleware",
    "common.middleware.RequestIdMiddleware",
    "common.middleware.CleanAddressMiddleware",
    "common.middleware.BodyLimitMiddleware",
    "people.sign_in.sessions.SignedSessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "people.sign_in.session_timeout.SessionTimeoutMiddleware",
    "people.sign_in.ways.WayInMiddleware",
    "people.sign_in.session_timeout.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "common.middleware.HtmxRedirectMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "people.administration.roles.RoleMiddleware",
    "people.sign_in.second_factor.SecondFactorMiddleware",
    "people.access.middleware.ActorMiddleware",
    "people.access.middleware.AccessLogMiddleware",
    "people.access.middleware.MovedMiddleware",
    "common.middleware.FormMiddleware",
    "common.middleware.IdempotencyMiddleware",
    "people.access.middleware.DraftMiddleware",  # within the turn that carries the form out once
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "rehab.urls"
WSGI_APPLICATION = "rehab.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "rehab.context.viewer",
            ],
            "builtins": ["common.templatetags.kit", "django.templatetags.static"],
        },
    }
]
FORM_RENDERER = "common.forms.Renderer"

# --- Database: one Postgres, three logins -----------------------------------------------------
# The web and the worker are neither owner nor superuser; only `migrate` and its like run as owner.
DATABASE_ROLE = env.choice("DATABASE_ROLE", ["web", "worker", "owner"], "web")
DATABASES = {
    "default": {
        **env.database(
            {"web": "DATABASE_URL", "worker": "DATABASE_URL_WORKER", "owner": "DATABASE_URL_OWNER"}[DATABASE_ROLE]
        ),
        "ENGINE": "common.postgres",
        "CONN_MAX_AGE": env.whole("CONN_MAX_AGE", 60),
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": True,
        "TEST": {"TEMPLATE": "template0"},
    }
}
DATABASES["default"].setdefault("OPTIONS", {})
DATABASES["default"]["OPTIONS"].setdefault("connect_timeout", 5)
# Seconds after which Postgres stops a statement, and ends a transaction in which nothing happens; and what waits for
# someone else's change is refused after three ("busy, try again").
DATABASE_SECONDS = {"web": 30, "worker": 900, "owner": 3600}[DATABASE_ROLE]
DATABASES["default"]["OPTIONS"]["options"] = " ".join(
    [
        f"-c statement_timeout={DATABASE_SECONDS}s",
        "-c lock_timeout=3s",
        f"-c idle_in_transaction_session_timeout={DATABASE_SECONDS}s",
        # Web and worker read some tables through a view of the same name (common/postgres/columns.py).
        f"-c search_path={'public' if DATABASE_ROLE == 'owner' else 'shown,public'}",
        DATABASES["default"]["OPTIONS"].get("options", ""),
    ]
).strip()

# --- Broker and cache -------------------------------------------------------------------------
REDIS_URL = env.text("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env.text("CACHE_URL", "") or REDIS_URL,  # a login of its own, which sees no queue
        "OPTIONS": {
            "serializer": "common.caching.JsonSerializer",
            "socket_connect_timeout": 2,
            "socket_timeout": 2,
            "retry": Retry(NoBackoff(), 0),
        },
    }
}
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,  # longer than the longest task
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 900
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    # UTC ticks only: each task works out from rows what is due, so clock changes neither skip nor double.
    "send-messages": {
        "task": "people.tasks.send_messages",
        "schedule": timedelta(seconds=env.whole("MESSAGE_TICK_SECONDS", 60, least=1)),
    },
    "queue-reminders": {"task": "engagement.tasks.queue_reminders", "schedule": timedelta(minutes=5)},
    "find-unusual-use": {"task": "people.tasks.find_unusual_use", "schedule": timedelta(minutes=10)},
    "finish-imports": {"task": "people.imports.tasks.finish_imports", "schedule": timedelta(minutes=5)},
    "nightly": {"task": "rehab.tasks.nightly", "schedule": timedelta(minutes=1)},
    "heartbeat": {"task": "common.tasks.heartbeat", "schedule": timedelta(seconds=30)},
}
CELERY_BEAT_SCHEDULE_FILENAME = env.text("BEAT_FILE", str(BASE_DIR / ".local" / "celerybeat-schedule"))

# --- Who is signed in -------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["people.sign_in.backends.AccountBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "people.sign_in.password_strength.PasswordStrengthValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "people.sign_in.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "phone", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 180
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_FORMS = {
    "login": "people.sign_in.forms.account.SignInForm",
    "request_login_code": "people.sign_in.forms.account.CodeForm",
    "confirm_login_code": "people.sign_in.forms.account.EnterCodeForm",
    "reset_password": "people.sign_in.forms.account.ForgotForm",
    "user_token": "people.sign_in.forms.account.ResetLinkForm",
    "reset_password_from_key": "people.sign_in.forms.account.ResetPasswordForm",
    "change_password": "people.sign_in.forms.account.ChangePasswordForm",
    "reauthenticate": "people.sign_in.forms.account.AgainForm",
}
TRUSTED_PROXIES = env.whole("TRUSTED_PROXIES", 0 if DEMO else env.REQUIRED)  # a wrong count lets limits be dodged
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
STAFF_TIMEOUT = env.whole("STAFF_TIMEOUT_MINUTES", 30, least=1) * 60
PARTICIPANT_TIMEOUT = env.whole("PARTICIPANT_TIMEOUT_MINUTES", 15, least=1) * 60  # the phone may be shared
SESSION_LONGEST = env.whole("SESSION_HOURS", 12, least=1) * 3600
QUICK_EXIT_URL = env.text("QUICK_EXIT_URL", "https://www.bbc.co.uk/weather")

# --- The second factor, and the organisation's own sign-in --------------------------------------
SECOND_FACTOR = env.switch("SECOND_FACTOR", not DEMO)  # nobody but participants goes on without one
MFA_ADAPTER = "people.sign_in.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = SERVICE_NAME
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True  # administrators keep the addresses; nobody signs up
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_FORMS = {
    "authenticate": "people.sign_in.forms.second_factor.CodeNowForm",
    "reauthenticate": "people.sign_in.forms.second_factor.CodeAgainForm",
    "authenticate_webauthn": "people.sign_in.forms.second_factor.PasskeyForm",
    "reauthenticate_webauthn": "people.sign_in.forms.second_factor.PasskeyAgainForm",
    "activate_totp": "people.sign_in.forms.second_factor.AppForm",
    "add_webauthn": "people.sign_in.forms.second_factor.AddPasskeyForm",
    "edit_webauthn": "people.sign_in.forms.second_factor.NamePasskeyForm",
}
OIDC_NAME = env.text("OIDC_NAME", "your organisation")
OIDC_URL = env.text("OIDC_URL", "").rstrip("/")
OIDC_STRENGTH = env.words("OIDC_STRENGTH", ["mfa"])  # one of these stands in a token's acr or amr
OIDC = {
    "provider_id": "organisation",
    "name": OIDC_NAME,
    "client_id": env.text("OIDC_CLIENT_ID", env.REQUIRED if OIDC_URL else ""),
    "secret": env.text("OIDC_CLIENT_SECRET", env.REQUIRED if OIDC_URL else ""),
    "settings": {"server_url": OIDC_URL},
}
SOCIALACCOUNT_ADAPTER = "people.sign_in.sso.SsoAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [OIDC] if OIDC_URL else []}}
if OIDC_URL and HTTPS and not OIDC_URL.startswith("https://"):
    env.stop("OIDC_URL must begin with https://. Correct it in the environment.")

# --- Cookies, headers, content policy ---------------------------------------------------------
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # notices name people
SESSION_ENGINE = "people.sign_in.sessions"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = SESSION_LONGEST
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|livez)$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF, "/".join(QUICK_EXIT_URL.split("/")[:3])],  # leaving is a form that is led there
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
LARGEST_BODY = 25 * 1024 * 1024  # bytes: refused unread; up to it a file is told beside its box that it is too large
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# --- Words, places, time ----------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English")]
TIME_ZONE = "Europe/London"
# Whose bank holidays are no working days: see common/working_days.py.
NATION = env.choice("NATION", ["ENGLAND_AND_WALES", "SCOTLAND", "NORTHERN_IRELAND"], "ENGLAND_AND_WALES")
USE_I18N = True
USE_TZ = True
PHONENUMBER_DEFAULT_REGION = "GB"
PHONENUMBER_DB_FORMAT = "E164"

# --- Files ------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- Messages ---------------------------------------------------------------------------------
MESSAGE_SENDER = env.choice("MESSAGE_SENDER", ["outbox", "smtp"], "outbox")
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if MESSAGE_SENDER == "smtp"
    else "django.core.mail.backends.console.EmailBackend"
)
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.whole("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_SECURITY = env.choice("EMAIL_SECURITY", ["none", "starttls", "tls"], "none" if DEMO else "starttls")
EMAIL_USE_TLS, EMAIL_USE_SSL = EMAIL_SECURITY == "starttls", EMAIL_SECURITY == "tls"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("FROM_EMAIL", "no-reply@good-lives.example")

QUIET_HOURS = env.hours("QUIET_HOURS", "21:00-08:00")  # people/messaging/quiet_hours.py
SMS_PER_MINUTE = env.whole("SMS_PER_MINUTE", 3, least=1)  # to one number
SMS_PER_DAY = env.whole("SMS_PER_DAY", 20, least=1)  # to one number
SMS_SITE_PER_DAY = env.whole("SMS_SITE_PER_DAY", 10_000, least=1)
# Whether or not anyone has the number, so that being refused tells nothing.
ACCOUNT_RATE_LIMITS = {"request_login_code": f"20/m/ip,{SMS_PER_MINUTE}/m/key,{SMS_PER_DAY}/d/key"}
SMS_SHARES = {"CODE": 50, "REMINDER": 30, "OTHER": 20}  # of SMS_SITE_PER_DAY, in a hundred
# Wrong passwords, and wrong codes of an app (people/sign_in/lockouts.py).
SIGN_IN_LIMITS = {"pair": "5/5m/key", "place": "10/m/ip", "account": "20/15m/key", "known": "10/5m/key"}
NOTIFY_API_KEY = env.text("NOTIFY_API_KEY", "")  # GOV.UK Notify, for text messages
NOTIFY_URL = env.text("NOTIFY_URL", "https://api.notifications.service.gov.uk")
NOTIFY_SMS_TEMPLATE = env.text("NOTIFY_SMS_TEMPLATE", "")

# --- Keeping in touch: thresholds, each explained in engagement/contact_pattern.py ----------------------
DRIFT_WATCH = env.number("DRIFT_WATCH", 3.1)
DRIFT_ALERT = env.number("DRIFT_ALERT", 4.4)

# --- Unusual use of records: see people/rights/unusual.py ----------------------------------------
MOST_AN_HOUR = {  # of one account
    "searches": env.whole("SEARCHES_PER_HOUR", 300, least=1),
    "suggestions": env.whole("SUGGESTIONS_PER_HOUR", 3000, least=1),  # while words are typed
    "notes": env.whole("NOTES_PER_HOUR", 60, least=1),
    "exports": env.whole("EXPORTS_PER_HOUR", 30, least=1),
}
BULK_ACCESS = env.whole("BULK_ACCESS", 40, least=1)  # people opened by one viewer in a day
MANY_REFUSALS = env.whole("MANY_REFUSALS", 5, least=1)  # of one viewer in a day
LATE_ACCESS = env.whole("LATE_ACCESS", 5, least=1)  # of one viewer in a day, after hours

# --- API --------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rehab.parsers.Parser"],
    "DEFAULT_PAGINATION_CLASS": "common.api.Page",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "rehab.api.refusals",
    "PAGE_SIZE": 25,
}
SPECTACULAR_SETTINGS = {
    "TITLE": SERVICE_NAME,
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "rehab.api.document_refusals",
    ],
    "ENUM_NAME_OVERRIDES": {"AnswerEnum": "lifeplans.models.goals.Answer"},
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
}

# --- Logs: case numbers only, never a name or a goal's text ------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request_id": {"()": "common.logs.RequestIdFilter"},
        "tokens": {"()": "common.logs.TokenFilter"},
    },
    "formatters": {"line": {"format": "{asctime} {levelname} {name} [{request_id}] {message}", "style": "{"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request_id", "tokens"]}
    },
    "loggers": {
        "fontTools": {"level": "WARNING"},
        "notifications_python_client": {"level": "ERROR"},  # its warnings repeat what Notify said of a number
        "pikepdf": {"level": "WARNING"},  # it greets at every start
        "access": {"level": "INFO" if env.switch("ACCESS_LOG", False) else "WARNING"},  # a line for each request
        "audit": {"level": "INFO"},  # each night's head is told whatever LOG_LEVEL is (people/rights/audit_chain.py)
    },
    "root": {"handlers": ["console"], "level": env.choice("LOG_LEVEL", ["DEBUG", "INFO", "WARNING", "ERROR"], "INFO")},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
