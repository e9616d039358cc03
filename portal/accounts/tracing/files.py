"""A trace as a text and as a packet capture (libpcap format, version 2.4, link type LINKTYPE_RAW)."""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Iterator, Sequence

from portal.accounts.tracing.packets import Packet

_LINKTYPE_RAW = 101  # IPv4 and IPv6 packets without a link layer
_UDP, _LONGEST = 17, 65_000


def as_text(packets: Sequence[Packet]) -> str:
    """Return a trace as text: each message after a line with its number, time, ends, transport and size."""
    return "\n".join(_as_text(one) for one in packets)


def _as_text(one: Packet) -> str:
    at = f"{one.at:%Y-%m-%d %H:%M:%S}" if one.at else "-"
    line = f"--- {one.number}  {at}  {one.sender} -> {one.receiver}  {one.transport or '-'}  {one.size} bytes"
    return f"{line}\n{one.text.replace(chr(13), '')}\n"


def as_pcap(packets: Sequence[Packet]) -> bytes:
    """Return a trace as a packet capture.

    Each message is one UDP datagram, also if it was sent by TCP or TLS, so that programs show it as SIP. Messages
    between ends whose IP addresses are not known are left out.
    """
    header = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, _LINKTYPE_RAW)
    return header + b"".join(_records(packets))


def _records(packets: Sequence[Packet]) -> Iterator[bytes]:
    for one in packets:
        datagram = _datagram(one)
        if datagram:
            seconds = int(one.at.timestamp()) if one.at else 0
            yield struct.pack("<IIII", seconds, 0, len(datagram), len(datagram)) + datagram


def _datagram(one: Packet) -> bytes:
    """Return a message as an IP packet; empty if the addresses are unknown or of two kinds."""
    try:
        source, target = (ipaddress.ip_address(end.host) for end in (one.sender, one.receiver))
    except ValueError:
        return b""
    if source.version != target.version:
        return b""
    payload = one.text.encode()[:_LONGEST]
    ports = struct.pack("!HH", one.sender.port or 5060, one.receiver.port or 5060)
    length = len(payload) + 8
    ends = source.packed + target.packed
    pseudo = ends + (
        struct.pack("!BBH", 0, _UDP, length) if source.version == 4 else struct.pack("!IHBB", length, 0, 0, _UDP)
    )
    check = _checksum(pseudo + ports + struct.pack("!HH", length, 0) + payload) or 0xFFFF
    udp = ports + struct.pack("!HH", length, check) + payload
    if source.version == 6:
        return struct.pack("!IHBB", 6 << 28, length, _UDP, 64) + ends + udp
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + length, one.number & 0xFFFF, 0, 64, _UDP, 0) + ends
    return head[:10] + struct.pack("!H", _checksum(head)) + head[12:] + udp


def _checksum(data: bytes) -> int:
    """Return the Internet checksum (RFC 1071)."""
    words = struct.unpack(f"!{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2))
    total: int = sum(words)
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
