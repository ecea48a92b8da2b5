import json
import logging
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client

from saola.errors import InputError
from saola.server import configuration, databases, headers, languages, logs, secret
from saola.server.portal import ahead, reading


def test_health_names_every_part(client: Client) -> None:
    """`/health` answers 200 and lists each database and the workspace."""
    body = client.get("/health").json()

    assert "ok" == body["status"]
    assert {f"database {name}" for name in databases.FILES} | {"workspace"} == set(body["parts"])


@pytest.mark.parametrize(("asked", "expected"), [("vi", "/vi/"), ("fr-CA", "/fr/"), ("de", "/en/")])
def test_root_sends_to_the_browsers_language(client: Client, asked: str, expected: str) -> None:
    """The address without a language leads to the language the browser asks for, else English."""
    assert expected == client.get("/", headers={"accept-language": asked})["Location"]


def test_every_answer_carries_the_strict_policy(client: Client) -> None:
    """Pages, errors and machine answers carry the same policy, which allows nothing inline."""
    answers = [client.get(path) for path in ("/en/", "/health", "/en/nothing-here")]

    assert {headers.STRICT} == {answer[headers.CSP] for answer in answers}
    assert "unsafe" not in headers.STRICT


def test_a_view_may_widen_the_policy_by_one_directive() -> None:
    """An embed may be framed while all else stays forbidden."""
    assert headers.STRICT.replace("frame-ancestors 'none'", "frame-ancestors *") == headers.policy(
        frame_ancestors="*"
    )


def test_unknown_address_is_a_page_or_an_envelope(client: Client) -> None:
    """People get a page in their language, programs get `{"error": …}`."""
    page = client.get("/fr/rien-ici")
    envelope = client.get("/en/nothing.json")

    assert (404, "text/html; charset=utf-8") == (page.status_code, page["Content-Type"])
    assert 'lang="fr"' in page.content.decode()
    assert (404, "not-found") == (envelope.status_code, envelope.json()["error"]["code"])


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/vi/ranking/?year=2024", "/fr/ranking/?year=2024"),
        ("/en/", "/fr/"),
        ("/", "/fr/"),
        ("/health", "/fr/health"),
    ],
)
def test_switching_language_keeps_the_view(path: str, expected: str) -> None:
    """Only the language at the head of the address changes."""
    assert expected == languages.moved(path, "fr")


def test_secret_key_is_made_once_and_kept_private(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key is stable over restarts and readable by its owner alone."""
    monkeypatch.delenv("SAOLA_SECRET_KEY", raising=False)
    first = secret.key(tmp_path)

    assert first == secret.key(tmp_path)
    assert 0o600 == stat.S_IMODE((tmp_path / secret.NAME).stat().st_mode)
    assert [secret.NAME] == [file.name for file in tmp_path.iterdir()]


def test_settings_come_from_the_workspace_then_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`saola.toml` is read first; the environment wins."""
    text = '[server]\nlanguage = "vi"\nhttps = true\nhosts = ["a.example"]\n'
    (tmp_path / "saola.toml").write_text(text)
    monkeypatch.setenv("SAOLA_HOSTS", "b.example")
    read = configuration.read(tmp_path)

    assert ("vi", True, ("b.example",)) == (read.language, read.https, read.hosts)


def test_unknown_setting_is_named(tmp_path: Path) -> None:
    """A key that nobody reads is an error, not silence."""
    (tmp_path / "saola.toml").write_text("[server]\nport = 1\n")

    with pytest.raises(InputError) as error:
        configuration.read(tmp_path)
    assert ("server-setting-unknown", "port") == (error.value.code, error.value.found)


@pytest.mark.parametrize(
    "setting",
    ['hosts = "a.example"', 'https = "false"', 'language = "de"', 'log = "loud"', "database = 5"],
)
def test_a_setting_that_does_not_fit_is_named(tmp_path: Path, setting: str) -> None:
    """A text in the place of a list or a flag is refused, not guessed at."""
    (tmp_path / "saola.toml").write_text(f"[server]\n{setting}\n")

    with pytest.raises(InputError) as error:
        configuration.read(tmp_path)
    assert ("server-setting-malformed", setting.partition(" ")[0]) == (
        error.value.code,
        error.value.found,
    )


def test_settings_may_come_from_any_editor(tmp_path: Path) -> None:
    """A byte order mark is passed over; what is no TOML is named."""
    (tmp_path / "saola.toml").write_text('\ufeff[server]\nlanguage = "vi"\n', encoding="utf-8")
    assert "vi" == configuration.read(tmp_path).language

    (tmp_path / "saola.toml").write_text("[server\n")
    with pytest.raises(InputError) as error:
        configuration.read(tmp_path)
    assert "toml-malformed" == error.value.code


def test_sqlite_files_are_durable_and_wait(server: Path) -> None:
    """Every file has WAL, full sync and a busy timeout of five seconds."""
    for name, file in databases.FILES.items():
        with connections[name].cursor() as cursor:
            found = [
                cursor.execute(f"PRAGMA {word}").fetchone()[0]
                for word in ("journal_mode", "synchronous", "busy_timeout")
            ]
        assert ["wal", 2, 5000] == found
        assert (server / "db" / f"{file}.sqlite3").is_file()
        assert "IMMEDIATE" == settings.DATABASES[name]["OPTIONS"]["transaction_mode"]


@pytest.mark.usefixtures("server")
def test_jobs_live_in_their_own_database() -> None:
    """A table is made only in the database of its room."""
    tables = {name: set(connections[name].introspection.table_names()) for name in databases.FILES}

    holders = [name for name in tables if "django_tasks_database_dbtaskresult" in tables[name]]
    assert ["jobs"] == holders


def test_postgresql_keeps_a_schema_a_database() -> None:
    """One server holds the four databases as four schemas."""
    address = "postgresql://u:p%40ss@db:5433/saola?sslmode=verify-full"
    found = databases.configured(Path(), address)

    assert {"-c search_path=accounts,public", "-c search_path=land,public"} <= {
        table["OPTIONS"]["options"] for table in found.values()
    }
    assert ("p@ss", "5433") == (found["land"]["PASSWORD"], found["land"]["PORT"])
    assert "verify-full" == found["land"]["OPTIONS"]["sslmode"]
    with pytest.raises(InputError):
        databases.configured(Path(), "postgresql://db:port/saola")


def test_other_databases_are_refused() -> None:
    """An address of an unknown kind is an input error."""
    with pytest.raises(InputError) as error:
        databases.configured(Path(), "mysql://db/saola")
    assert "database-address" == error.value.code


def test_log_lines_are_json_with_their_facts() -> None:
    """One event is one JSON object with time, level and the event's own facts."""
    record = logging.makeLogRecord(
        {"name": "saola.x", "msg": "hello %s", "args": ("you",), "levelname": "INFO", "path": "/a"}
    )
    line = json.loads(logs.Lines().format(record))

    assert ("info", "hello you", "/a") == (line["level"], line["message"], line["path"])


def test_first_pages_are_opened_before_anyone_asks(
    country: Path,  # noqa: ARG001  (it makes the country)
    client: Client,
) -> None:
    """A server that begins opens the home page and the ranking in each language."""
    reading.look_again()
    opened: list[str] = []

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        answer = client.get(environ["PATH_INFO"])
        opened.append(f"{environ['PATH_INFO']} {answer.status_code}")
        start(answer.status_code, [])
        return [answer.content]

    ahead.visit(application)

    wanted = ["/vi/", "/vi/ranking/", "/en/", "/en/ranking/", "/fr/", "/fr/ranking/"]
    assert [f"{path} 200" for path in wanted] == opened


def test_a_zone_that_the_system_lacks_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Django would end with a traceback where the system's database lacks a name that ours has."""
    (tmp_path / "saola.toml").write_text('zone = "Asia/Ho_Chi_Minh"\n', encoding="utf-8")
    monkeypatch.setattr(configuration, "_ZONES", tmp_path)

    with pytest.raises(InputError) as caught:
        configuration.zone(tmp_path)
    assert "timezone-unknown" == caught.value.code


def test_a_start_that_fails_says_why_in_words(tmp_path: Path) -> None:
    """What is raised while tables are made, in a process of its own, ends `serve` as any error."""
    (tmp_path / "saola.toml").write_text('zone = "Asia/Hanoi"\n', encoding="utf-8")
    code = "from saola.cli import main; main()"
    words = [sys.executable, "-c", code, "--home", str(tmp_path), "serve", "--port", "0"]
    done = subprocess.run(words, text=True, capture_output=True, check=False)

    assert 2 == done.returncode
    assert done.stderr.endswith("[timezone-unknown]\n")
    assert "Traceback" not in done.stderr
