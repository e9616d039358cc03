"""Traces of calls: SIP messages, and media information of a media relay."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

_CALLER, _RELAY = "udp:198.51.100.20:5060", "203.0.113.8"
_PACKETS_PER_SECOND, _BYTES_PER_PACKET = 50, 200
_REASONS = {
    200: "OK",
    404: "Not Found",
    480: "Temporarily Unavailable",
    486: "Busy Here",
    487: "Request Terminated",
    603: "Decline",
}


def messages_of_call(call: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the messages between proxy and caller as rows, as Kamailio's siptrace module stores them."""
    status, start = call["status"], call["start_time"]
    invite = f"INVITE {call['to_uri']} SIP/2.0"
    yield _message(call, "in", "INVITE", "", invite, start, 0)
    yield _message(call, "out", "INVITE", "100", "SIP/2.0 100 Trying", start, 1000)
    yield _message(call, "out", "INVITE", "180", "SIP/2.0 180 Ringing", start + timedelta(seconds=1), 0)
    answered = start + timedelta(seconds=5)
    yield _message(call, "out", "INVITE", str(status), f"SIP/2.0 {status} {_REASONS[status]}", answered, 0)
    yield _message(call, "in", "ACK", "", f"ACK {call['to_uri']} SIP/2.0", answered, 40000)
    if status == 200:
        yield _message(call, "in", "BYE", "", f"BYE {call['to_uri']} SIP/2.0", call["stop_time"], 0)
        yield _message(call, "out", "BYE", "200", "SIP/2.0 200 OK", call["stop_time"], 30000)


def media_info(random: Random, call: dict[str, Any]) -> str:
    """Return the media information that a relay stores for a call, as JSON text."""
    streams = media_streams(random, call["media"], call["duration"])
    return json.dumps({"duration": call["duration"], "streams": streams})


def media_streams(random: Random, kinds: str, seconds: int) -> list[dict[str, Any]]:
    """Return the streams of a call with the traffic in each direction; ``kinds`` is e.g. ``audio, video``."""
    port = random.randrange(40000, 60000, 4)
    return [_stream(random, kind, seconds, port + 2 * place) for place, kind in enumerate(kinds.split(", "))]


def _message(
    call: dict[str, Any], direction: str, method: str, status: str, first: str, moment: datetime, microseconds: int
) -> dict[str, Any]:
    proxy = f"udp:{call['proxy_ip']}:5060"
    is_in = direction == "in"
    to_tag = "" if first.startswith("INVITE") else call["to_tag"]
    lines = (
        first,
        f"Via: SIP/2.0/UDP {_CALLER.removeprefix('udp:')};branch=z9hG4bK{call['from_tag']}",
        f"From: {call['from_header']};tag={call['from_tag']}",
        f"To: <{call['to_uri']}>" + (f";tag={to_tag}" if to_tag else ""),
        f"Call-ID: {call['call_id']}",
        f"CSeq: 1 {method}",
        "Content-Length: 0",
        "",
        "",
    )
    return {
        "time_stamp": moment,
        "time_us": microseconds,
        "callid": call["call_id"],
        "traced_user": call["from_uri"],
        "msg": "\r\n".join(lines),
        "method": method,
        "status": status,
        "fromip": _CALLER if is_in else proxy,
        "toip": proxy if is_in else _CALLER,
        "fromtag": call["from_tag"],
        "totag": to_tag,
        "direction": direction,
    }


def _stream(random: Random, kind: str, seconds: int, port: int) -> dict[str, Any]:
    sent, received = (int(seconds * _PACKETS_PER_SECOND * random.uniform(0.9, 1)) for _side in range(2))
    return {
        "media_type": kind,
        "status": "closed",
        "start_time": 0,
        "end_time": seconds,
        "timeout_wait": 90,
        "caller_local": f"{_RELAY}:{port}",
        "callee_local": f"{_RELAY}:{port + 1}",
        "caller_remote": f"198.51.100.20:{random.randrange(10000, 20000)}",
        "callee_remote": f"203.0.113.150:{random.randrange(10000, 20000)}",
        "caller_codec": "opus" if kind == "audio" else "H264",
        "caller_packets": sent,
        "callee_packets": received,
        "caller_bytes": sent * _BYTES_PER_PACKET,
        "callee_bytes": received * _BYTES_PER_PACKET,
    }
