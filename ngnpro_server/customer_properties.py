"""The properties of customers that the contract knows: category, who may change them, and who sees them."""

from __future__ import annotations

from dataclasses import dataclass

from .call import Level

PERMISSIONS = {"admin": Level.ADMINISTRATOR, "reseller": Level.RESELLER, "customer": Level.CUSTOMER}
CATEGORIES = ("credit", "sip", "dns", "web", "billing")


@dataclass(frozen=True, slots=True)
class Known:
    """One property of the contract.

    ``permission`` is the lowest level that may change it; ``for_children`` lets a reseller change it for his
    customers all the same; ``is_private`` hides it from all but those who may change it.
    """

    category: str
    permission: str = "customer"
    for_children: bool = False
    is_private: bool = False


_BY_CATEGORY: dict[str, tuple[Known, str]] = {
    "limits": (
        Known("credit", "admin", for_children=True),
        "sip_credit sip_alias_credit enum_range_credit enum_number_credit dns_zone_credit email_credit",
    ),
    "rights": (
        Known("sip", "admin", for_children=True),
        "pstn_access prepaid_changes pstn_changes sms_access",
    ),
    "payments": (Known("sip", "admin"), "payment_processor_class"),
    "orders": (Known("billing", "admin", is_private=True), "support_order"),
    "staff pages": (Known("sip", "reseller"), "digest_settings_page"),
    "tokens": (Known("dns", is_private=True), "auth_token"),
    "dns": (Known("dns"), "dns_admin_email"),
    "sip": (
        Known("sip"),
        "voicemail_server voicemail_access_number FUNC_access_number FNOL_access_number FNOA_access_number"
        " FBUS_access_number change_privacy_access_number check_privacy_access_number"
        " reject_anonymous_access_number sip_proxy sip_outbound_proxy store_clear_text_passwords xcap_root"
        " absolute_voicemail_uri support_web support_email billing_email support_company cdrtool_address"
        " sip_settings_page push_notifications_server push_notifications_server_private currency msrp_relay"
        " yubikey",
    ),
    "web": (
        Known("web"),
        "records_per_page sip_accounts_last_domain sip_accounts_last_username sip_accounts_last_timezone"
        " sip_accounts_last_quota sip_accounts_last_pstn sip_accounts_last_prepaid sip_aliases_last_domain"
        " enum_ranges_last_tld enum_numbers_last_range enum_numbers_last_type enum_numbers_last_number"
        " enum_numbers_last_ttl dns_records_last_zone dns_records_last_type dns_records_last_sip_server"
        " enum_generator_sip_domain enum_generator_range enum_generator_strip_digits"
        " enum_generator_number_length enum_generator_add_prefix enum_generator_rpid_strip_digits"
        " enum_generator_call_limit enum_generator_ip_access_list",
    ),
}

KNOWN = {name: known for known, names in _BY_CATEGORY.values() for name in names.split()}
