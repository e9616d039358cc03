"""The properties that customers can have, and what each means (contract: customer_properties)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core.auth import Role
from portal.ngnpro.records import CustomerProperty

Text = str | Promise


class Kind(StrEnum):
    """What a property's text means; ``SWITCH`` has a third state, the platform's own."""

    FLAG = "flag"
    SWITCH = "switch"
    NUMBER = "number"
    URL = "url"
    EMAIL = "email"
    SECRET = "secret"  # noqa: S105
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Property:
    """A property by its name on the wire.

    ``permission`` is the lowest of ``admin``, ``reseller`` and ``customer`` that may change it; ``for_children``: a
    reseller may, too, for his customers.
    """

    name: str
    label: Text
    help: Text = ""
    kind: Kind = Kind.TEXT
    category: str = "sip"
    permission: str = "customer"
    for_children: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Properties that belong together in people's minds."""

    title: Text
    properties: tuple[Property, ...]


def _limit(name: str, label: Text) -> Property:
    return Property(name, label, "", Kind.NUMBER, "credit", "admin", for_children=True)


def _right(name: str, label: Text, help_text: Text) -> Property:
    return Property(name, label, help_text, Kind.FLAG, "sip", "admin", for_children=True)


LIMITS = Group(
    _("Limits: how many there may be, empty for no limit"),
    (
        _limit("sip_credit", _("SIP accounts")),
        _limit("sip_alias_credit", _("Aliases")),
        _limit("enum_range_credit", _("Number ranges")),
        _limit("enum_number_credit", _("Numbers")),
        _limit("dns_zone_credit", _("DNS zones")),
        _limit("email_credit", _("E-mail aliases")),
    ),
)
RIGHTS = Group(
    _("Rights"),
    (
        _right("pstn_access", _("PSTN"), _("Sees what has to do with telephone numbers, quotas and routing.")),
        _right(
            "pstn_changes",
            _("PSTN changes"),
            _("May change PSTN access, quota, caller-ID and call limit of its accounts."),
        ),
        _right("prepaid_changes", _("Prepaid changes"), _("May make its accounts prepaid or postpaid.")),
        _right("sms_access", _("Short messages"), _("May let its accounts send short messages.")),
    ),
)
GROUPS = (
    LIMITS,
    RIGHTS,
    Group(
        _("Servers"),
        (
            Property("sip_proxy", _("SIP proxy"), _("What users type into their phones.")),
            Property("sip_outbound_proxy", _("Outbound proxy"), _("Where phones send everything, if not there.")),
            Property("msrp_relay", _("MSRP relay"), _("For chat and files.")),
            Property("xcap_root", _("XCAP root"), _("Where phones keep contacts and settings."), Kind.URL),
            Property("voicemail_server", _("Voicemail server"), _("The host part of mailbox addresses.")),
            Property(
                "absolute_voicemail_uri",
                _("Mailbox addresses in forwarding"),
                _("Forward to sip:mailbox@server instead of the word for “my mailbox”."),
                Kind.FLAG,
            ),
            Property("push_notifications_server", _("Push server"), _("As host:port;transport=tcp.")),
            Property(
                "push_notifications_server_private",
                _("Push server, inside"),
                _("Its address in the platform's own network."),
            ),
        ),
    ),
    Group(
        _("Codes to dial, such as *21"),
        (
            Property("voicemail_access_number", _("Listen to voicemail")),
            Property("FUNC_access_number", _("Forward all calls")),
            Property("FNOL_access_number", _("Forward while not online")),
            Property("FNOA_access_number", _("Forward when not answered")),
            Property("FBUS_access_number", _("Forward while busy")),
            Property("change_privacy_access_number", _("Hide or show the own number")),
            Property("check_privacy_access_number", _("Hear whether the number is hidden")),
            Property("reject_anonymous_access_number", _("Reject anonymous calls")),
        ),
    ),
    Group(
        _("Support and pages"),
        (
            Property("support_company", _("Company"), _("The name under which users know their provider.")),
            Property("support_email", _("Support e-mail"), _("Sender of the mails to users."), Kind.EMAIL),
            Property("support_web", _("Support site"), "", Kind.URL),
            Property("billing_email", _("Billing e-mail"), _("Whom users ask about bills."), Kind.EMAIL),
            Property("sip_settings_page", _("Settings page"), _("Where users change their settings."), Kind.URL),
            Property(
                "digest_settings_page",
                _("Settings page for phones"),
                _("The same, with the SIP password as login."),
                Kind.URL,
                permission="reseller",
            ),
            Property("cdrtool_address", _("Call records page"), _("Where users see their calls."), Kind.URL),
            Property("currency", _("Currency"), _("As it is written behind amounts.")),
            Property("records_per_page", _("Rows per page"), _("In lists of CDRTool."), Kind.NUMBER, "web"),
        ),
    ),
    Group(
        _("Passwords and payment"),
        (
            Property(
                "store_clear_text_passwords",
                _("SIP passwords in clear text"),
                _("“No” stores them encrypted: they can then be set, but never read."),
                Kind.SWITCH,
            ),
            Property("yubikey", _("Yubikey"), _("The first 12 characters of what the key types.")),
            Property(
                "payment_processor_class",
                _("Payment processor"),
                _("The program part that takes card payments."),
                permission="admin",
            ),
            Property(
                "support_order",
                _("Support order"),
                _("A customer who has one cannot be deleted."),
                category="billing",
                permission="admin",
            ),
        ),
    ),
    Group(
        _("DNS"),
        (
            Property("dns_admin_email", _("Administrator of new zones"), "", Kind.EMAIL, "dns"),
            Property("auth_token", _("Token of the DNS service"), "", Kind.SECRET, "dns"),
        ),
    ),
)
OTHERS = _("Others")
# What CDRTool keeps of forms that were filled in, such as sip_accounts_last_domain.
REMEMBERED = _("Remembered by CDRTool")
_REMEMBERED_NAME = re.compile(r"_last_|^enum_generator_")
KNOWN = {known.name: known for group in GROUPS for known in group.properties}
PERSONAL = frozenset({"support_order", "yubikey"})
SECRET_WORDS = ("password", "secret", "token")

_NEEDED = {"customer": 1, "reseller": 2, "admin": 3}
_LEVELS = {Role.CUSTOMER: 1, Role.RESELLER: 2, Role.OPERATOR: 3}
_WHO = {
    "customer": _("The customer, the reseller and operators"),
    "reseller": _("The reseller and operators"),
    "admin": _("Operators only"),
}


def meaning_of(stored: CustomerProperty) -> Property:
    """Say what a stored property means; one that the contract does not know is a text that keeps its own rules."""
    known = KNOWN.get(stored.name)
    if known is not None:
        return known
    kind = Kind.SECRET if any(word in stored.name.lower() for word in SECRET_WORDS) else Kind.TEXT
    return Property(stored.name, stored.name, "", kind, stored.category, stored.permission or "admin")


def may_change(wanted: Property, role: Role, *, is_child: bool) -> bool:
    """Tell whether a role may change a property; ``is_child``: of a customer of the reseller who asks."""
    level, needed = _LEVELS.get(role, 0), _NEEDED.get(wanted.permission, 3)
    return level >= needed or (wanted.for_children and is_child and role is Role.RESELLER)


def who_may_change(wanted: Property) -> Text:
    """Say in words who may change a property."""
    if wanted.for_children:
        return _("Operators, and resellers for their customers")
    return _WHO.get(wanted.permission, _WHO["admin"])


def grouped(stored: tuple[CustomerProperty, ...], *, offered: bool) -> Iterator[tuple[Text, list[Property]]]:
    """Give the properties by group: those that are stored, with ``offered`` also those that could be."""
    names = {entry.name for entry in stored}
    for group in GROUPS:
        if present := [entry for entry in group.properties if offered or entry.name in names]:
            yield group.title, present
    unknown = [meaning_of(entry) for entry in stored if entry.name not in KNOWN]
    for title, is_remembered in ((OTHERS, False), (REMEMBERED, True)):
        if present := [entry for entry in unknown if bool(_REMEMBERED_NAME.search(entry.name)) is is_remembered]:
            yield title, present


def copied(stored: tuple[CustomerProperty, ...], role: Role) -> tuple[CustomerProperty, ...]:
    """Give those properties that a new customer may take over from another one: no secrets, nothing personal."""
    return tuple(
        entry
        for entry in stored
        if entry.name not in PERSONAL
        and not _REMEMBERED_NAME.search(entry.name)
        and meaning_of(entry).kind is not Kind.SECRET
        and may_change(meaning_of(entry), role, is_child=True)
    )
