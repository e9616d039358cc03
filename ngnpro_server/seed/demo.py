"""The demo platform: two resellers, their five customers with all their records, and two media relays."""

from __future__ import annotations

from typing import Any

from ngnpro_server.store.schema.proxy import media_reports

from .companies import Company, add_companies
from .logins import Login, demo_logins
from .making import Making
from .routing import add_routing
from .traces import media_streams
from .usage import add_usage
from .watched import add_alarm, add_day, add_recent_calls
from .zones import add_zones

_LENT = 4


def make_demo(making: Making) -> list[Login]:
    """Create the demo platform; return a login for each role."""
    companies = add_companies(making)
    _lend(making, companies["veldoorn"], companies["zonnegraan"])
    add_routing(making, companies)
    add_relays(making, companies)
    add_zones(making, companies)
    _make_vouchers(making, companies["veldoorn"])
    logins = demo_logins(making, companies)
    branches = [branch for company in companies.values() for branch in company.branches]
    add_recent_calls(making, branches)
    add_usage(making)
    add_day(making)
    add_alarm(making, branches)
    return logins


def _lend(making: Making, reseller: Company, customer: Company) -> None:
    """Assign some accounts in a reseller's own domain to one of the reseller's customers."""
    for account in reseller.branches[0].people[:_LENT]:
        moment = making.moment(account.created)
        making.call("Sip", "updateAccount", moment, account={"id": account.record["id"], "owner": customer.id})


def _make_vouchers(making: Making, reseller: Company) -> None:
    """Make two batches of vouchers, and export the numbers of the first."""
    for name, value, prefix, is_exported in (("Spring 2026", 10.0, "26", True), ("Counter", 25.0, "", False)):
        named = {"name": name, "value": value, "prefix": prefix, "count": 50, "reseller": reseller.id}
        batch = making.call("Watch", "addVoucherBatch", making.now, batch=named)
        if is_exported:
            making.call("Watch", "exportVoucherBatch", making.now, id=batch["id"])


_RELAYS = ("203.0.113.8", "203.0.113.9")
_SESSIONS = 6
_BITS_PER_STREAM = 2 * 50 * 200 * 8


def add_relays(making: Making, companies: dict[str, Company]) -> None:
    """Add the reports of two media relays: on themselves, and on some calls within offices."""
    branches = [branch for company in companies.values() for branch in company.branches]
    sessions = []
    for number in range(_SESSIONS):
        caller, callee = making.random.sample(making.random.choice(branches).people, k=2)
        seconds = making.random.randrange(20, 1800)
        streams = media_streams(making.random, "audio", seconds)
        addresses = {"from_uri": caller.address, "to_uri": callee.address}
        sessions.append((f"session-{number}", {**addresses, "duration": seconds, "streams": streams}))
    relays = [(ip, _summary(making, ip, sessions)) for ip in _RELAYS]
    for kind, reports in (("relay", relays), ("session", sessions)):
        for name, report in reports:
            row = {"kind": kind, "name": name, "report": report, "report_time": making.now}
            making.proxy.execute(media_reports.insert().values(**row))


def _summary(making: Making, ip: str, sessions: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    number = sum(1 for _name, session in sessions if session["streams"][0]["caller_local"].startswith(f"{ip}:"))
    return {
        "ip": ip,
        "version": "4.0.5",
        "status": "ok",
        "uptime": making.random.randrange(86400, 90 * 86400),
        "session_count": number,
        "stream_count": {"audio": number},
        "bps_relayed": number * _BITS_PER_STREAM,
    }
