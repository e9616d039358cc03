"""HTTP exchanges with an engine: time limits, TLS, pooled connections, and the exceptions for failures."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import lru_cache
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3.exceptions
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import MaxRetryError, ReadTimeoutError

from ngnpro_wire.as_read import AS_READ, COMPARES
from ngnpro_wire.batch import BATCH
from ngnpro_wire.proxies import PROXIES
from ngnpro_wire.request_ids import HEADER, current_request_id
from ngnpro_wire.spans import headers_of_span
from ngnpro_wire.watch import WATCH

from . import errors
from .engines import Engine

POOL_SIZE = 32
LARGEST_ANSWER = 256 * 1024 * 1024  # bytes
_CHUNK = 1024 * 1024
_HEADERS = {
    "User-Agent": "ngnpro-portal",
    "Accept-Encoding": "gzip, deflate",
    "Content-Type": "text/xml; charset=utf-8",
    "SOAPAction": '""',
}


def new_session(engine: Engine) -> requests.Session:
    """Return a session with persistent connections and the engine's TLS settings that stores no cookies."""
    session = requests.Session()
    adapter = _Adapter(pool_connections=4, pool_maxsize=POOL_SIZE)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    session.trust_env = False
    session.verify = str(engine.ca_file) if engine.ca_file and engine.verify else engine.verify
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


class _Message(requests.PreparedRequest):
    """A SOAP message."""


class _Adapter(HTTPAdapter):
    """An adapter that looks up once what all messages to an address have in common.

    Looking this up, and cookies that are never stored, take time that shows in jobs with many calls.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._pools: dict[tuple[str | None, Any], Any] = {}  # those of urllib3, whose types requests does not name

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, verify: Any, proxies: Any = None, cert: Any = None
    ) -> Any:
        """Return the pool of an address."""
        if not isinstance(request, _Message):
            return super().get_connection_with_tls_context(request, verify, proxies, cert)
        key = request.url, verify
        pool = self._pools.get(key)
        if pool is None or pool.pool is None:  # it is closed
            pool = self._pools[key] = super().get_connection_with_tls_context(request, verify)
        return pool

    def request_url(self, request: requests.PreparedRequest, proxies: Any) -> str:
        """Return the path of an address."""
        return _path(str(request.url)) if isinstance(request, _Message) else super().request_url(request, proxies)

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        """Return the answer, for a message with no more than it is asked for."""
        if not isinstance(req, _Message):
            return super().build_response(req, resp)
        answer = requests.Response()
        answer.status_code, answer.headers, answer.raw, answer.request = resp.status, resp.headers, resp, req
        return answer


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A complete HTTP answer: its status, media type and body, and what the server can do beyond the contract.

    ``compares``: whether it compares updates; ``batch``: the largest number of calls in a batch, 0 without batches;
    ``proxies``: the number of SIP proxies that it tells of changes; ``watches``: whether it has the port Watch.
    """

    status: int
    media_type: str
    body: bytes
    compares: bool = False
    batch: int = 0
    proxies: int = 0
    watches: bool = False


def post_message(
    session: requests.Session, engine: Engine, url: str, body: bytes, read_timeout: float, as_read: str = ""
) -> HttpAnswer:
    """Send one SOAP message and read the whole answer, or raise an ``Outage`` that describes the failure.

    ``read_timeout`` limits the time for the whole answer, not only for each chunk. ``as_read``: see
    ``ngnpro_wire.as_read``.
    """
    deadline = time.monotonic() + engine.connect_timeout + read_timeout
    try:
        # The adapter, not the session, whose cookies, redirects and hooks are of no use here but take half of the time.
        with session.get_adapter(url).send(
            _request(url, body, as_read),
            stream=True,
            timeout=(engine.connect_timeout, read_timeout),
            verify=session.verify is None or session.verify,
        ) as answer:
            media_type = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            return HttpAnswer(
                answer.status_code,
                media_type,
                _read(answer, deadline),
                COMPARES in answer.headers,
                _number(answer.headers.get(BATCH, "")),
                _number(answer.headers.get(PROXIES, "")),
                WATCH in answer.headers,
            )
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        raise outage_from(error, engine, url, read_timeout) from error


def _number(text: str) -> int:
    return int(text) if len(text) < 6 and text.isascii() and text.isdecimal() else 0


def _request(url: str, body: bytes, as_read: str) -> requests.PreparedRequest:
    request = _Message()
    request.method, request.url, request.body = "POST", _prepared_url(url), body
    request.headers = CaseInsensitiveDict(_HEADERS | {"Content-Length": str(len(body))})
    if as_read:
        request.headers[AS_READ] = as_read
    if request_id := current_request_id():
        request.headers[HEADER] = request_id
    request.headers.update(headers_of_span())
    return request


@lru_cache(maxsize=64)
def _prepared_url(url: str) -> str:
    request = requests.PreparedRequest()
    request.prepare_url(url, None)
    return str(request.url)


@lru_cache(maxsize=64)
def _path(url: str) -> str:
    request = requests.PreparedRequest()
    request.url = url
    return request.path_url


def _read(answer: requests.Response, deadline: float) -> bytes:
    chunks, size = [], 0
    while chunk := answer.raw.read1(_CHUNK, decode_content=True):
        chunks.append(chunk)
        size += len(chunk)
        if time.monotonic() > deadline:
            raise requests.ReadTimeout("The answer came too slowly.")
        if size > LARGEST_ANSWER:
            raise requests.exceptions.ContentDecodingError("The answer is too large.")
    return b"".join(chunks)


def outage_from(error: Exception, engine: Engine, url: str, read_timeout: float) -> errors.Outage:
    """Return the outage for a failed exchange, with whether the call may have reached NGNPro."""
    endpoint = host_and_port(url)
    cause = error.args[0] if error.args else None
    sent = not isinstance(cause, MaxRetryError) and not isinstance(error, requests.exceptions.InvalidURL)
    if isinstance(error, requests.ConnectTimeout):
        text = f"NGNPro at {endpoint} could not be reached within {engine.connect_timeout:g} seconds."
        return errors.TimedOut(text, engine=engine.name, endpoint=endpoint)
    if isinstance(error, requests.ReadTimeout | ReadTimeoutError):
        text = f"NGNPro at {endpoint} did not answer within {read_timeout:g} seconds."
        return errors.TimedOut(text, engine=engine.name, endpoint=endpoint, sent=True)
    if isinstance(error, requests.exceptions.SSLError | urllib3.exceptions.SSLError):
        text = f"No secure connection to NGNPro at {endpoint}: its certificate is not trusted, or TLS failed."
        return errors.TlsFailed(text, engine=engine.name, endpoint=endpoint, sent=sent)
    if isinstance(error, requests.exceptions.ContentDecodingError | urllib3.exceptions.DecodeError):
        text = f"What answered at {endpoint} sent something that cannot be read."
        return errors.NotSoap(text, engine=engine.name, endpoint=endpoint, sent=True)
    if sent:
        text = f"The connection to NGNPro at {endpoint} broke before its answer was whole."
    else:
        text = f"NGNPro at {endpoint} cannot be reached."
    return errors.ConnectionFailed(text, engine=engine.name, endpoint=endpoint, sent=sent)


def host_and_port(url: str) -> str:
    """Return host and port of a URL."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}"
