"""What a ladder shows of each message, where it draws it, and the files of a trace."""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Iterator

import pytest

from portal.accounts.tracing.files import as_pcap, as_text
from portal.accounts.tracing.ladder import COLUMN, MOST_COLUMNS, draw_ladder
from portal.accounts.tracing.packets import End, end_of, packets_of
from portal.accounts.tracing.services import succession_of
from portal.ngnpro.records import MediaStream, MediaTrace, SipTraceMessage

INVITE = """INVITE sip:bob@example.com SIP/2.0\r
Diversion: <sip:carol@example.com>\r
 ;reason=busy\r
Authorization: Digest username="ada",\r
 response="0123456789abcdef"\r
Content-Type: application/sdp\r
\r
v=0\r
o=- 1 1 IN IP4 198.51.100.20\r
c=IN IP4 198.51.100.20\r
m=audio 40000 RTP/AVP 96 8\r
a=rtpmap:96 opus/48000/2\r
a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:secretkey\r
a=candidate:1 1 UDP 1 198.51.100.20 40000 typ host\r
a=sendonly\r
m=video 0 RTP/AVP 97\r
c=IN IP6 2001:db8::1\r
"""
ANSWER = "SIP/2.0 486 Busy Here\r\n\r\n"


def message(text: str, sender: str, receiver: str, second: int = 0, **more: str) -> SipTraceMessage:
    at = f"2026-03-15 12:00:{second:02}"
    return SipTraceMessage(time_stamp=at, from_ip=sender, to_ip=receiver, message=text, **more)


CALLER, PROXY, PHONE = "udp:198.51.100.20:5060", "udp:192.0.2.10:5060", "tls:[2001:db8::7]:5061"
TRACE = (message(INVITE, CALLER, PROXY), message(INVITE, PROXY, PHONE, 1), message(ANSWER, PROXY, CALLER, 6))


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("udp:192.0.2.10:5060", End("192.0.2.10", 5060, "udp")),
        ("192.0.2.10:5080", End("192.0.2.10", 5080)),
        ("192.0.2.10", End("192.0.2.10")),
        ("tls:[2001:db8::7]:5061", End("2001:db8::7", 5061, "tls")),
        ("2001:db8::7", End("2001:db8::7")),
        ("proxy.example", End("proxy.example")),
        ("", End("")),
    ],
)
def test_ends_are_read_in_each_form(text: str, end: End) -> None:
    assert end_of(text) == end
    assert end_of(str(end_of(text))) in (end, End(end.host, end.port))


def test_a_packet_has_its_time_size_transport_class_and_streams() -> None:
    first, second, last = packets_of(TRACE)
    assert (first.title, first.kind, first.after) == ("INVITE sip:bob@example.com SIP/2.0", "request", 0)
    assert (first.size, first.transport, second.transport) == (len(INVITE.encode()), "UDP", "UDP")
    assert first.diversion == "<sip:carol@example.com> ;reason=busy"
    audio, video = first.streams
    assert (audio.medium, audio.address, audio.codecs) == ("audio", "198.51.100.20:40000", "opus, 8")
    assert (audio.direction, audio.has_ice) == ("sendonly", True)
    assert (video.address, video.direction, video.has_ice) == ("2001:db8::1:0", "sendrecv", False)
    assert (last.kind, last.after, last.streams) == ("failure", 6, ())
    for secret in ("0123456789abcdef", "secretkey"):
        assert secret not in first.text


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("SIP/2.0 100 Trying", "provisional"),
        ("SIP/2.0 200 OK", "success"),
        ("SIP/2.0 302 Moved", "redirection"),
        ("SIP/2.0 603 Decline", "failure"),
        ("BYE sip:x SIP/2.0", "request"),
    ],
)
def test_classes(line: str, kind: str) -> None:
    assert packets_of([message(line, CALLER, PROXY)])[0].kind == kind


def test_a_message_without_text_is_known_by_its_method_and_status() -> None:
    [packet] = packets_of([message("", CALLER, PROXY, method="INVITE", status="180")])
    assert (packet.title, packet.kind) == ("INVITE 180", "provisional")


def test_a_ladder_has_a_column_for_each_address_and_an_arrow_for_each_message() -> None:
    ladder = draw_ladder(packets_of(TRACE))
    assert [column.host for column in ladder.columns] == ["198.51.100.20", "192.0.2.10", "2001:db8::7"]
    left, middle, right = (column.x for column in ladder.columns)
    assert [(arrow.start, arrow.end) for arrow in ladder.arrows] == [(left, middle), (middle, right), (middle, left)]
    assert ladder.width == 3 * COLUMN
    assert ladder.height > ladder.arrows[-1].y > ladder.arrows[0].y
    assert ladder.arrows[2].label == "486 Busy Here"


def test_addresses_beyond_the_last_column_are_only_in_the_table() -> None:
    many = [message(ANSWER, f"192.0.2.{number}", f"192.0.2.{number + 1}") for number in range(20)]
    ladder = draw_ladder(packets_of(many))
    assert len(ladder.columns) == MOST_COLUMNS
    assert len(ladder.arrows) + ladder.hidden == 20


def datagrams(capture: bytes) -> Iterator[tuple[str, int, str, int, str]]:
    """Read a capture independently of the code that writes it; check lengths and checksums."""
    magic, *_version, link = struct.unpack("<IHHiIII", capture[:24])
    assert (magic, link) == (0xA1B2C3D4, 101)
    rest = capture[24:]
    while rest:
        _seconds, _micro, kept, length = struct.unpack("<IIII", rest[:16])
        assert kept == length
        packet, rest = rest[16 : 16 + length], rest[16 + length :]
        head, size = (20, 4) if packet[0] >> 4 == 4 else (40, 16)
        ends = packet[head - 2 * size : head]
        if size == 4:
            assert struct.unpack("!H", packet[2:4])[0] == length
            assert sum(struct.unpack("!10H", packet[:20])) % 0xFFFF == 0
        udp = packet[head:]
        pseudo = ends + struct.pack("!HH", 17, len(udp)) + udp + b"\0" * (len(udp) % 2)
        assert sum(struct.unpack(f"!{len(pseudo) // 2}H", pseudo)) % 0xFFFF == 0
        source, target = (str(ipaddress.ip_address(ends[at : at + size])) for at in (0, size))
        from_port, to_port, _length, _check = struct.unpack("!HHHH", udp[:8])
        yield source, from_port, target, to_port, udp[8:].decode()


def test_a_capture_holds_each_message_as_a_datagram_without_secrets() -> None:
    six = message(ANSWER, PHONE, "tls:[2001:db8::8]:5061")
    found = list(datagrams(as_pcap(packets_of((*TRACE, six)))))
    assert [one[:4] for one in found] == [
        ("198.51.100.20", 5060, "192.0.2.10", 5060),
        ("192.0.2.10", 5060, "198.51.100.20", 5060),
        ("2001:db8::7", 5061, "2001:db8::8", 5061),
    ]  # a message between IPv4 and IPv6 has no packet
    assert found[0][4].startswith("INVITE sip:bob@example.com")
    assert "0123456789abcdef" not in found[0][4]


def test_the_text_has_each_message_after_a_line_about_it() -> None:
    text = as_text(packets_of(TRACE))
    assert (
        "--- 3  2026-03-15 12:00:06  192.0.2.10:5060 -> 198.51.100.20:5060  UDP  25 bytes\nSIP/2.0 486 Busy Here"
        in text
    )
    assert "0123456789abcdef" not in text


def test_the_bars_of_streams_show_when_they_were_relayed_and_waited() -> None:
    streams = (
        MediaStream(start_time=0, end_time=50, timeout_wait=90, status="closed"),
        MediaStream(start_time=50, end_time=100, timeout_wait=20, status="conntrack timeout"),
    )
    first, second = succession_of(MediaTrace(duration=100, streams=streams))
    assert (first.left, first.width, first.waited) == (0, 50, 0)
    assert (second.left, second.width, second.waited, second.waited_from) == (50, 50, 20, 80)
