"""Whether gateways answer, and how many phones and calls there are, as the SIP proxies tell.

A gateway is asked with OPTIONS by a proxy, because gateways may accept requests from the proxies only.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, RowMapping

from ngnpro_server.config import Proxy
from ngnpro_server.platform.proxies import ProxyRefused, ask_proxy
from ngnpro_server.store import health
from ngnpro_server.store.engine import transaction

_log = logging.getLogger("ngnpro.watch")
# seconds in which Kamailio gives a gateway up (tm's fr_timer), and how it then answers itself
_GIVEN_UP = 5
_NO_ANSWER = frozenset({408, 477, 478})


@dataclass(frozen=True, slots=True)
class Probe:
    """Asks the proxies of a platform; ``written`` is the database that they write."""

    proxies: Proxy
    engine: Engine
    written: Engine

    def ask_gateways(self, now: datetime) -> None:
        """Ask every gateway, and store what it answered; it is unknown if no proxy could ask it.

        Without proxies in the configuration nobody can ask, and what was known before is forgotten.
        """
        if not self.proxies.urls:
            self._forget_gateways()
            return
        with transaction(self.engine, write=False) as connection:
            gateways = health.list_gateways(connection)
        for gateway in gateways:
            answer = self._answer_of(gateway)
            with transaction(self.engine, write=True) as connection:
                health.record_state(connection, gateway["id"], answer, now)

    def _forget_gateways(self) -> None:
        with transaction(self.engine, write=False) as connection:
            known = health.list_states(connection)
        if known:
            with transaction(self.engine, write=True) as connection:
                health.forget_states(connection)

    def take_sample(self, now: datetime) -> None:
        """Store how many phones are registered, and how many calls there are; unknown if any proxy does not tell."""
        with transaction(self.written, write=False) as connection:
            phones = health.count_phones(connection, now)
        calls = self._count_calls()
        with transaction(self.engine, write=True) as connection:
            health.insert_sample(connection, now, phones, calls)

    def _answer_of(self, gateway: RowMapping) -> int | None:
        """Return the status with which a gateway answers to the first proxy that can ask it, 0 for no answer."""
        target = f"sip:{gateway['ip']}:{gateway['port']};transport={gateway['transport'] or 'udp'}"
        headers = f"From: <sip:probe@{gateway['ip']}>\r\nTo: <{target}>\r\n"
        for url in self.proxies.urls:
            try:
                limit = self.proxies.rpc_timeout + _GIVEN_UP
                answer = ask_proxy(url, limit, "tm.t_uac_wait_block", "OPTIONS", target, ".", ".", headers)
                code = int(answer["code"])
            except (ProxyRefused, KeyError, TypeError, ValueError) as error:
                _log.warning("A gateway could not be asked: %s", error)
                continue
            return 0 if code in _NO_ANSWER else code
        return None

    def _count_calls(self) -> int | None:
        found = 0
        for url in self.proxies.urls:
            try:
                found += int(ask_proxy(url, self.proxies.rpc_timeout, "dlg.stats_active")["ongoing"])
            except (ProxyRefused, KeyError, TypeError, ValueError) as error:
                _log.warning("The calls could not be counted: %s", error)
                return None
        return found if self.proxies.urls else None
