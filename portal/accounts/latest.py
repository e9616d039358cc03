"""The newest calls on the page of an account, with the names that its contacts have."""

from __future__ import annotations

from collections.abc import Callable

from portal.accounts.calls.choices import PLACED, RECEIVED
from portal.accounts.calls.log import CallLine
from portal.accounts.calls.services import CONTACTS, names_of
from portal.accounts.status import Unknown, begin_fetch_or_unknown, latest_calls
from portal.core.at_once import Together
from portal.ngnpro import Range
from portal.ngnpro.records import SipAccount


def begin_latest(together: Together, account: SipAccount) -> Callable[[], tuple[CallLine, ...] | Unknown]:
    """Begin to fetch the newest calls, and the contacts, without which the calls have no names."""
    window = Range(0, CONTACTS)
    asked = begin_fetch_or_unknown(together, lambda ngnpro: latest_calls(ngnpro, account))
    asked_book = begin_fetch_or_unknown(
        together, lambda ngnpro: ngnpro.sip.get_phonebook_entries(account.id, window=window).entries
    )

    def wait() -> tuple[CallLine, ...] | Unknown:
        calls, book = asked(), asked_book()
        if isinstance(calls, Unknown):
            return calls
        name_of = names_of(() if isinstance(book, Unknown) else book)
        lines = [CallLine(PLACED if direction == "out" else RECEIVED, call) for direction, call in calls]
        return tuple(CallLine(line.direction, line.call, name_of(line.party)) for line in lines)

    return wait
