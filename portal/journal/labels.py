"""Members of records in words, for what the journal shows; those of other servers by their wire names."""

from __future__ import annotations

import re
from typing import Any

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

DOTS = "••••••"

LABELS: dict[str, str | Promise] = {
    "acl": gettext_lazy("Used from"),
    "address": gettext_lazy("Address"),
    "authToken": gettext_lazy("Token"),
    "balance": gettext_lazy("Balance"),
    "bankAccount": gettext_lazy("Bank account"),
    "billingAddress": gettext_lazy("Billing address"),
    "billingEmail": gettext_lazy("Billing e-mail"),
    "billingId": gettext_lazy("Billing mark"),
    "blocked": gettext_lazy("Blocked"),
    "callLimit": gettext_lazy("Calls at a time"),
    "carrier_id": gettext_lazy("Carrier"),
    "carrierName": gettext_lazy("Carrier"),
    "certificate": gettext_lazy("Certificate"),
    "city": gettext_lazy("City"),
    "companyCode": gettext_lazy("Company code"),
    "country": gettext_lazy("Country"),
    "credit": gettext_lazy("Credit"),
    "customer": gettext_lazy("Customer"),
    "description": gettext_lazy("Description"),
    "domain": gettext_lazy("Domain"),
    "email": gettext_lazy("E-mail"),
    "enumLookup": gettext_lazy("Numbers looked up in ENUM"),
    "FBUS": gettext_lazy("When busy"),
    "FNOA": gettext_lazy("When not answered"),
    "FNOL": gettext_lazy("When not online"),
    "FUNC": gettext_lazy("All calls"),
    "FUNV": gettext_lazy("When unavailable"),
    "firstName": gettext_lazy("First name"),
    "gateway_id": gettext_lazy("Gateway"),
    "greeting": gettext_lazy("Greeting"),
    "groups": gettext_lazy("Rights"),
    "id": gettext_lazy("Key"),
    "info": gettext_lazy("Note"),
    "ip": gettext_lazy("IP address"),
    "language": gettext_lazy("Language"),
    "lastName": gettext_lazy("Last name"),
    "mappings": gettext_lazy("Leads to"),
    "match_ip_address": gettext_lazy("Chosen by IP address"),
    "match_sip_domain": gettext_lazy("Chosen by domain"),
    "maxDigits": gettext_lazy("Most digits"),
    "maxLength": gettext_lazy("Longest number"),
    "members": gettext_lazy("Rejected callers"),
    "minDigits": gettext_lazy("Fewest digits"),
    "minLength": gettext_lazy("Shortest number"),
    "mobile": gettext_lazy("Mobile"),
    "name": gettext_lazy("Name"),
    "nameservers": gettext_lazy("Name servers"),
    "options": gettext_lazy("Options"),
    "organization": gettext_lazy("Organization"),
    "originator": gettext_lazy("Originator"),
    "owner": gettext_lazy("Owner"),
    "password": gettext_lazy("Password"),
    "persistent": gettext_lazy("Weekly rules"),
    "port": gettext_lazy("Port"),
    "postcode": gettext_lazy("Postcode"),
    "prefix": gettext_lazy("Prefix"),
    "prefixes": gettext_lazy("Barred prefixes"),
    "prepaid": gettext_lazy("Prepaid"),
    "prepend": gettext_lazy("Prepend"),
    "priority": gettext_lazy("Priority"),
    "private_key": gettext_lazy("Private key"),
    "quickdialPrefix": gettext_lazy("Quick dial prefix"),
    "quota": gettext_lazy("Monthly quota"),
    "region": gettext_lazy("Region"),
    "require_cert": gettext_lazy("Requires a certificate of the peer"),
    "reseller": gettext_lazy("Reseller"),
    "resellerActive": gettext_lazy("Active as reseller"),
    "rpid": gettext_lazy("Caller-ID"),
    "sip": gettext_lazy("SIP address"),
    "sipId": gettext_lazy("Key"),
    "size": gettext_lazy("Size"),
    "state": gettext_lazy("State"),
    "strip": gettext_lazy("Digits cut off"),
    "tags": gettext_lazy("Tags"),
    "target": gettext_lazy("Leads to"),
    "tel": gettext_lazy("Telephone"),
    "temporary": gettext_lazy("Rule for now"),
    "tenant": gettext_lazy("Tenant"),
    "timeout": gettext_lazy("Not answered after"),
    "timezone": gettext_lazy("Time zone"),
    "transit": gettext_lazy("Transit"),
    "transport": gettext_lazy("Transport"),
    "ttl": gettext_lazy("Time to live"),
    "uri": gettext_lazy("Number or address"),
    "username": gettext_lazy("Username"),
    "vatNumber": gettext_lazy("VAT number"),
    "verify_cert": gettext_lazy("Verifies the peer's certificate"),
    "web": gettext_lazy("Web site"),
}

PARTS: dict[str, str | Promise] = {
    "mailbox": gettext_lazy("mailbox"),
    "greeting": gettext_lazy("greeting"),
    "diversions": gettext_lazy("diversions"),
    "accept-rules": gettext_lazy("accept rules"),
    "reject": gettext_lazy("rejected callers"),
    "barring": gettext_lazy("barred prefixes"),
    "phonebook": gettext_lazy("contact"),
    "credit": gettext_lazy("credit"),
}


def label_of(field: str) -> str:
    """Name a member: ``callLimit`` and ``properties.language`` in words, an unknown one as words of its wire name."""
    name, _dot, inner = field.partition(".")
    if inner:
        return _("Property %(name)s") % {"name": inner}
    words = re.sub(r"(?<=[a-z0-9])([A-Z])", r" \1", name).replace("_", " ").lower()
    return str(LABELS.get(name) or words.capitalize())


def text_of(value: Any) -> str:
    """Write a plain value as a person reads it."""
    if value is None or value == "":
        return _("Not set")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(map(text_of, value)) or _("None")
    if isinstance(value, dict):
        return _struct(value)
    return str(value)


def _struct(value: dict[str, Any]) -> str:
    if value.keys() >= {"username", "domain"}:
        return f"{value['username']}@{value['domain']}"
    if value.keys() >= {"name", "value"}:
        return text_of(value["value"])
    if value.keys() >= {"ip", "mask"}:
        return f"{value['ip']}/{value['mask']} {value.get('tag', '')}".strip()
    if value.keys() >= {"days", "start", "stop"}:
        days = ", ".join(str(WEEKDAYS_ABBR[day]) for day in range(7) if value["days"] >> day & 1)
        return f"{days} {value['start']}–{value['stop']}: {text_of(value.get('groups'))}"
    if value.keys() == {"groups", "duration"}:
        values = {"who": text_of(value["groups"]), "minutes": value["duration"]}
        return _("%(who)s, for %(minutes)s minutes") % values if value["duration"] else text_of(value["groups"])
    if value.keys() >= {"type", "mapto"}:
        return str(value["mapto"])
    if value.keys() == {"bytes"}:
        return _("%(size)s bytes") % {"size": value["bytes"]}
    return ", ".join(f"{label_of(name)}: {text_of(item)}" for name, item in value.items() if item not in ("", None))
