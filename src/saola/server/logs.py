"""Logs as JSON, one line an event; addresses without their query, which may name people."""

import datetime as dt
import json
import logging
import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

# What every record has; whatever else it carries is a fact of the event.
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_NOT_FACTS = frozenset({"request", "server_time", "color_message"})


class Lines(logging.Formatter):
    """Write a record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Give time, level, logger, message and the facts of the event."""
        moment = dt.datetime.fromtimestamp(record.created, tz=dt.UTC)
        facts = {
            name: value
            for name, value in vars(record).items()
            if name not in _STANDARD and name not in _NOT_FACTS
        }
        line: dict[str, Any] = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **facts,
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def configured(level: str = "INFO") -> dict[str, Any]:
    """Give Python's logging configuration: JSON on standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "saola.server.logs.Lines"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "saola": {"level": level},
            "_granian": {"level": "WARNING"},
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
        },
    }


class Requests:
    """Middleware that writes one line a request: method, path, status, milliseconds."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.log = logging.getLogger("saola.requests")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and say how long it took."""
        start = time.perf_counter()
        response = self.get_response(request)
        if self.log.isEnabledFor(logging.INFO):
            facts = {
                "method": request.method,
                "path": request.path,
                "status": response.status_code,
                "ms": round((time.perf_counter() - start) * 1000, 1),
            }
            self.log.info("request", extra=facts)
        return response
