"""Settings that sign-in adds to the server's."""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from saola.server.identity import configuration

_HOME = Path(os.environ.get("SAOLA_HOME", "saola-home"))
_SET = configuration.read(_HOME)

SAOLA_ISSUER = _SET.issuer
SAOLA_BREACHED = _SET.breached
SAOLA_PERSONS = _SET.persons
SAOLA_NUMBERS = _SET.numbers
SAOLA_PROXIES = _SET.proxies
SAOLA_PASSKEY_ONLY = _SET.passkey_only
SAOLA_DYNAMIC_REGISTRATION = _SET.dynamic_registration

AUTH_USER_MODEL = "identity.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "account_home"
LOGOUT_REDIRECT_URL = "signed_out"
PASSWORD_HASHERS = ["saola.server.identity.passwords.Argon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    # NIST SP 800-63B-4, section 3.1.1.2: 15 characters where a password may stand alone.
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "saola.server.identity.passwords.Breached"},
]

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
CACHES = {
    "default": {
        "BACKEND": "saola.server.identity.cache.Cache",
        "LOCATION": "identity_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

ACCOUNT_ADAPTER = "saola.server.identity.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "saola.server.identity.forms.Name"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True  # after a second factor, where the account has one
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(SAOLA_ISSUER).scheme
ACCOUNT_RATE_LIMITS = {"login": "600/m/ip", "login_failed": "30/m/ip,5/300s/key"}

MFA_ADAPTER = "saola.server.identity.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_FORMS = {
    "add_webauthn": "saola.server.identity.passkeys.AddPasskey",
    "edit_webauthn": "saola.server.identity.passkeys.NamePasskey",
    "signup_webauthn": "saola.server.identity.passkeys.FirstPasskey",
    "activate_totp": "saola.server.identity.codes.AddApp",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = "Saola"
# A passkey holds no secret that can be guessed: this limit only guards the processor, and many
# people share one address behind the gateways of mobile networks.
MFA_RATE_LIMITS = {"webauthn_login": "6000/m/ip"}

DEFAULT_FROM_EMAIL = _SET.sender
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = _HOME / "files" / "mail"
if _SET.mail:
    _MAIL = urlsplit(_SET.mail)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = _MAIL.hostname or ""
    EMAIL_PORT = _MAIL.port or (465 if _MAIL.scheme == "smtps" else 587)
    EMAIL_HOST_USER = unquote(_MAIL.username or "")
    EMAIL_HOST_PASSWORD = unquote(_MAIL.password or "")
    EMAIL_USE_SSL = _MAIL.scheme == "smtps"
    EMAIL_USE_TLS = not EMAIL_USE_SSL
