"""Labels and help texts of customers' properties (``ngnpro_wire.facts.customer_properties``), by group."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.customer_properties import KNOWN_PROPERTIES, PropertyFacts, PropertyType
from ngnpro_wire.facts.customer_properties import may_change as level_may_change
from portal.core.viewer import Role
from portal.ngnpro.records import CustomerProperty

Text = str | Promise


@dataclass(frozen=True, slots=True)
class ShownProperty:
    """A property as pages show it: its facts from the contract, its label and its help text.

    ``field`` makes the form field of a type of its own, from the arguments that all fields have; its value is a text.
    """

    facts: PropertyFacts
    label: Text
    help: Text = ""
    field: Callable[..., forms.Field] | None = None

    @property
    def name(self) -> str:
        """Return the wire name of the property."""
        return self.facts.name


@dataclass(frozen=True, slots=True)
class PropertyGroup:
    """Properties that a page shows under one title."""

    title: Text
    properties: tuple[ShownProperty, ...]


def _known(name: str, label: Text, help_text: Text = "") -> ShownProperty:
    return ShownProperty(KNOWN_PROPERTIES[name], label, help_text)


LIMITS = PropertyGroup(
    _("Limits: how many there may be, empty for no limit"),
    (
        _known("sip_credit", _("SIP accounts")),
        _known("sip_alias_credit", _("Aliases")),
        _known("enum_range_credit", _("Number ranges")),
        _known("enum_number_credit", _("Numbers")),
        _known("dns_zone_credit", _("DNS zones")),
        _known("email_credit", _("E-mail aliases")),
    ),
)
RIGHTS = PropertyGroup(
    _("Rights"),
    (
        _known("pstn_access", _("PSTN"), _("Sees what has to do with telephone numbers, quotas and routing.")),
        _known(
            "pstn_changes",
            _("PSTN changes"),
            _("May change PSTN access, quota, caller-ID and call limit of its accounts."),
        ),
        _known("prepaid_changes", _("Prepaid changes"), _("May make its accounts prepaid or postpaid.")),
        _known("sms_access", _("Short messages"), _("May let its accounts send short messages.")),
    ),
)
ALARMS = PropertyGroup(
    _("Alarms about calls: empty for the platform's settings, 0 for never"),
    (
        _known("alarm_spend_per_hour", _("Spend in an hour"), _("Alarm when the calls of an account cost as much.")),
        _known("alarm_short_calls", _("Short calls in an hour"), _("Alarm when an account makes as many.")),
        _known("alarm_new_country", _("New countries"), _("Alarm at the first call to a country code.")),
        _known("alarm_block", _("Block the account"), _("An alarm blocks the account and drops its phones.")),
    ),
)
GROUPS = [
    LIMITS,
    RIGHTS,
    ALARMS,
    PropertyGroup(
        _("Servers"),
        (
            _known("sip_proxy", _("SIP proxy"), _("What users type into their phones.")),
            _known("sip_outbound_proxy", _("Outbound proxy"), _("Where phones send everything, if not there.")),
            _known("msrp_relay", _("MSRP relay"), _("For chat and files.")),
            _known("xcap_root", _("XCAP root"), _("Where phones keep contacts and settings.")),
            _known("voicemail_server", _("Voicemail server"), _("The host part of mailbox addresses.")),
            _known(
                "absolute_voicemail_uri",
                _("Mailbox addresses in forwarding"),
                _("Forward to sip:mailbox@server instead of the word for “my mailbox”."),
            ),
            _known("push_notifications_server", _("Push server"), _("As host:port;transport=tcp.")),
            _known(
                "push_notifications_server_private",
                _("Push server, inside"),
                _("Its address in the platform's own network."),
            ),
        ),
    ),
    PropertyGroup(
        _("Codes to dial, such as *21"),
        (
            _known("voicemail_access_number", _("Listen to voicemail")),
            _known("FUNC_access_number", _("Forward all calls")),
            _known("FNOL_access_number", _("Forward while not online")),
            _known("FNOA_access_number", _("Forward when not answered")),
            _known("FBUS_access_number", _("Forward while busy")),
            _known("change_privacy_access_number", _("Hide or show the own number")),
            _known("check_privacy_access_number", _("Check whether the number is hidden")),
            _known("reject_anonymous_access_number", _("Reject anonymous calls")),
        ),
    ),
    PropertyGroup(
        _("Support and pages"),
        (
            _known("support_company", _("Company"), _("The name under which users know their provider.")),
            _known("support_email", _("Support e-mail"), _("Sender of the mails to users.")),
            _known("support_web", _("Support site")),
            _known("billing_email", _("Billing e-mail"), _("For questions about bills.")),
            _known("sip_settings_page", _("Settings page"), _("Where users change their settings.")),
            _known(
                "digest_settings_page",
                _("Settings page for phones"),
                _("The same, with the SIP password as login."),
            ),
            _known("cdrtool_address", _("Call records page"), _("Where users see their calls.")),
            _known("currency", _("Currency"), _("As it is written behind amounts.")),
            _known("records_per_page", _("Rows per page"), _("In lists of CDRTool.")),
        ),
    ),
    PropertyGroup(
        _("Passwords and payment"),
        (
            _known(
                "store_clear_text_passwords",
                _("SIP passwords in clear text"),
                _("“No” stores them encrypted: they can then be set, but never read."),
            ),
            _known("yubikey", _("Yubikey"), _("The first 12 characters of what the key types.")),
            _known(
                "payment_processor_class",
                _("Payment processor"),
                _("The program part that takes card payments."),
            ),
            _known(
                "support_order",
                _("Support order"),
                _("A customer who has one cannot be deleted."),
            ),
        ),
    ),
    PropertyGroup(
        _("DNS"),
        (
            _known("dns_admin_email", _("Administrator of new zones")),
            _known("auth_token", _("Token of the DNS service")),
        ),
    ),
]
OTHERS = _("Others")
# Properties in which CDRTool stores the last input of its forms, such as sip_accounts_last_domain.
REMEMBERED = _("Remembered by CDRTool")
_REMEMBERED_NAME = re.compile(r"_last_|^enum_generator_")
KNOWN = {known.name: known for group in GROUPS for known in group.properties}


def add_property_group(group: PropertyGroup) -> None:
    """Add properties of customers under a title of their own, behind the others; for plug-ins.

    Raises ``ValueError`` if one of the names is known already.
    """
    if twice := sorted({one.name for one in group.properties} & KNOWN.keys()):
        raise ValueError(f"There is a property {twice[0]!r} already.")
    GROUPS.append(group)
    KNOWN.update({one.name: one for one in group.properties})


PERSONAL = frozenset({"support_order", "yubikey"})
# Properties that neither the portal nor the NGNPro server that comes with it reads: they are shown where they are
# stored, because CDRTool may still be in use, and not offered elsewhere.
OF_CDRTOOL = frozenset(
    {
        *("cdrtool_address", "records_per_page", "yubikey", "msrp_relay", "payment_processor_class", "auth_token"),
        *("digest_settings_page", "push_notifications_server", "push_notifications_server_private"),
        *("FUNC_access_number", "FNOL_access_number", "FNOA_access_number", "FBUS_access_number"),
        *("change_privacy_access_number", "check_privacy_access_number", "reject_anonymous_access_number"),
    }
)
SECRET_WORDS = ("password", "secret", "token")

_LEVELS = {Role.CUSTOMER: "customer", Role.RESELLER: "reseller", Role.OPERATOR: "admin"}
_WHO = {
    "customer": _("The customer, the reseller and operators"),
    "reseller": _("The reseller and operators"),
    "admin": _("Operators only"),
}


def meaning_of(stored: CustomerProperty) -> ShownProperty:
    """Return the description of a stored property; one that is not in the contract keeps its stored permission."""
    known = KNOWN.get(stored.name)
    if known is not None:
        return known
    is_secret = any(word in stored.name.lower() for word in SECRET_WORDS)
    facts = PropertyFacts(
        name=stored.name,
        category=stored.category,
        type=PropertyType.SECRET if is_secret else PropertyType.TEXT,
        permission=stored.permission or "admin",
    )
    return ShownProperty(facts, stored.name)


def may_change(wanted: ShownProperty, role: Role, *, is_child: bool) -> bool:
    """Return whether a role may change a property; ``is_child``: the customer belongs to the asking reseller."""
    facts = wanted.facts
    return level_may_change(_LEVELS.get(role, ""), facts.permission, for_children=facts.for_children, is_child=is_child)


def who_may_change(wanted: ShownProperty) -> Text:
    """Return a text that names those who may change a property."""
    if wanted.facts.for_children:
        return _("Operators, and resellers for their customers")
    return _WHO.get(wanted.facts.permission, _WHO["admin"])


def group_properties(
    stored: tuple[CustomerProperty, ...], *, offered: bool, watches: bool = True
) -> Iterator[tuple[Text, list[ShownProperty]]]:
    """Yield the properties by group: those that are stored, and with ``offered`` also those that could be.

    Thresholds of alarms are offered only if the server ``watches`` calls, and ``OF_CDRTOOL`` never.
    """
    names = {entry.name for entry in stored}
    for group in GROUPS:
        is_offered = offered and (watches or group is not ALARMS)
        offer = {entry.name for entry in group.properties if is_offered} - OF_CDRTOOL
        if present := [entry for entry in group.properties if entry.name in offer | names]:
            yield group.title, present
    unknown = [meaning_of(entry) for entry in stored if entry.name not in KNOWN]
    for title, is_remembered in ((OTHERS, False), (REMEMBERED, True)):
        if present := [entry for entry in unknown if bool(_REMEMBERED_NAME.search(entry.name)) is is_remembered]:
            yield title, present


def copied_properties(stored: tuple[CustomerProperty, ...], role: Role) -> tuple[CustomerProperty, ...]:
    """Return the properties that a new customer may copy from another one, without secrets and personal ones."""
    return tuple(
        entry
        for entry in stored
        if entry.name not in PERSONAL
        and not _REMEMBERED_NAME.search(entry.name)
        and meaning_of(entry).facts.type is not PropertyType.SECRET
        and may_change(meaning_of(entry), role, is_child=True)
    )
