"""How the cost of a page of accounts grows with the platform: CPU of a large platform as a multiple of a small one's.

The server runs in this process on SQLite, whose work is then part of the CPU time that is measured. The worst of all
orders and directions counts, for callers of every level.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

from benchmarks.ratios import Ratio
from ngnpro_server.config import Administrator, Config, Database
from ngnpro_server.wsgi import create_app
from ngnpro_wire.codec import decode_reply, encode_request
from ngnpro_wire.schema import load_schema
from tests.support.real_server import ADMINISTRATOR

_COUNT = 25
_CALLS = 15
_ORDERS = tuple(product(("changeDate", "username", "domain"), ("ASC", "DESC")))
# fragments that no name has, or several hundred
_FRAGMENTS = (("username", "%zqz%"), ("lastName", "%zqz%"), ("lastName", "%smit%"), ("email", "%smit%"))
_SEARCH = 150.0
# the first reseller and the first customer that `seed` makes
_LEVELS = {"operator": 0, "reseller": 1, "customer": 2}


class Platform:
    """A server in this process, on the database of a platform."""

    def __init__(self, database: Database) -> None:
        login = Administrator(username=ADMINISTRATOR["username"], password=ADMINISTRATOR["password"])
        self._app = create_app(Config(administrator=login, database=database))
        self._schema = load_schema()
        self._operation = self._schema.operation("Sip", "getAccounts")

    def close(self) -> None:
        """Close the connections to the database."""
        self._app.engine.dispose()
        self._app.proxy.dispose()

    def page(self, customer: int, query: dict[str, Any]) -> Any:
        """Return a page for a customer, or for the operator (0)."""
        return decode_reply(self._schema, self._operation, self._post(self._body(customer, query)))

    def calling(self, customer: int, query: dict[str, Any]) -> Callable[[], float]:
        """Return a function that makes a call and returns its CPU time in seconds."""
        body = self._body(customer, query)

        def call() -> float:
            begun = time.process_time()
            self._post(body)
            return time.process_time() - begun

        call()
        return call

    def _body(self, customer: int, query: dict[str, Any]) -> bytes:
        auth = {**ADMINISTRATOR, "admin": True, "impersonate": customer}
        return encode_request(self._schema, self._operation, {"query": query}, auth)

    def _post(self, body: bytes) -> bytes:
        environ = {
            "REQUEST_METHOD": "POST",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }
        return b"".join(self._app(environ, lambda _status, _headers: None))


def growth(small: Database, large: Database, size: int) -> Iterator[Ratio]:
    """Measure pages of a large platform against the first page of a small one."""
    one, other = Platform(small), Platform(large)
    for name, goal in (("first page", 1.2), ("page 1,000", 2.0), ("last page", 2.0), ("middle page", 2.0)):
        worst = max(
            _quotient(
                other.calling(level, _query(order, _start(other, name, level))), one.calling(level, _query(order, 0))
            )
            for level, order in product(_LEVELS.values(), _ORDERS)
        )
        yield Ratio(f"{name} of {size:,} accounts: CPU against the first page of 1,000, SQLite", worst, goal)
    searches = (
        other.calling(level, {"filter": {member: text}, **_query(("username", "ASC"), 0)})
        for level in (_LEVELS["operator"], _LEVELS["reseller"])
        for member, text in _FRAGMENTS
    )
    slowest = max(min(search() for _call in range(_CALLS)) for search in searches)
    yield Ratio(f"accounts with a fragment of a text among {size:,}, SQLite: CPU, ms", slowest * 1000, _SEARCH)
    one.close()
    other.close()


def _quotient(large: Callable[[], float], small: Callable[[], float]) -> float:
    """Return the ratio of the least times of alternating calls, because other work of the machine only adds to them."""
    times = [(large(), small()) for _call in range(_CALLS)]
    return min(time for time, _ in times) / min(time for _, time in times)


def _query(order: tuple[str, str], start: int) -> dict[str, Any]:
    by = {"attribute": order[0], "direction": order[1]}
    return {"orderBy": by, "range": {"start": start, "count": _COUNT}}


def _start(platform: Platform, name: str, level: int) -> int:
    total = int(platform.page(level, _query(("username", "ASC"), 0))["total"])
    last = max(0, (total - 1) // _COUNT)
    page = {"first page": 0, "page 1,000": min(999, last), "last page": last, "middle page": last // 2}[name]
    return page * _COUNT
