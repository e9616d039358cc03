"""A read-only replica of a PostgreSQL database, from which lists are read; with the primary in its place if need be.

A list is never older than its call: the replica is used once it has replayed all that the primary had stored when the
call began. If that takes longer than ``_WAIT`` seconds, or the replica does not answer, the primary is read.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import Connection, Engine
from sqlalchemy import text as sql
from sqlalchemy.exc import SQLAlchemyError

from ngnpro_server.config import Database
from ngnpro_server.faults import Fault
from ngnpro_wire.facts.fault_codes import FaultCode

from .engine import Collision, open_engine, transaction

_log = logging.getLogger("ngnpro.database")
# seconds to wait until the replica has replayed a change, and between two looks
_WAIT, _LOOK = 0.1, 0.005
# seconds after which a replica that did not answer is tried again, and to wait for a connection
_REST, _CONNECT = 10.0, 2
_STORED = sql("SELECT pg_current_wal_flush_lsn()::text")
_REPLAYED = sql("SELECT pg_last_wal_replay_lsn() >= CAST(:stored AS pg_lsn)")


class Replica:
    """The replica at ``database.replica_url``; several threads may use it at the same time."""

    def __init__(self, database: Database) -> None:
        self.engine: Engine = open_engine(database.replica_url, replace(database, busy_timeout=_CONNECT))
        self.lists = 0
        self._rests_until = 0.0

    @contextmanager
    def reading(self, primary: Connection) -> Iterator[Connection]:
        """Yield a connection to the replica, or that to the primary if the replica cannot be used now.

        Raises ``Collision`` if the replica is lost while it is used: the call is then made again, on the primary.
        """
        if not self._has_replayed(primary):
            yield primary
            return
        try:
            with transaction(self.engine, write=False) as connection:
                self.lists += 1
                yield connection
        except Fault as fault:
            if fault.code is not FaultCode.DATABASE_BUSY:
                raise
            self._rest(fault)
            raise Collision(*fault.args) from fault

    def _has_replayed(self, primary: Connection) -> bool:
        """Return whether the replica has all that the primary has stored by now, or has it soon."""
        if time.monotonic() < self._rests_until:
            return False
        stored = primary.execute(_STORED).scalar_one()
        end = time.monotonic() + _WAIT
        try:
            while True:
                # a transaction of its own, because that of the list must begin after the change was replayed
                with transaction(self.engine, write=False) as connection:
                    if connection.execute(_REPLAYED, {"stored": stored}).scalar_one():
                        return True
                if time.monotonic() > end:
                    return False
                time.sleep(_LOOK)
        except (Fault, SQLAlchemyError) as error:
            self._rest(error)
            return False

    def _rest(self, reason: Exception) -> None:
        self._rests_until = time.monotonic() + _REST
        text = reason.text if isinstance(reason, Fault) else reason
        _log.warning("The replica cannot be used; lists are read from the primary for %.0f s: %s", _REST, text)
