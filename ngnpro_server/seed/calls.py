"""Calls of the last weeks: placed, received and missed, within an office and with outside numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ngnpro_server.store.schema.proxy import calls, sip_trace

from .branches import Account, FilledOffice
from .loading import Loader
from .making import Making
from .numbers import BERLIN, CHICAGO, DUTCH_MOBILE, GERMAN_MOBILE, PARIS, SHEFFIELD, UK_MOBILE
from .traces import media_info, messages_of_call

PROXY = "192.0.2.5"
_WEEKS = timedelta(days=45)
_RECENT = timedelta(days=3)
_ABROAD = (BERLIN, CHICAGO, DUTCH_MOBILE, GERMAN_MOBILE, PARIS, SHEFFIELD, UK_MOBILE)
# SIP status and percentage: answered, cancelled, busy, unavailable, declined, no such number
_STATUSES = ((200, 70), (487, 14), (486, 5), (480, 6), (603, 3), (404, 2))


@dataclass(frozen=True, slots=True)
class Party:
    """One side of a call."""

    username: str
    domain: str
    name: str = ""

    @property
    def uri(self) -> str:
        """Its SIP URI."""
        return f"sip:{self.username}@{self.domain}"


def load_calls(making: Making, loader: Loader, branch: FilledOffice) -> None:
    """Load some calls of each account that has a number, and the SIP traces of recent calls."""
    for account in branch.people + branch.places:
        if not account.number:
            continue
        for moment in making.moments(making.random.randrange(12), max(making.now - _WEEKS, account.created)):
            row = draw_call(making, branch, account, moment)
            loader.add(calls, {"id": loader.next_id(calls), **row})
            if moment > making.now - _RECENT:
                loader.add(
                    sip_trace, *({"id": loader.next_id(sip_trace), **message} for message in messages_of_call(row))
                )


def draw_call(making: Making, branch: FilledOffice, account: Account, moment: datetime) -> dict[str, Any]:
    """Return the row of a call that an account placed, received or missed at a time."""
    caller, callee, price = _parties(making, branch, account)
    status = making.random.choices([s for s, _share in _STATUSES], [share for _s, share in _STATUSES])[0]
    seconds = int(making.random.lognormvariate(4.6, 1.1)) + 1 if status == 200 else 0
    video = not price and making.random.random() < 0.1
    name = f'"{caller.name}" ' if caller.name else ""
    row = {
        "call_id": f"{making.random.getrandbits(96):024x}@{PROXY}",
        "from_tag": f"{making.random.getrandbits(40):010x}",
        "to_tag": f"{making.random.getrandbits(40):010x}",
        "from_username": caller.username,
        "from_domain": caller.domain,
        "to_username": callee.username,
        "to_domain": callee.domain,
        "from_uri": caller.uri,
        "to_uri": callee.uri,
        "from_header": f"{name}<{caller.uri}>",
        "start_time": moment,
        "stop_time": moment + timedelta(seconds=seconds),
        "duration": seconds,
        "status": status,
        "price": round(price * seconds / 60, 4),
        "proxy_ip": PROXY,
        "media": "audio, video" if video else "audio",
        "rated": 1,
    }
    return row | {"media_info": media_info(making.random, row) if seconds else None}


def _parties(making: Making, branch: FilledOffice, account: Account) -> tuple[Party, Party, float]:
    """Choose caller and callee; return them with the price per minute."""
    itself = Party(account.username, account.domain, account.name)
    kind = making.random.random()
    if kind < 0.35:
        colleague = making.random.choice(branch.accounts)
        return itself, Party(colleague.username, colleague.domain, colleague.name), 0.0
    block = making.random.choice(_ABROAD)
    outside = Party(f"00{block.number(making.random.randrange(block.size))}", account.domain)
    if kind < 0.70 and account.is_in("free-pstn"):
        return itself, outside, making.random.choice((0.02, 0.02, 0.08, 0.19))
    return outside, itself, 0.0
