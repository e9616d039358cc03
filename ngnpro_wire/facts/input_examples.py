"""What each kind of field takes: the table of docs/input.md, and the examples that forms show as help.

A test reads every line with the normalizers of the pages and of the server.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class InputKind(StrEnum):
    """A kind of field; the value is the heading of its section in docs/input.md."""

    NUMBER = "Telephone numbers"
    DOMAIN = "Domain names"
    HOST = "Hosts"
    NETWORK = "Networks"
    EMAIL = "E-mail addresses"
    ZONE = "Time zones"
    ADDRESS = "SIP addresses"
    CALLER = "Callers who are rejected"
    PREFIX = "Barred destinations"
    NAME = "Names of people and companies"
    TIME = "Times"
    USERNAME = "SIP usernames"
    TARGET = "Targets of ENUM numbers"
    DNS = "Records of DNS zones"
    PASSWORD = "Passwords"  # noqa: S105 - a heading


@dataclass(frozen=True, slots=True)
class Example:
    """A text and what becomes of it: the stored text, or a word of the refusal. ``is_help``: forms show it."""

    typed: str
    stored: str = ""
    refused: str = ""
    is_help: bool = False

    def __str__(self) -> str:
        outcome = f"`{self.stored}`" if self.stored else f"refused: {self.refused}"
        return f"| `{self.typed}` | {outcome} |"


EXAMPLES: Mapping[InputKind, tuple[Example, ...]] = {
    InputKind.NUMBER: (
        Example("+49 30 901820", "+4930901820"),
        Example("+49 (0)30 901820", "+4930901820", is_help=True),
        Example("0049 (0) 30 / 90 18 20", "004930901820", is_help=True),
        Example("+39 06 5685 1242", "+390656851242"),
        Example("+49‑30–901820", "+4930901820"),
        Example("＋４９３０９０１８２０", "+4930901820"),
        Example("tel:+49-30-901820", "+4930901820"),
        Example("tel:901820;phone-context=+4930", "+4930901820"),
        Example("4930901820.0", refused="spreadsheet"),
        Example("4.93091E+11", refused="spreadsheet"),
        Example("+49 30 901820 ext. 5", refused="extension"),
        Example("+4930901820,,5#", refused="extension"),
    ),
    InputKind.DOMAIN: (
        Example("trail.example.", "trail.example"),
        Example("UPPER.Example", "upper.example"),
        Example("straße.example", "xn--strae-oqa.example", is_help=True),
        Example("1.2.3.example", "1.2.3.example"),
        Example("host.example:5060", refused="port"),
        Example("sip:host.example", refused="sip:"),
        Example("user@host.example", refused="@"),
        Example("under_score.example", refused="“_”"),
        Example("a..b.example", refused="missing"),
        Example("192.0.2.5", refused="IP address"),
    ),
    InputKind.HOST: (
        Example("192.0.2.5", "192.0.2.5"),
        Example("[2001:DB8:0::1]", "2001:db8::1", is_help=True),
        Example("::ffff:192.0.2.5", "192.0.2.5"),
        Example("192.0.2.5.", "192.0.2.5"),
        Example("SBC.example.com.", "sbc.example.com"),
        Example("bücher.example", "xn--bcher-kva.example", is_help=True),
        Example("192.0.2.5:5060", refused="port"),
        Example("[2001:db8::1]:5060", refused="port"),
        Example("fe80::1%eth0", refused="fe80::1"),
        Example("0.0.0.0", refused="no address"),  # noqa: S104 - an example of what is refused
        Example("255.255.255.255", refused="all hosts"),
        Example("224.0.0.1", refused="group"),
        Example("192.0.2.0/24", refused="network"),
        Example("010.0.0.1", refused="not an IP address"),
        Example("sip:192.0.2.5", refused="sip:"),
    ),
    InputKind.NETWORK: (
        Example("192.0.2.0/24", "192.0.2.0/24"),
        Example("192.0.2.0/255.255.255.0", "192.0.2.0/24", is_help=True),
        Example("::ffff:192.0.2.0/120", "192.0.2.0/24"),
        Example("[2001:db8::]/48", "2001:db8::/48"),
        Example("192.0.2.7", "192.0.2.7/32"),
        Example("192.0.2.5/24", refused="192.0.2.0/24"),
        Example("192.0.2.0/33", refused="prefix"),
        Example("0.0.0.0", refused="no address"),  # noqa: S104 - an example of what is refused
    ),
    InputKind.EMAIL: (
        Example("Ada@Example.COM", "ada@example.com"),
        Example('"King, Ada" <ada@example.com>', "ada@example.com", is_help=True),
        Example("mailto:ada@example.com", "ada@example.com"),
        Example("ada@example.com.", "ada@example.com"),
        Example("ada@example.com;", "ada@example.com"),
        Example("ada@bücher.example", "ada@xn--bcher-kva.example"),
        Example("ada@example.com, ada@example.com", "ada@example.com"),
        Example("ada@example.com; bob@example.com", refused="one address"),
        Example("jörg@example.com", refused="mail servers"),
        Example("a..b@example.com", refused="before the @"),
        Example("ada@", refused="missing"),
        Example("ada@192.0.2.5", refused="IP address"),
        Example('"King <ada@example.com>', refused="not closed"),
    ),
    InputKind.ZONE: (
        Example("europe/amsterdam", "Europe/Amsterdam"),
        Example("America/New York", "America/New_York"),
        Example("US/Eastern", "America/New_York"),
        Example("Asia/Calcutta", "Asia/Kolkata"),
        Example("Europe/Stockholm", "Europe/Stockholm"),
        Example("W. Europe Standard Time", "Europe/Berlin"),
        Example("India Standard Time", "Asia/Kolkata"),
        Example("CEST", refused="time zone"),
    ),
    InputKind.ADDRESS: (
        Example("sip:Ada@example.net.", "sip:ada@example.net"),
        Example('"King, Ada" <sip:ada@example.net;transport=tls>', "sip:ada@example.net;transport=tls"),
        Example("reception", "sip:reception@example.com", is_help=True),
        Example("+49 (0)30 901820", "sip:+4930901820@example.com", is_help=True),
        Example("tel:+49-30-901820", "sip:+4930901820@example.com"),
        Example("ada@[::ffff:192.0.2.5]:5070", "sip:ada@192.0.2.5:5070"),
        Example("bob smith", refused="address"),
        Example("4930901820.0", refused="spreadsheet"),
    ),
    InputKind.CALLER: (
        Example("+49 (0)30 901820", "sip:%4930901820@%"),
        Example("020 1234567", "sip:%201234567@%", is_help=True),
        Example("*@spam.example", "sip:%@spam.example", is_help=True),
        Example("Spam <sip:spam@example.net>", "sip:spam@example.net"),
        Example("+49*", refused="beginning"),
        Example("anonymous", refused="hide"),
    ),
    InputKind.PREFIX: (
        Example("0044 90", "+4490", is_help=True),
        Example("+49 (0)180", "+49180"),
        Example("4490", refused="begin"),
        Example("+049", refused="zeros"),
    ),
    InputKind.NAME: (
        Example("  Ada   King ", "Ada King"),
        Example('"King, Ada"', "King, Ada"),
        Example('"Zur Post" GmbH', '"Zur Post" GmbH'),
    ),
    InputKind.TIME: (
        Example("8:30", "08:30"),
        Example("8.30 pm", "20:30"),
        Example("0830", "08:30"),
        Example("24:00", "00:00"),
        Example("8", refused="time"),
        Example("25:00", refused="time"),
    ),
    InputKind.USERNAME: (
        Example("Bob.Upper", "bob.upper"),
        Example("%41lice", "alice"),
        Example("9901%231", "9901%231"),
        Example("+31201234567", "+31201234567"),
        Example("9901#1", refused="%23"),
        Example("a/../b", "a/../b"),
        Example("%2e%2e", refused="folder"),
        Example("bob@home", refused="@"),
        Example("bob smith", refused="letters, digits"),
        Example("jörg", refused="letters, digits"),
    ),
    InputKind.TARGET: (
        Example("sip alice@example.com.", "sip:alice@example.com"),
        Example("sip sip:alice!x@example.com", "sip:alice!x@example.com"),
        Example("tel +49 (0)30/1234", "tel:+49301234"),
        Example("web:https example.com/a", "https://example.com/a"),
        Example("sip sip:alice", refused="host"),
        Example("sip !^.*$!sip:\\1@example.com!", refused="rest of the rule"),
        Example("sip sip:a\\b@example.com", refused="backslashes"),
        Example("sip sip:9901#1@example.com", refused="%23"),
        Example("sip mailto:alice@example.com", refused="sip:"),
    ),
    InputKind.DNS: (
        Example("A 192.0.2.1", "192.0.2.1"),
        Example("AAAA 2001:DB8::0:1", "2001:db8::1"),
        Example("CNAME WWW.example.org.", "www.example.org"),
        Example("MX mail", "mail.example.com"),
        Example("SRV 10 5060 sip.example.net", "10 5060 sip.example.net"),
        Example('NAPTR 10 100 "s" "SIP+D2U" "" _sip._udp', '10 100 "s" "SIP+D2U" "" _sip._udp.example.com'),
        Example("TXT v=spf1 -all", '"v=spf1 -all"'),
        Example("LOC 52 22 23 N 4 53 32 E -2m", "52 22 23.000 N 4 53 32.000 E -2.00m"),
        Example("CNAME münchen.example", "xn--mnchen-3ya.example"),
        Example("A 2001:db8::1", refused="192.0.2.1"),
        Example("MX mail_1.example.com", refused="“_”"),
        Example("SRV 5060 sip.example.net", refused="10 5060"),
        Example('CAA 0 issue "ca.example"', refused="type"),
    ),
    InputKind.PASSWORD: (
        Example("a&b<c>d\"e'f;g", "a&b<c>d\"e'f;g"),
        Example("pa$$word 1", "pa$$word 1"),
        Example("'=1+1", "'=1+1"),
    ),
}


def table_of(kind: InputKind) -> Iterator[str]:
    """Yield the lines of a kind's table in docs/input.md."""
    yield from ("| typed | becomes |", "|---|---|")
    yield from map(str, EXAMPLES[kind])


def help_examples(kind: InputKind) -> tuple[str, ...]:
    """Return the texts that forms show as examples."""
    return tuple(example.typed for example in EXAMPLES[kind] if example.is_help)
