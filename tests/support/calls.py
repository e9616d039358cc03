"""Calls, traces and registered phones for tests: rows as a SIP proxy would write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, update

from ngnpro_server.store.engine import transaction
from ngnpro_server.store.schema import sip_accounts
from ngnpro_server.store.schema.proxy import calls, location, sip_trace
from tests.support.portal import Platform

PROXY = "192.0.2.10"


def ago(**length: int) -> datetime:
    """Return a time in the past as the proxy writes it: UTC, whole seconds."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0) - timedelta(**length)


def write(platform: Platform, table: Any, *rows: dict[str, Any]) -> None:
    """Insert rows into the proxy's tables, as a SIP proxy does for accounts that are older than them."""
    age_accounts(platform.server.engine)
    with transaction(platform.server.proxy, write=True) as connection:
        connection.execute(table.insert(), rows)


def age_accounts(engine: Engine) -> None:
    """Let all accounts be old, as if they had been added before everything that tests write of them."""
    with transaction(engine, write=True) as connection:
        connection.execute(update(sip_accounts).values(create_date=datetime(2020, 1, 1)))


def call_row(call_id: str, caller: str, callee: str, start: datetime, **columns: Any) -> dict[str, Any]:
    """Build the row of a two-minute call from one address to another."""
    (from_user, _, from_domain), (to_user, _, to_domain) = caller.partition("@"), callee.partition("@")
    seconds = columns.get("duration", 120)
    return {
        "call_id": call_id,
        "from_tag": "ft",
        "to_tag": "tt",
        "from_username": from_user,
        "from_domain": from_domain,
        "to_username": to_user,
        "to_domain": to_domain,
        "from_uri": f"sip:{caller}",
        "to_uri": f"sip:{callee}",
        "from_header": f"<sip:{caller}>",
        "start_time": start,
        "stop_time": start + timedelta(seconds=seconds),
        "duration": seconds,
        "status": 200,
        "price": 0.0,
        "proxy_ip": PROXY,
        "media": "audio",
        "media_info": None,
    } | columns


def write_call(platform: Platform, caller: str, callee: str, start: datetime | None = None, **columns: Any) -> None:
    """Write a call that was answered, unless ``columns`` change that."""
    row = call_row(columns.pop("call_id", f"{caller}-{callee}"), caller, callee, start or ago(hours=1), **columns)
    write(platform, calls, row)


def write_calls(platform: Platform, number: int, caller: str, callee: str, **columns: Any) -> None:
    """Write many answered calls, a minute apart, the last one just now."""
    start = ago()
    write(
        platform,
        calls,
        *(call_row(str(row), caller, callee, start - timedelta(minutes=row), **columns) for row in range(number)),
    )


def write_missed(platform: Platform, caller: str, callee: str, start: datetime | None = None, **columns: Any) -> None:
    """Write a call that was not answered."""
    write_call(platform, caller, callee, start, **{"duration": 0, "status": 487, **columns})


def write_trace(platform: Platform, call_id: str, *messages: str, start: datetime | None = None) -> None:
    """Write the SIP messages of a call, one per second."""
    rows = [
        {
            "time_stamp": (start or ago(hours=1)) + timedelta(seconds=number),
            "callid": call_id,
            "msg": message,
            "method": "INVITE",
            "fromip": "udp:198.51.100.20:5060",
            "toip": f"udp:{PROXY}:5060",
            "fromtag": "ft",
            "totag": "",
            "direction": "in",
        }
        for number, message in enumerate(messages)
    ]
    write(platform, sip_trace, *rows)


def write_phone(platform: Platform, address: str, agent: str, **columns: Any) -> None:
    """Register a phone for an hour."""
    username, _, domain = address.partition("@")
    row = {
        "ruid": f"uloc-{agent}-{columns.get('contact', '')}"[:64],
        "username": username,
        "domain": domain,
        "contact": f"sip:{username}@192.0.2.101:5071;transport=tls",
        "received": None,
        "expires": ago(hours=-1),
        "last_modified": ago(minutes=5),
        "user_agent": agent,
        "socket": "tls:192.0.2.5:5061",
    }
    write(platform, location, row | columns)
