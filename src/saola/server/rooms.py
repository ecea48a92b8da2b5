"""The rooms of the server: each app joins with one line in `ROOMS`.

A room brings its own addresses, tables, navigation and parts; the settings and the root addresses
are put together from this table. The order is that of the navigation.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One link of the navigation.

    Attributes:
        label: An English sentence, translated when shown.
        to: The name of an address that takes no argument, such as `ranking`.
    """

    label: str
    to: str


@dataclass(frozen=True)
class Room:
    """One app of the server.

    Attributes:
        app: The dotted name of its package, a Django app.
        urls: A module of addresses under the language: `/vi/…`.
        root_urls: A module of addresses without a language, such as an API.
        programs: Beginnings of addresses that only programs ask, `server.programs` answers them.
        database: The database of its tables, a key of `databases.FILES`.
        apps: Other Django apps it needs, installed before it.
        middleware: Middleware it needs, run after the house's own.
        context: Context processors it needs.
        settings: A module whose upper-case names join the settings.
        nav: Links in the head of every page.
        account: Links at the end of the head, where people look for their own affairs.
    """

    app: str
    urls: str = ""
    root_urls: str = ""
    programs: tuple[str, ...] = ()
    database: str = "default"
    apps: tuple[str, ...] = ()
    middleware: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    settings: str = ""
    nav: tuple[Entry, ...] = ()
    account: tuple[Entry, ...] = ()


ROOMS: tuple[Room, ...] = (
    Room(
        "saola.server.identity",
        urls="saola.server.identity.urls",
        root_urls="saola.server.identity.provider.urls",
        apps=(
            "saola.server.identity",  # before allauth: its templates come first
            "django.contrib.auth",
            "django.contrib.sessions",
            "django.contrib.messages",
            "django.contrib.humanize",
            "allauth",
            "allauth.account",
            "allauth.mfa",
        ),
        middleware=(
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "allauth.account.middleware.AccountMiddleware",
            "saola.server.identity.middleware.FormAction",
        ),
        context=(
            "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
        ),
        settings="saola.server.identity.settings",
        account=(Entry("My account", "account_home"),),
    ),
    Room(
        "saola.server.registries",
        urls="saola.server.registries.urls",
        root_urls="saola.server.registries.root_urls",
        programs=("/data/",),
        account=(Entry("Registers", "desk"),),
    ),
    Room(
        "saola.server.population",
        urls="saola.server.population.urls",
        database="population",
    ),
    Room(
        "saola.server.land",
        urls="saola.server.land.urls",
        root_urls="saola.server.land.root_urls",
        database="land",
    ),
    Room(
        "saola.server.demo",
        urls="saola.server.demo.urls",
        context=("saola.server.demo.playing.told",),
    ),
    Room(
        "saola.server.portal",
        urls="saola.server.portal.urls",
        root_urls="saola.server.portal.root_urls",
        nav=(
            Entry("Home", "home"),
            Entry("Ranking", "ranking"),
            Entry("Map", "map"),
            Entry("Who is left behind", "gaps"),
            Entry("Compare", "compare"),
            Entry("Plans", "plans"),
            Entry("Indicators", "indicators"),
            Entry("How sure is it?", "uncertainty"),
            Entry("Method", "method"),
            Entry("Data", "data"),
        ),
    ),
)
