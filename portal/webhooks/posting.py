"""Sends one message by HTTP: no redirects, a limit for the whole exchange, and of the answer only its beginning."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from portal.core.outgoing import Forbidden, Target, checked_target

CONNECT_SECONDS = 5.0
WHOLE_SECONDS = 15.0
MOST_BYTES = 300


@dataclass(frozen=True, slots=True)
class Answer:
    """How a message was answered: the HTTP status and the beginning of the answer, or why there is no answer."""

    status: int | None = None
    text: str = ""
    error: str = ""

    @property
    def is_received(self) -> bool:
        """Return whether the other system has taken the message: its status is 2xx."""
        return self.status is not None and 200 <= self.status < 300


def post(url: str, body: str, headers: Mapping[str, str], seconds: float = WHOLE_SECONDS) -> Answer:
    """Send a body to a URL within some seconds after the connection; never raises for what the other side does."""
    try:
        target = checked_target(url, settings.WEBHOOK_NETWORKS)
    except Forbidden as error:
        return Answer(error=str(error))
    except OSError:
        return Answer(error=_("The name of the host cannot be looked up."))
    try:
        return _exchange(target, body.encode(), {**headers, "Host": target.authority}, seconds)
    except ssl.SSLError as error:
        return Answer(error=_("TLS failed: %(reason)s.") % {"reason": error.reason or error})
    except TimeoutError:
        return Answer(error=_("There was no answer in time."))
    except (OSError, HTTPError) as error:
        return Answer(error=_("The connection failed: %(reason)s.") % {"reason": type(error).__name__})


def _exchange(target: Target, body: bytes, headers: Mapping[str, str], seconds: float) -> Answer:
    connection = _connection(target)
    try:
        connection.connect()
        with _ends_in_time(connection.sock, seconds):
            connection.request("POST", target.path, body=body, headers=headers, preload_content=False)
            answer = connection.getresponse()
            text = answer.read1(MOST_BYTES).decode("utf-8", "replace")
        return Answer(answer.status, "".join(sign if sign.isprintable() else " " for sign in text))
    finally:
        connection.close()


def _connection(target: Target) -> HTTPConnection:
    if target.scheme == "http":
        return HTTPConnection(target.address, target.port, timeout=CONNECT_SECONDS)
    return HTTPSConnection(
        target.address,
        target.port,
        timeout=CONNECT_SECONDS,
        ssl_context=ssl.create_default_context(),
        server_hostname=target.host,
        assert_hostname=target.host,
    )


@contextmanager
def _ends_in_time(connected: socket.socket, seconds: float) -> Iterator[None]:
    """Cut a connection that sends a little from time to time, so that no single read takes too long."""
    connected.settimeout(seconds)
    cut = threading.Event()

    def end() -> None:
        cut.set()
        with suppress(OSError):
            connected.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, end)
    timer.start()
    try:
        yield
    except (OSError, HTTPError) as error:
        raise (TimeoutError() if cut.is_set() else error) from error
    finally:
        timer.cancel()
    if cut.is_set():
        raise TimeoutError  # a cut connection looks like an answer that has ended
