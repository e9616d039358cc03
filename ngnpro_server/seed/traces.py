"""Traces of calls: SIP messages, and media information of a media relay."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

_CALLER, _CALLED, _RELAY = "udp:198.51.100.20:5060", "udp:203.0.113.150:5060", "203.0.113.8"
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
    """Yield the messages of a call as rows, as Kamailio's siptrace module stores them.

    They are between the caller and the proxy, and between the proxy and the called phone.
    """
    status, start = call["status"], call["start_time"]
    ringing, answered = start + timedelta(seconds=1), start + timedelta(seconds=5)
    proxy = f"udp:{call['proxy_ip']}:5060"
    out, back = (_CALLER, proxy, "in"), (proxy, _CALLER, "out")
    onward, answer = (proxy, _CALLED, "out"), (_CALLED, proxy, "in")
    final = f"SIP/2.0 {status} {_REASONS[status]}"
    offer, accepted = _session(call, _CALLER), _session(call, _CALLED) if status == 200 else ""
    yield _message(call, out, "INVITE", "", start, 0, offer)
    yield _message(call, back, "INVITE", "SIP/2.0 100 Trying", start, 1000)
    yield _message(call, onward, "INVITE", "", start, 2000, offer)
    yield _message(call, answer, "INVITE", "SIP/2.0 180 Ringing", ringing, 0)
    yield _message(call, back, "INVITE", "SIP/2.0 180 Ringing", ringing, 1000)
    yield _message(call, answer, "INVITE", final, answered, 0, accepted)
    yield _message(call, back, "INVITE", final, answered, 1000, accepted)
    yield _message(call, out, "ACK", "", answered, 40000)
    yield _message(call, onward, "ACK", "", answered, 41000)
    if status == 200:
        yield _message(call, out, "BYE", "", call["stop_time"], 0)
        yield _message(call, onward, "BYE", "", call["stop_time"], 1000)
        yield _message(call, answer, "BYE", "SIP/2.0 200 OK", call["stop_time"], 29000)
        yield _message(call, back, "BYE", "SIP/2.0 200 OK", call["stop_time"], 30000)


def _session(call: dict[str, Any], end: str) -> str:
    """Return the session description of a side (RFC 8866)."""
    host = end.split(":")[1]
    lines = ["v=0", f"o=- 1 1 IN IP4 {host}", "s=-", f"c=IN IP4 {host}", "t=0 0"]
    lines += ["m=audio 40000 RTP/AVP 96 8", "a=rtpmap:96 opus/48000/2", "a=rtpmap:8 PCMA/8000", "a=sendrecv"]
    if "video" in call["media"]:
        lines += ["m=video 40002 RTP/AVP 97", "a=rtpmap:97 H264/90000", "a=sendrecv"]
    return "".join(f"{line}\r\n" for line in lines)


def media_info(random: Random, call: dict[str, Any]) -> str:
    """Return the media information that a relay stores for a call, as JSON text."""
    streams = media_streams(random, call["media"], call["duration"])
    return json.dumps({"duration": call["duration"], "streams": streams})


def media_streams(random: Random, kinds: str, seconds: int) -> list[dict[str, Any]]:
    """Return the streams of a call with the traffic in each direction; ``kinds`` is e.g. ``audio, video``."""
    port = random.randrange(40000, 60000, 4)
    return [_stream(random, kind, seconds, port + 2 * place) for place, kind in enumerate(kinds.split(", "))]


def _message(
    call: dict[str, Any],
    way: tuple[str, str, str],
    method: str,
    answer: str,
    moment: datetime,
    microseconds: int,
    session: str = "",
) -> dict[str, Any]:
    """Return a message on its way: sender, receiver, and direction at the proxy; ``answer`` is empty for a request."""
    sender, receiver, direction = way
    first = answer or f"{method} {call['to_uri']} SIP/2.0"
    to_tag = "" if first.startswith("INVITE") else call["to_tag"]
    # an answer has the Via of the request, whose sender receives it
    hop = (receiver if answer else sender).removeprefix("udp:")
    lines = (
        first,
        f"Via: SIP/2.0/UDP {hop};branch=z9hG4bK{call['from_tag']}",
        f"From: {call['from_header']};tag={call['from_tag']}",
        f"To: <{call['to_uri']}>" + (f";tag={to_tag}" if to_tag else ""),
        f"Call-ID: {call['call_id']}",
        f"CSeq: 1 {method}",
        *(["Content-Type: application/sdp"] if session else []),
        f"Content-Length: {len(session)}",
        "",
        session,
    )
    return {
        "time_stamp": moment,
        "time_us": microseconds,
        "callid": call["call_id"],
        "traced_user": call["from_uri"],
        "msg": "\r\n".join(lines),
        "method": method,
        "status": answer.split(" ")[1] if answer else "",
        "fromip": sender,
        "toip": receiver,
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
