"""Registered phones."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ngnpro_server.store.schema.proxy import location

from .branches import Account, FilledOffice
from .loading import Loader
from .making import Making

# user agents of phones and softphones, and the transport that they usually use
_DESK_PHONES = (
    ("Yealink SIP-T46U 108.86.0.45", "tls"),
    ("Yealink SIP-T33G 124.86.0.40", "udp"),
    ("snomD785/10.1.169.16", "tls"),
    ("PolyEdge-E350-UA/8.1.1.0589", "tcp"),
    ("Grandstream GRP2614 1.0.11.64", "udp"),
)
_PROGRAMS = (
    ("Blink 6.0.4 (Linux)", "tls"),
    ("LinphoneAndroid/5.2.5 (Phone) LinphoneSDK/5.3.47", "tls"),
    ("Zoiper rv2.10.20.4", "tcp"),
    ("baresip v3.15.0 (x86_64/linux)", "udp"),
)
_SOCKETS = {"tls": "tls:192.0.2.5:5061", "tcp": "tcp:192.0.2.5:5060", "udp": "udp:192.0.2.5:5060"}
_REGISTERED = 0.65
# Phones usually register for an hour at most; here most stay for weeks, so that they are still there in an old demo.
_HOURS = (1, 1, 240, 480, 720, 1440)


def load_devices(making: Making, loader: Loader, branch: FilledOffice) -> None:
    """Load one registered phone for most accounts, and two or three for some."""
    for account in branch.accounts:
        if account.is_in("blocked") or making.random.random() > _REGISTERED:
            continue
        loader.add(location, _contact(making, loader, branch, account, _DESK_PHONES))
        for _another in range(making.random.choices((0, 1, 2), (85, 12, 3))[0]):
            loader.add(location, _contact(making, loader, branch, account, _PROGRAMS))


def _contact(
    making: Making, loader: Loader, branch: FilledOffice, account: Account, kinds: tuple[tuple[str, str], ...]
) -> dict[str, Any]:
    agent, transport = making.random.choice(kinds)
    private = f"192.0.2.{making.random.randrange(100, 250)}:{making.random.randrange(5060, 5099)}"
    public = f"{branch.office.network.rpartition('.')[0]}.{making.random.randrange(1, 200)}"
    seen = making.now - timedelta(seconds=making.random.randrange(60, 3600))
    expires = making.now + timedelta(hours=making.random.choice(_HOURS), seconds=making.random.randrange(3600))
    number = loader.next_id(location)
    return {
        "id": number,
        "ruid": f"uloc-{making.random.getrandbits(32):08x}-{number:x}-1",
        "username": account.username,
        "domain": account.domain,
        "contact": f"sip:{account.username}@{private};transport={transport}",
        "received": f"sip:{public}:{making.random.randrange(20000, 60000)}" if making.random.random() < 0.7 else None,
        "path": None,
        "expires": expires,
        "q": 1.0,
        "callid": f"{making.random.getrandbits(64):016x}",
        "cseq": making.random.randrange(1, 9999),
        "last_modified": seen,
        "flags": 0,
        "cflags": 0,
        "user_agent": agent,
        "socket": _SOCKETS[transport],
        "methods": None,
        "instance": None,
        "reg_id": 0,
        "server_id": 0,
        "connection_id": -1,
        "keepalive": 0,
        "partition": 0,
    }
