"""The properties of customers: category, type, and who may change and see each (contract: customer_properties)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

CATEGORIES = ("credit", "sip", "dns", "web", "billing")
PERMISSIONS = ("customer", "reseller", "admin")  # from the lowest level to the highest


class PropertyType(StrEnum):
    """The type of a property's value; a ``SWITCH`` is yes, no, or empty for the platform's default."""

    FLAG = "flag"
    SWITCH = "switch"
    NUMBER = "number"
    URL = "url"
    EMAIL = "email"
    SECRET = "secret"  # noqa: S105
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyFacts:
    """One known property, by its name on the wire.

    ``permission`` is the lowest level that may change it. ``for_children``: resellers may change it too, but only
    for their customers. ``is_private``: only those who may change it can see it. ``is_remembered``: CDRTool stores the
    last input of one of its forms in it.
    """

    name: str
    category: str = "sip"
    type: PropertyType = PropertyType.TEXT
    permission: str = "customer"
    for_children: bool = False
    is_private: bool = False
    is_remembered: bool = False


def may_change(level: str, permission: str, *, for_children: bool, is_child: bool) -> bool:
    """Return whether a level of ``PERMISSIONS`` may change a property; an unknown permission counts as ``admin``.

    ``is_child``: the property belongs to a customer of the reseller who wants to change it.
    """
    needed = PERMISSIONS.index(permission) if permission in PERMISSIONS else len(PERMISSIONS) - 1
    if level in PERMISSIONS and PERMISSIONS.index(level) >= needed:
        return True
    return for_children and is_child and level == "reseller"


def _facts(names: str, **values: Any) -> Iterator[PropertyFacts]:
    return (PropertyFacts(name=name, **values) for name in names.split())


KNOWN_PROPERTIES = {
    facts.name: facts
    for facts in (
        *_facts(
            "sip_credit sip_alias_credit enum_range_credit enum_number_credit dns_zone_credit email_credit",
            category="credit",
            type=PropertyType.NUMBER,
            permission="admin",
            for_children=True,
        ),
        *_facts(
            "pstn_access prepaid_changes pstn_changes sms_access",
            type=PropertyType.FLAG,
            permission="admin",
            for_children=True,
        ),
        # of our own server (docs/platform.md)
        *_facts(
            "alarm_spend_per_hour alarm_short_calls", type=PropertyType.NUMBER, permission="admin", for_children=True
        ),
        *_facts("alarm_new_country alarm_block", type=PropertyType.SWITCH, permission="admin", for_children=True),
        *_facts("payment_processor_class", permission="admin"),
        *_facts("support_order", category="billing", permission="admin", is_private=True),
        *_facts("digest_settings_page", type=PropertyType.URL, permission="reseller"),
        *_facts("auth_token", category="dns", type=PropertyType.SECRET, is_private=True),
        *_facts("dns_admin_email", category="dns", type=PropertyType.EMAIL),
        *_facts("absolute_voicemail_uri", type=PropertyType.FLAG),
        *_facts("store_clear_text_passwords", type=PropertyType.SWITCH),
        *_facts("xcap_root support_web cdrtool_address sip_settings_page", type=PropertyType.URL),
        *_facts("support_email billing_email", type=PropertyType.EMAIL),
        *_facts(
            "voicemail_server voicemail_access_number FUNC_access_number FNOL_access_number FNOA_access_number"
            " FBUS_access_number change_privacy_access_number check_privacy_access_number"
            " reject_anonymous_access_number sip_proxy sip_outbound_proxy support_company push_notifications_server"
            " push_notifications_server_private currency msrp_relay yubikey"
        ),
        *_facts("records_per_page", category="web", type=PropertyType.NUMBER),
        *_facts(
            "sip_accounts_last_domain sip_accounts_last_username sip_accounts_last_timezone sip_accounts_last_quota"
            " sip_accounts_last_pstn sip_accounts_last_prepaid sip_aliases_last_domain enum_ranges_last_tld"
            " enum_numbers_last_range enum_numbers_last_type enum_numbers_last_number enum_numbers_last_ttl"
            " dns_records_last_zone dns_records_last_type dns_records_last_sip_server enum_generator_sip_domain"
            " enum_generator_range enum_generator_strip_digits enum_generator_number_length"
            " enum_generator_add_prefix enum_generator_rpid_strip_digits enum_generator_call_limit"
            " enum_generator_ip_access_list",
            category="web",
            is_remembered=True,
        ),
    )
}
