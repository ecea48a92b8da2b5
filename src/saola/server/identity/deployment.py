"""What must hold before people use a server."""

from pathlib import Path

from django.conf import settings

from saola.language import text
from saola.server.identity import settings as chosen

SECRET = 40  # characters of a secret key at least


def faults() -> list[str]:
    """List in sentences what is not safe for a public service."""
    rules = {
        "The issuer is not an https address.": chosen.SAOLA_ISSUER.startswith("https://"),
        "Set https = true in [server]: cookies are not marked as secure.": bool(
            settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE
        ),
        "Browsers are not told to keep to https for a year.": (
            settings.SECURE_HSTS_SECONDS >= 31_536_000
        ),
        "The secret key is shorter than 40 characters.": len(settings.SECRET_KEY) >= SECRET,
        "Debugging is on.": not settings.DEBUG,
        "Dynamic registration is on; it is for test tools only.": (
            not chosen.SAOLA_DYNAMIC_REGISTRATION
        ),
        "No list of breached passwords is named.": bool(chosen.SAOLA_BREACHED)
        and Path(chosen.SAOLA_BREACHED).is_file(),
        "No mail server is named: people cannot receive codes.": "smtp" in settings.EMAIL_BACKEND,
        "Administrators may sign in by password: name them in passkey_only.": (
            "administrator" in chosen.SAOLA_PASSKEY_ONLY
        ),
        "No host but this machine is named in [server].": any(
            host not in {"localhost", "127.0.0.1", "[::1]"} for host in settings.ALLOWED_HOSTS
        ),
    }
    return [text(said) for said, holds in rules.items() if not holds]
