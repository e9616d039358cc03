"""WatchPort: the search for calls across accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import RowMapping, select

from ngnpro_server import access, values
from ngnpro_server.call import Call, Operation, Record
from ngnpro_server.faults import invalid
from ngnpro_server.members import checked
from ngnpro_server.ports.sip.calls import write_call
from ngnpro_server.store import accounts, call_search, proxy
from ngnpro_server.store.schema import sip_domains

_DEFAULT_COUNT, _MAX_COUNT, _MAX_START = 50, 1000, 100_000
_USUAL, _LONGEST = timedelta(days=1), timedelta(days=62)
_MOST_DOMAINS = 1000


def get_found_calls(call: Call, query: Record | None = None) -> Record:
    """Search for calls of all accounts in the domains that the caller can see, newest first.

    The period is the last day by default, and 62 days at most; a Call-ID is searched for without a period. Texts are
    quoted-printable, as in getCalls. Raises VALUE_INVALID.
    """
    given = query or {}
    wanted = _read(call, given)
    start = checked("start", values.number(0, _MAX_START), given.get("start") or 0)
    count = checked("count", values.number(0, _MAX_COUNT), given.get("count") or 0) or _DEFAULT_COUNT
    with proxy.open_proxy_database(call.proxy) as connection:
        rows = call_search.search_calls(connection, wanted, start, count + 1)
    return {"calls": _write(call, rows[:count]), "more": len(rows) > count}


def _read(call: Call, given: Record) -> call_search.WantedCalls:
    call_id = checked("callId", values.text(255), given.get("callId") or "")
    end = _moment(given, "toDate")
    until = end or call.now + timedelta(days=1)
    since = _moment(given, "fromDate") or (datetime(1970, 1, 1) if call_id else (end or call.now) - _USUAL)
    if not call_id and until - since > _LONGEST:
        raise invalid("fromDate", f"a period has at most {_LONGEST.days} days.")
    return call_search.WantedCalls(
        since=since,
        until=until,
        call_id=call_id,
        username=checked("username", values.text(64), given.get("username") or ""),
        digits=checked("digits", values.text(32), given.get("digits") or ""),
        domain=checked("domain", values.text(253), given.get("domain") or "").lower(),
        domains=_domains(call, given.get("domain") or ""),
    )


def _moment(given: Record, name: str) -> datetime | None:
    seconds = checked(name, values.number(), given.get(name) or 0)
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None) if seconds else None


def _domains(call: Call, domain: str) -> list[str] | None:
    """Return the domains whose calls the caller can see; ``None`` for an administrator, who can see all."""
    if call.caller.is_administrator:
        return None
    [branch, *_others] = access.branches(call.caller, sip_domains)
    query = select(sip_domains.c.domain).where(*(sip_domains.c[name] == one for name, one in branch.equals.items()))
    if domain:
        query = query.where(sip_domains.c.domain == domain.lower())
    found = list(call.connection.execute(query.limit(_MOST_DOMAINS + 1)).scalars())
    if len(found) > _MOST_DOMAINS:
        raise invalid("domain", f"with more than {_MOST_DOMAINS} domains, one of them has to be named.")
    return found


def _write(call: Call, rows: Sequence[RowMapping]) -> list[Record]:
    """Return calls with the accounts on their sides; without those of which the caller sees no account.

    The price of a call is 0 for a caller who does not see the account that pays for it, as in getCalls.
    """
    ends = {(row[f"{side}_username"], row[f"{side}_domain"]) for row in rows for side in ("from", "to", "payer")}
    known = accounts.find_accounts(call.connection, ends - {(None, None)})
    found = []
    for row in rows:
        own = {f"{side}Account": address for side in ("from", "to") if (address := _seen(call, known, row, side))}
        if not own and not call.caller.is_administrator:
            continue
        pays = call.caller.is_administrator or row["payer_username"] is None or _seen(call, known, row, "payer")
        found.append({**write_call(row), **own} | ({} if pays else {"price": 0.0}))
    return found


def _seen(call: Call, known: Mapping[tuple[str, str], RowMapping], row: RowMapping, side: str) -> str:
    """Return the address of the account on a side of a call if the caller sees it; else empty.

    Calls from before an account was added are those of an earlier account with the same name.
    """
    account = known.get((row[f"{side}_username"], row[f"{side}_domain"]))
    if account is None or not access.sees(call.caller, account) or not proxy.began_after(account, row["start_time"]):
        return ""
    return f"{account['username']}@{account['domain']}"


OPERATIONS: dict[str, Operation] = {"getFoundCalls": get_found_calls}
