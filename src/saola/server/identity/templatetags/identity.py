"""What pages of the account say: `{% affairs as links %}`, and a device in words."""

from dataclasses import dataclass

from django import template
from django.http import HttpRequest
from django.template import Context
from django.urls import reverse

from saola.language import text
from saola.server.identity import rights
from saola.server.identity.models import Account

register = template.Library()

# Names stand in this order: later ones are also part of what earlier ones say of themselves.
BROWSERS = {
    "coc_coc": "Cốc Cốc",
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}

PAGES = (
    ("account_home", "Overview", ""),
    ("mfa_index", "Ways to sign in", ""),
    ("account_email", "E-mail address", ""),
    ("organisations", "Organisations", ""),
    ("people", "People and rights", "administrator"),
    ("clients", "Services", "clients"),
    ("proof", "Check a person's document", "proof"),
    ("organisation_approvals", "Approve organisations", "proof"),
    ("audit", "Audit log", "auditor"),
)


@dataclass(frozen=True)
class Link:
    """One page of the account: what it is called, where it is, whether it is this one."""

    label: str
    path: str
    current: bool


@register.simple_tag(takes_context=True)
def affairs(context: Context) -> list[Link]:
    """List the pages of the account; those of officers only to whom they open."""
    request = context.get("request")
    if not isinstance(request, HttpRequest) or not isinstance(request.user, Account):
        return []
    tasks = set(rights.living(request.user).values_list("task", flat=True))
    open_here = [(reverse(name), said) for name, said, task in PAGES if not task or task in tasks]
    fitting = [path for path, _ in open_here if request.path.startswith(path)]
    here = max(fitting, key=len, default="")
    return [Link(text(said), path, path == here) for path, said in open_here]


@register.filter
def device(agent: str) -> str:
    """Say in words with what a person signed in: the browser and where it runs."""
    browser = next((name for mark, name in BROWSERS.items() if mark in agent), "")
    system = next((name for mark, name in SYSTEMS.items() if mark in agent), "")
    if browser and system:
        return text("{browser} on {system}", browser=browser, system=system)
    return browser or system or agent[:40] or "–"
