"""The form of log lines, and how much each library may log (Django's setting ``LOGGING``)."""

from __future__ import annotations

from typing import Any

_LEVELS = {
    # At DEBUG, zeep and urllib3 log whole SOAP envelopes, with passwords.
    "INFO": ("zeep", "urllib3", "celery", "kombu"),
    "WARNING": (
        "fido2",
        "celery.beat",
        "fontTools",
        "fpdf",
        # These would log four lines for every sweep of an empty outbox; the tasks log their own work.
        "celery.worker.strategy",
        "celery.app.trace",
    ),
    # The page for such requests logs a line that names the portal's setting.
    "CRITICAL": ("django.security.DisallowedHost",),
}


def logging_at(level: str, form: str = "line") -> dict[str, Any]:
    """Return the setting: lines on standard error, from ``level`` on unless a library has its own level.

    ``form``: ``line`` for people, ``json`` for programs that collect logs.
    """
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "class": "ngnpro_wire.front.lines.LineFormatter",
                "format": "{asctime} {levelname} {name}: {message}",
                "style": "{",
            },
            "json": {"()": "ngnpro_wire.front.lines.JsonFormatter"},
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": form}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {name: {"level": least} for least, names in _LEVELS.items() for name in names},
    }
