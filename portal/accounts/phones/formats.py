"""The settings of an account in the formats that phones fetch by themselves.

Linphone: remote provisioning, a linphonerc as XML (wiki.linphone.org, Remote Provisioning). Acrobits: Account XML of an
external provisioning service (doc.acrobits.net). Zoiper: the answer to a token URL (oem.zoiper.com, Token based
provisioning). Yealink: ``<mac>.cfg``. Snom: the XML of a setting URL. Grandstream: ``cfg<mac>.xml``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from lxml import etree

Members = Iterable[tuple[str, str]]
LPCONFIG = "http://www.linphone.org/xsds/lpconfig.xsd"
XML, TEXT = "application/xml; charset=utf-8", "text/plain; charset=utf-8"
SNOM_TRANSPORTS = {"tls": "tls", "tcp": "tcp", "udp": "udp"}
YEALINK_TRANSPORTS = {"udp": "0", "tcp": "1", "tls": "2"}
GRANDSTREAM_TRANSPORTS = {"udp": "0", "tcp": "1", "tls": "2"}


@dataclass(frozen=True, slots=True)
class PhoneAccount:
    """What a phone needs to know of an account.

    ``server`` and ``outbound`` are host names with an optional port, ``outbound`` empty for none. ``transport`` is
    ``tls``, ``tcp`` or ``udp``. ``password`` is in clear text; if it is empty, ``ha1`` is the hash that some programs
    accept instead: MD5(username:domain:password).
    """

    username: str
    domain: str
    name: str
    server: str
    outbound: str
    transport: str
    password: str = field(default="", repr=False)
    ha1: str = field(default="", repr=False)

    @property
    def address(self) -> str:
        return f"{self.username}@{self.domain}"

    @property
    def shown_name(self) -> str:
        """Return the name on one line without characters that configuration files cannot have."""
        return " ".join("".join(letter if letter.isprintable() else " " for letter in self.name).split())


def linphone_xml(account: PhoneAccount) -> bytes:
    """Return a linphonerc as XML; Linphone is content with the hash of the password."""
    root = etree.Element("config", nsmap={None: LPCONFIG})  # type: ignore[dict-item]
    transport = f";transport={account.transport}"
    proxy = [
        ("reg_identity", f'"{account.shown_name.replace(chr(34), "")}" <sip:{account.address}>'),
        ("reg_proxy", f"<sip:{account.server}{transport}>"),
        ("reg_route", f"<sip:{account.outbound or account.server}{transport};lr>"),
        ("reg_sendregister", "1"),
        ("realm", account.domain),
    ]
    secret = ("passwd", account.password) if account.password else ("ha1", account.ha1)
    login = [("username", account.username), ("domain", account.domain), ("realm", account.domain), secret]
    for name, entries in {"sip": [("default_proxy", "0")], "proxy_0": proxy, "auth_info_0": login}.items():
        section = etree.SubElement(root, "section", name=name)
        for key, value in entries:
            etree.SubElement(section, "entry", name=key, overwrite="true").text = value
    return _xml(root)


def acrobits_xml(account: PhoneAccount) -> bytes:
    """Return the Account XML that is merged into the configuration of an app."""
    members = [
        ("title", account.address),
        ("username", account.username),
        ("password", account.password),
        ("userDisplayName", account.shown_name),
        ("host", account.domain),
        ("proxy", account.outbound or account.server),
        ("transport", "tls+sip:" if account.transport == "tls" else account.transport),
    ]
    return _xml(_element("account", members))


def zoiper_xml(account: PhoneAccount) -> bytes:
    """Return the login for which Zoiper asks at a token URL; its server is set where the app was configured."""
    root = etree.Element("options")
    members = [
        ("username", account.username),
        ("password", account.password),
        ("authentication_username", account.username),
    ]
    etree.SubElement(root, "accounts").append(_element("account", members))
    return _xml(root)


def yealink_cfg(account: PhoneAccount) -> bytes:
    """Return the configuration file of one phone; its first line has to be exactly this one."""
    host, port = _host_and_port(account.outbound or account.server, account.transport)
    values = {
        "enable": "1",
        "label": account.shown_name or account.username,
        "display_name": account.shown_name,
        "user_name": account.username,
        "auth_name": account.username,
        "password": account.password,
        "sip_server.1.address": account.domain,
        "sip_server.1.transport_type": YEALINK_TRANSPORTS[account.transport],
        "outbound_proxy_enable": "1",
        "outbound_proxy.1.address": host,
        "outbound_proxy.1.port": port,
    }
    lines = (f"account.1.{name} = {value}" for name, value in values.items())
    return "\n".join(["#!version:1.0.0.1", *lines, ""]).encode()


def snom_xml(account: PhoneAccount) -> bytes:
    """Return the settings of one phone, for its first identity."""
    host, port = _host_and_port(account.outbound or account.server, account.transport)
    values = [
        ("user_active", "on"),
        ("user_realname", account.shown_name),
        ("user_name", account.username),
        ("user_pname", account.username),
        ("user_host", account.domain),
        ("user_outbound", f"sip:{host}:{port};transport={SNOM_TRANSPORTS[account.transport]}"),
        ("user_pass", account.password),
    ]
    root = etree.Element("settings")
    settings = etree.SubElement(root, "phone-settings")
    for name, value in values:
        etree.SubElement(settings, name, idx="1", perm="").text = value
    return _xml(root)


def grandstream_xml(account: PhoneAccount, mac: str) -> bytes:
    """Return the configuration file of one phone; the settings of its first account have these P numbers."""
    host, port = _host_and_port(account.outbound or account.server, account.transport)
    values = [
        ("P271", "1"),
        ("P270", account.shown_name or account.username),
        ("P47", account.domain),
        ("P48", f"{host}:{port}"),
        ("P35", account.username),
        ("P36", account.username),
        ("P34", account.password),
        ("P3", account.shown_name),
        ("P130", GRANDSTREAM_TRANSPORTS[account.transport]),
    ]
    root = etree.Element("gs_provision", version="1")
    etree.SubElement(root, "mac").text = mac
    root.append(_element("config", values))
    root[-1].set("version", "1")
    return _xml(root)


def _element(name: str, members: Members) -> etree._Element:
    root = etree.Element(name)
    for key, value in members:
        etree.SubElement(root, key).text = value
    return root


def _xml(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _host_and_port(address: str, transport: str) -> tuple[str, str]:
    """Split a host name and an optional port (RFC 3261, 19.1.2); TLS has 5061 by default."""
    usual = "5061" if transport == "tls" else "5060"
    host, colon, port = address.rpartition(":")
    return (host, port) if colon and port.isdecimal() and not host.count(":") else (address, usual)


@dataclass(frozen=True, slots=True)
class PhoneKind:
    """A kind of phone: its label, how its settings are written, and the name of its file if it is a desk phone.

    ``takes_hash``: it accepts the hash of the password instead of the password.
    """

    label: str | Promise
    write: Callable[[PhoneAccount, str], bytes]
    content_type: str = XML
    file: str = ""
    takes_hash: bool = False

    @property
    def is_desk_phone(self) -> bool:
        return bool(self.file)


LINPHONE, ACROBITS, ZOIPER = "linphone", "acrobits", "zoiper"
PHONE_KINDS: Mapping[str, PhoneKind] = {
    LINPHONE: PhoneKind(_("Linphone"), lambda account, _mac: linphone_xml(account), takes_hash=True),
    ACROBITS: PhoneKind(_("An app of Acrobits"), lambda account, _mac: acrobits_xml(account)),
    ZOIPER: PhoneKind(_("Zoiper"), lambda account, _mac: zoiper_xml(account)),
    "yealink": PhoneKind(_("Yealink"), lambda account, _mac: yealink_cfg(account), TEXT, "{mac}.cfg"),
    "snom": PhoneKind(_("Snom"), lambda account, _mac: snom_xml(account), file="snom-{mac}.xml"),
    "grandstream": PhoneKind(_("Grandstream"), grandstream_xml, file="cfg{mac}.xml"),
}


def offered_kinds() -> Mapping[str, PhoneKind]:
    """Return the kinds that the operator has set up: the apps of Acrobits and Zoiper need the operator's code there."""
    needed = {ACROBITS: settings.ACROBITS_ID, ZOIPER: settings.ZOIPER_ID}
    return {name: kind for name, kind in PHONE_KINDS.items() if needed.get(name, True)}
