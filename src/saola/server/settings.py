"""Settings of the server, read from the workspace and the environment."""

import os
from importlib import import_module
from pathlib import Path
from typing import Any

from saola.language import LANGUAGES as _LANGUAGES
from saola.language import NAMES
from saola.server import configuration, databases, logs, secret
from saola.server.rooms import ROOMS

HOME = Path(os.environ.get("SAOLA_HOME", "saola-home"))
CONFIGURATION = configuration.read(HOME)

SECRET_KEY = secret.key(HOME)
DEBUG = False
ALLOWED_HOSTS = CONFIGURATION.allowed_hosts

INSTALLED_APPS = list(
    dict.fromkeys(
        [
            "django.contrib.contenttypes",
            "django.contrib.staticfiles",
            "django_htmx",
            "django_tasks",
            "django_tasks_db",
            *(name for room in ROOMS for name in (*room.apps, room.app)),
        ]
    )
)
MIDDLEWARE = [
    "saola.server.logs.Requests",
    "django.middleware.security.SecurityMiddleware",
    "saola.server.headers.Headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "saola.server.programs.Programs",
    "django.middleware.locale.LocaleMiddleware",
    "saola.server.languages.Speak",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    *dict.fromkeys(name for room in ROOMS for name in room.middleware),
    "saola.server.faults.Faults",
]
ROOT_URLCONF = "saola.server.urls"
WSGI_APPLICATION = "saola.server.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "saola.server.portal.templatetags.saola",
                "saola.server.registries.templatetags.registers",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                *dict.fromkeys(name for room in ROOMS for name in room.context),
            ],
        },
    }
]

DATABASES = databases.configured(HOME, CONFIGURATION.database)
DATABASE_ROUTERS = ["saola.server.databases.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

USE_TZ = True
TIME_ZONE = configuration.zone(HOME)  # of days and of what people read; stored times are UTC
LANGUAGE_CODE = CONFIGURATION.language
LANGUAGES = [(code, NAMES[code]) for code in _LANGUAGES]

# `saola serve` collects hashed and compressed copies; without them files come from the apps.
STATIC_URL = "/static/"
_CACHE = HOME / "cache"
_COLLECTED = (_CACHE / "static" / "staticfiles.json").is_file()
STATIC_ROOT = _CACHE / "static" if _COLLECTED else None
STATICFILES_DIRS = [_CACHE / "assets"] if (_CACHE / "assets").is_dir() else []
WHITENOISE_USE_FINDERS = not _COLLECTED
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
MEDIA_ROOT = HOME / "files"

# -- security -----------------------------------------------------------------------------------

_HTTPS = CONFIGURATION.https
_PREFIX = "__Host-" if _HTTPS else ""
SESSION_COOKIE_NAME = f"{_PREFIX}session"
CSRF_COOKIE_NAME = f"{_PREFIX}csrf"
LANGUAGE_COOKIE_NAME = f"{_PREFIX}language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = False  # the proxy that ends TLS redirects
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _HTTPS
SECURE_REFERRER_POLICY = None  # Headers sets it
SECURE_CROSS_ORIGIN_OPENER_POLICY = None  # Headers sets it
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
CSRF_FAILURE_VIEW = "saola.server.faults.forged"

LOGGING = logs.configured(CONFIGURATION.log)

for _room in ROOMS:
    if _room.settings:
        _module = import_module(_room.settings)
        globals().update({name: getattr(_module, name) for name in dir(_module) if name.isupper()})
