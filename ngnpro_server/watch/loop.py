"""The threads that do what the server does by itself, in each of its processes; they take turns at what is rare."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from ngnpro_server.call import utc_now
from ngnpro_server.faults import Fault
from ngnpro_server.platform.proxies import nodes_of
from ngnpro_server.store import alarms, health, statistics, usage
from ngnpro_server.store.engine import transaction
from ngnpro_server.wsgi import Application

from .gateways import Probe
from .quotas import release_accounts
from .rating import AT_ONCE, Rater, month_of
from .reloads import load_outstanding
from .retention import Sweeper
from .statistics import UsageCounter

_log = logging.getLogger("ngnpro.watch")
_PAUSE = 2.0
_MINUTE, _SAMPLE, _DAY = timedelta(seconds=60), timedelta(minutes=10), timedelta(days=1)
# usage is kept for a year, what is only needed to charge calls once for longer than any call waits to be rated
_KEEP_USAGE, _KEEP_SAMPLES = timedelta(days=400), timedelta(days=31)


class Caretaker:
    """What a server does by itself."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._config = app.config
        self._rater = Rater(app.config, app.engine, app.proxy)
        self._probe = Probe(app.config.proxy, app.engine, app.proxy)
        self._nodes = nodes_of(app.config.proxy, app.engine, app.proxy)
        self._usage = UsageCounter(app.engine, app.proxy)
        self._sweeper = Sweeper(app.config.retention, app.engine, app.proxy)
        self._due: dict[str, datetime] = {}

    def start(self) -> None:
        """Start the threads: rating does not wait for gateways that do not answer."""
        for work in (self.rate, self.look_after):
            threading.Thread(target=_repeat, args=(work,), name=f"watch {work.__name__}", daemon=True).start()

    def rate(self, now: datetime) -> None:
        """Rate the calls that have ended, if that is wanted."""
        rated = AT_ONCE if self._config.watch.rate_calls else 0
        while rated == AT_ONCE:
            rated, orders = self._rater.rate_calls(now)
            self._app.send(orders)

    def look_after(self, now: datetime) -> None:
        """Do what is due, unless another process has done it."""
        if now >= self._due.get("own", now):
            self._due["own"] = now + _MINUTE
            self._app.tally.store(self._app.engine)
        if self._takes_hour(now):
            self._usage.count_hour(now)
        if self._takes("minute", now, _MINUTE):
            self._release(now)
            load_outstanding(self._nodes, now)
            self._probe.ask_gateways(now)
        if self._takes("sample", now, _SAMPLE):
            self._probe.take_sample(now)
        if self._takes("clean-up", now, _DAY):
            self._clean_up(now)

    def _takes(self, name: str, now: datetime, every: timedelta) -> bool:
        """Return whether this process does a task now; it asks the database only when the task may be due."""
        if now < self._due.get(name, now):
            return False
        self._due[name] = now + every
        with transaction(self._app.engine, write=True) as connection:
            return health.take_turn(connection, name, now, now - every)

    def _takes_hour(self, now: datetime) -> bool:
        """Return whether this process counts the hour that has ended."""
        begun = now.replace(minute=0, second=0, microsecond=0)
        if now < self._due.get("hour", now):
            return False
        self._due["hour"] = begun + timedelta(hours=1)
        with transaction(self._app.engine, write=True) as connection:
            return health.take_turn(connection, "hour", now, begun - timedelta(seconds=1))

    def _release(self, now: datetime) -> None:
        with transaction(self._app.engine, write=True) as connection:
            release_accounts(connection, month_of(now))

    def _clean_up(self, now: datetime) -> None:
        with transaction(self._app.engine, write=True) as connection:
            usage.remove_old_usage(connection, now - _KEEP_USAGE)
            alarms.remove_old_alarms(connection, now - _KEEP_USAGE)
            health.remove_old_samples(connection, now - _KEEP_SAMPLES)
            statistics.remove_old_statistics(connection, now - _KEEP_SAMPLES)
        self._sweeper.sweep(now)


def _repeat(work: Callable[[datetime], None]) -> None:
    """Do a work again and again; of failures one after the other, only the first is logged."""
    pause = threading.Event()
    failed = False
    while not pause.wait(_PAUSE):
        try:
            work(utc_now())
            failed = False
        except Exception as error:  # noqa: BLE001
            # Catch every exception, so that the thread tries again after the pause.
            if not failed:
                _log.warning(
                    "A round was given up and is tried again: %s", error, exc_info=not isinstance(error, Fault)
                )
            failed = True
