"""Measurement of the parts of a call in one process: decoding, the operation with its SQL, and encoding."""

from __future__ import annotations

import contextlib
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Engine

from benchmarks.workload import Work
from ngnpro_server.call import Call, utc_now
from ngnpro_server.config import Administrator, Config, Database
from ngnpro_server.login import authenticate
from ngnpro_server.ports import OPERATIONS
from ngnpro_server.store.engine import open_engine, transaction
from ngnpro_wire.codec import decode_request, encode_reply, encode_request
from ngnpro_wire.schema import load_schema
from tests.support.real_server import ADMINISTRATOR


class Parts(NamedTuple):
    """The parts of a call: median times in milliseconds."""

    read: float
    sql: float
    write: float


@dataclass
class Server:
    """A server without HTTP."""

    config: Config
    engine: Engine
    proxy: Engine

    @classmethod
    @contextlib.contextmanager
    def opened(cls, database: Database) -> Iterator[Server]:
        """Open a server on the database of a platform."""
        login = Administrator(username=ADMINISTRATOR["username"], password=ADMINISTRATOR["password"])
        engine, proxy = open_engine(database.url, database), open_engine(database.proxy_url, database)
        yield cls(Config(administrator=login, database=database), engine, proxy)
        engine.dispose()
        proxy.dispose()

    def measure(self, work: Work) -> Parts:
        """Run all calls of a row of the table and return the median times of their parts."""
        schema = load_schema()
        operation = schema.operation(work.port, work.operation)
        envelopes = [encode_request(schema, operation, one, ADMINISTRATOR) for one in work.arguments()]
        parts = [self._run(envelope, work) for envelope in envelopes]
        return Parts(*(statistics.median(times) for times in zip(*parts[1:], strict=True)))

    def _run(self, envelope: bytes, work: Work) -> Parts:
        schema = load_schema()
        begun = time.perf_counter()
        request = decode_request(schema, envelope)
        read = time.perf_counter()
        with transaction(self.engine, write=False) as connection:
            caller = authenticate(connection, self.config, request.auth)
        with transaction(self.engine, write=work.writes) as connection:
            call = Call(caller=caller, connection=connection, proxy=self.proxy, config=self.config, now=utc_now())
            result = OPERATIONS[work.port][work.operation](call, **request.arguments)
        done = time.perf_counter()
        encode_reply(schema, request.operation, result)
        written = time.perf_counter()
        return Parts((read - begun) * 1000, (done - read) * 1000, (written - done) * 1000)
