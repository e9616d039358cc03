"""WatchPort: accounts that are found by something of theirs that is no member of their records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from typing import Any

from ngnpro_server import access, values
from ngnpro_server.call import Call, Operation, Record
from ngnpro_server.faults import invalid
from ngnpro_server.members import checked
from ngnpro_server.ports.sip.devices import read_contact
from ngnpro_server.store import accounts, proxy, vouchers

MOST_PHONES = 50
_MOST_DIGITS = 9


def get_found_accounts(call: Call, sign: str = "") -> list[Record]:
    """Find accounts by the IP address of a registered phone, or by the serial number of a voucher that was redeemed.

    Returns only those that the caller may see. Raises VALUE_INVALID for a text that is neither.
    """
    text = checked("sign", values.text(64), sign or "").strip()
    if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS:
        users = (card["used_by"].partition("@") for card in vouchers.find_cards(call.connection, int(text), ""))
        return list(_seen(call, [((user, domain), {"voucher": int(text)}) for user, _at, domain in users]))
    try:
        address = str(ip_address(text))
    except ValueError:
        raise invalid("sign", "an IP address or the serial number of a voucher is expected.") from None
    return list(_seen(call, _phones_at(call, address)))


def _phones_at(call: Call, address: str) -> Iterator[tuple[tuple[str, str], Record]]:
    with proxy.open_proxy_database(call.proxy) as connection:
        contacts = proxy.contacts_at(connection, address, call.now, MOST_PHONES)
    for row in contacts:
        ends = (read_contact(uri, row["socket"] or "").host for uri in (row["contact"], row["received"]) if uri)
        if address in ends:
            yield (row["username"], row["domain"]), {"userAgent": row["user_agent"]}


def _seen(call: Call, found: Iterable[tuple[tuple[str, str], Any]]) -> Iterator[Record]:
    listed = list(found)
    known = accounts.find_accounts(call.connection, {sip_id for sip_id, _about in listed})
    for sip_id, about in listed:
        if (row := known.get(sip_id)) is not None and access.sees(call.caller, row):
            yield {"sipId": {"username": row["username"], "domain": row["domain"]}, **about}


OPERATIONS: dict[str, Operation] = {"getFoundAccounts": get_found_accounts}
