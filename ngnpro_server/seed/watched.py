"""What the server watches, as it would be after a day: phones and calls over time, the latest calls, and an alarm."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from ngnpro_server.store import accounts, alarms, health
from ngnpro_server.store.schema.proxy import calls, sip_trace
from ngnpro_wire.watch import SPEND

from .branches import FilledOffice
from .calls import draw_call
from .making import Making
from .traces import messages_of_call

_DAY, _STEP = timedelta(hours=24), timedelta(minutes=10)
_HOURS, _LATELY = 6, 60
# the share of phones that are online, and of accounts that talk, at each hour of the day
_ONLINE = (0.55,) * 6 + (0.62, 0.8, 0.94, 0.98, 1.0, 0.99, 0.96, 0.99, 1.0, 0.99, 0.97, 0.9, 0.78, 0.7) + (0.6,) * 4
_TALKING = (0.0,) * 6 + (0.005, 0.02, 0.06, 0.09, 0.1, 0.08, 0.05, 0.08, 0.1, 0.09, 0.07, 0.04, *((0.01,) * 6))


def add_recent_calls(making: Making, branches: Sequence[FilledOffice]) -> None:
    """Add calls of the last hours, with their SIP traces, most of them within the last two."""
    callers = [(branch, one) for branch in branches for one in branch.people if one.number]
    for _number in range(_LATELY):
        branch, account = making.random.choice(callers)
        back = timedelta(seconds=round(_HOURS * 3600 * making.random.random() ** 2) + 31 * 60)
        row = draw_call(making, branch, account, making.now - back)
        making.proxy.execute(calls.insert().values(**row))
        making.proxy.execute(sip_trace.insert(), list(messages_of_call(row)))


def add_day(making: Making) -> None:
    """Add how many phones and calls there were in the last 24 hours, every ten minutes, as the server measures it."""
    phones = health.count_phones(making.proxy, making.now)
    first = making.now.replace(minute=making.now.minute // 10 * 10, second=0) - _DAY
    moments = [first + number * _STEP for number in range(_DAY // _STEP + 1)]
    for moment in moments:
        noise = making.random.uniform(0.99, 1.0)
        talking = round(_share(_TALKING, moment) * phones * making.random.uniform(0.7, 1.3))
        health.insert_sample(making.connection, moment, round(_share(_ONLINE, moment) * phones * noise), talking)


def _share(shares: Sequence[float], moment: datetime) -> float:
    """Return the share at a time, between those of its hour and the next one."""
    here, there = shares[moment.hour], shares[(moment.hour + 1) % 24]
    return here + (there - here) * moment.minute / 60


def add_alarm(making: Making, branches: Sequence[FilledOffice]) -> None:
    """Add an alarm about an account whose calls cost much within an hour; its mails count as sent."""
    suspect = next(one for branch in branches for one in branch.people if one.is_in("free-pstn"))
    row = accounts.find_account(making.connection, suspect.username, suspect.domain)
    if row is None:
        raise LookupError(suspect.address)
    moment = making.now - timedelta(hours=2)
    about = {"time": moment, "kind": SPEND, "period": f"{moment:%Y-%m-%d %H}", "value": "41.30", "threshold": "25.00"}
    alarms.insert_alarm(making.connection, row, **about, blocked=False, told=True)
