"""Recognition of phones by user agent, and rules on who may set or see passwords."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.phones.formats import PHONE_KINDS
from portal.core.viewer import Role, Viewer
from portal.ngnpro.hashes import WEB_PASSWORD
from portal.ngnpro.records import SipAccount

DESK, SOFT, MOBILE, BASE, ADAPTER, SYSTEM = "desk", "soft", "mobile", "base", "adapter", "system"
KINDS: dict[str, str | Promise] = {
    DESK: gettext_lazy("Desk phone"),
    SOFT: gettext_lazy("Program on a computer"),
    MOBILE: gettext_lazy("App on a mobile phone"),
    BASE: gettext_lazy("Cordless base"),
    ADAPTER: gettext_lazy("Adapter"),
    SYSTEM: gettext_lazy("Telephone system"),
    "": gettext_lazy("Phone"),
}
# Names of icons in static/icons.svg.
ICONS = {
    DESK: "device",
    SOFT: "computer",
    MOBILE: "mobile",
    BASE: "cordless",
    ADAPTER: "adapter",
    SYSTEM: "server",
    "": "phone",
}


@dataclass(frozen=True, slots=True)
class PhoneModel:
    """A phone: maker, model, kind and software version; unknown values are empty."""

    maker: str = ""
    model: str = ""
    kind: str = ""
    version: str = ""

    @property
    def name(self) -> str:
        return f"{self.maker} {self.model}".strip()

    @property
    def icon(self) -> str:
        return ICONS[self.kind]


# Maker, pattern and kind. A pattern may have the groups ``model`` and ``version``. The first match is used.
_PATTERNS: tuple[tuple[str, str, str], ...] = (
    ("Yealink", r"Yealink (?:SIP-)?(?P<model>W\d\S*) (?P<version>\S+)", BASE),
    ("Yealink", r"Yealink (?:SIP-)?(?P<model>\S+) (?P<version>\S+)", DESK),
    ("Snom", r"snom(?P<model>M\d+)[ /-](?P<version>\S+)", BASE),
    ("Snom", r"snom ?(?P<model>[A-Z]?\d+\w*)(?:-SIP)?[ /-](?P<version>\S+)", DESK),
    ("Poly", r"Poly(?:com)?(?:Edge)?-(?P<model>[\w-]+?)-UA/(?P<version>\S+)", DESK),
    ("Polycom", r"Polycom\w*-(?P<model>\w+)-UA/(?P<version>\S+)", DESK),
    ("Grandstream", r"Grandstream (?P<model>(?:HT|GXW)\S+) (?P<version>\S+)", ADAPTER),
    ("Grandstream", r"Grandstream (?P<model>UCM\S+) (?P<version>\S+)", SYSTEM),
    ("Grandstream", r"Grandstream (?P<model>DP\S+) (?P<version>\S+)", BASE),
    ("Grandstream", r"Grandstream (?P<model>\S+) (?P<version>\S+)", DESK),
    ("Cisco", r"Cisco[-/](?P<model>SPA[359]\d\d[A-Z]?\d?)[-/](?P<version>\S+)", DESK),
    ("Cisco", r"Cisco[-/](?P<model>(?:SPA|ATA)\w+)[-/](?P<version>\S+)", ADAPTER),
    ("Cisco", r"Cisco[-/](?P<model>CP-?\w+(?:-3PCC)?)[-/](?P<version>\S+)", DESK),
    ("Linksys", r"Linksys/(?P<model>\w+)-(?P<version>\S+)", ADAPTER),
    ("Sipura", r"Sipura/(?P<model>\w+)-(?P<version>\S+)", ADAPTER),
    ("Gigaset", r"Gigaset (?P<model>\S+(?: IP| PRO)?)[ /](?P<version>\S+)", BASE),
    ("Panasonic", r"Panasonic[_/ -](?P<model>KX-[\w]+)[/_ -](?P<version>\S+)", DESK),
    ("Mitel", r"(?:Mitel|Aastra) (?P<model>\S+?)(?: SIP)?/(?P<version>\S+)", DESK),
    ("Fanvil", r"Fanvil (?P<model>\S+) (?P<version>\S+)", DESK),
    ("Htek", r"Htek (?P<model>\S+) V?(?P<version>\S+)", DESK),
    ("Alcatel-Lucent", r"(?:ALE|Alcatel)[ -](?P<model>\S+)[ /](?P<version>\S+)", DESK),
    ("Unify", r"(?:optiPoint|OpenScape|OpenStage)[_ ](?P<model>[\w ]+)[ /](?P<version>\S+)", DESK),
    ("FRITZ!Box", r"(?:AVM )?FRITZ!(?:Box|OS)(?: (?P<model>[^/]+?))?[ /](?P<version>[\d.]+)", BASE),
    (
        "AudioCodes",
        r"Audiocodes(?:-Sip-Gateway)?[-/ ](?P<model>[\w ]+?)/?v?\.?(?P<version>[\d.]+\S*)",
        ADAPTER,
    ),
    ("Patton", r"Patton (?P<model>\S+) .*?(?P<version>R?[\d.]+)", ADAPTER),
    ("Blink", r"Blink (?:(?P<model>Pro|Lite|Cocoa|Qt) )?(?P<version>[\d.]+)", SOFT),
    ("SIP SIMPLE", r"sipsimple (?P<version>[\d.]+)", SOFT),
    ("Linphone", r"Linphone(?:-)?(?P<model>Android|iOS|iPhone)/(?P<version>[\d.]+)", MOBILE),
    ("Linphone", r"Linphone(?:-)?(?P<model>Desktop)?[^/]*/(?P<version>[\d.]+)", SOFT),
    ("Zoiper", r"Zoiper (?P<model>for \w+)?\s*r?v?(?P<version>[\d.]+)", SOFT),
    ("Bria", r"Bria (?P<model>iOS|Android|Mobile)\S*(?: release)? (?P<version>[\d.]+)", MOBILE),
    ("Bria", r"Bria(?: (?P<model>\d|Enterprise|Teams|Solo))?.*?(?P<version>[\d.]{3,})", SOFT),
    ("X-Lite", r"X-Lite release (?P<version>\S+)", SOFT),
    ("Acrobits", r"(?:Acrobits )?(?P<model>Softphone|Groundwire)/(?P<version>[\d.]+)", MOBILE),
    ("CSipSimple", r"CSipSimple_\S*?/(?P<version>\S+)", MOBILE),
    ("MicroSIP", r"MicroSIP/(?P<version>\S+)", SOFT),
    ("Jitsi", r"Jitsi[ /]?(?P<version>[\d.]+)", SOFT),
    ("baresip", r"baresip v?(?P<version>[\d.]+)", SOFT),
    ("PJSUA", r"PJSUA v?(?P<version>[\d.]+)", SOFT),
    ("Twinkle", r"Twinkle/(?P<version>\S+)", SOFT),
    ("Telephone", r"Telephone (?P<version>[\d.]+)", SOFT),
    ("Asterisk", r"(?:Asterisk PBX|FPBX-\S+?)[ (]?(?P<version>[\d.]+)", SYSTEM),
    ("FreeSWITCH", r"FreeSWITCH(?:-mod_sofia/(?P<version>[\d.]+))?", SYSTEM),
    ("3CX", r"3CX ?(?P<model>Phone)(?:\w*) (?P<version>[\d.]+)", SOFT),
    ("3CX", r"3CX ?Phone ?System (?P<version>[\d.]+)", SYSTEM),
    ("SIP.js", r"SIP\.js/(?P<version>[\d.]+)", SOFT),
    ("JsSIP", r"JsSIP (?P<version>[\d.]+)", SOFT),
)
LONGEST_NAME = 200
PHONES = tuple((maker, re.compile(pattern, re.IGNORECASE), kind) for maker, pattern, kind in _PATTERNS)


def phone_of(user_agent: str) -> PhoneModel:
    """Return the phone for a user agent; an unknown phone has the user agent as maker."""
    # The user agent is input from the phone: limit the compared length, so that long ones are not slow.
    beginning = user_agent.strip()[:LONGEST_NAME]
    for maker, pattern, kind in PHONES:
        if match := pattern.match(beginning):
            found = match.groupdict()
            return PhoneModel(maker, (found.get("model") or "").strip(), kind, found.get("version") or "")
    return PhoneModel(maker=user_agent.strip())


SIP, WEB = "sip", "web"
DENIED = "deny-password-change"


def why_not_set(which: str, account: SipAccount, viewer: Viewer) -> str:
    """Return why a viewer may not set a password; empty if they may."""
    if which == SIP and DENIED in account.groups and viewer.effective_role is Role.SUBSCRIBER:
        return _("Your provider sets this password. Ask there for another one.")
    return ""


def why_not_shown(account: SipAccount, viewer: Viewer) -> str:
    """Return why the SIP password cannot be shown; empty if it can.

    An account's user can see it only if they sign in with it. A web password may have been set by a person who may
    change accounts but not see passwords, or through a link to an e-mail address that such a person changed.
    """
    if not account.password:
        return _("It is stored encrypted: no one can see it, only set another one.")
    if not viewer.may_see_passwords:
        return _("You may not see passwords. An operator with full rights can change that.")
    if DENIED in account.groups and viewer.effective_role is Role.SUBSCRIBER:
        return _("Your provider keeps this password.")
    if viewer.role is Role.SUBSCRIBER and account.get_property(WEB_PASSWORD):
        return _("It is shown only to those who sign in with it, and this account has a web password. Set a new one.")
    return ""


def why_not_given(kind: str, account: SipAccount, viewer: Viewer) -> str:
    """Return why a phone cannot get the stored password; empty if it can.

    Whoever makes the link could read the password, so the rules are those of showing it (``why_not_shown``).
    """
    if not account.password and not (PHONE_KINDS[kind].takes_hash and account.ha1):
        return _("This platform stores the password encrypted, so the phone needs a new one.")
    if not viewer.may_see_passwords:
        return _("You may not see passwords, so the phone needs a new one.")
    if viewer.role is Role.SUBSCRIBER and (DENIED in account.groups or account.get_property(WEB_PASSWORD)):
        return _("The stored password is given only to those who sign in with it, so the phone needs a new one.")
    return ""


def why_no_link(kind: str, account: SipAccount, viewer: Viewer, *, sets_password: bool) -> str:
    """Return why this viewer may not make a link; empty if they may."""
    return why_not_set(SIP, account, viewer) if sets_password else why_not_given(kind, account, viewer)
