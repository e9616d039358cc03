"""Labels and texts of members of records in the journal; members without a declared label use their wire names."""

from __future__ import annotations

import re
from typing import Any

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.rooms import member_words, resources

DOTS = "••••••"

# Members that several kinds of records have; those of one kind alone are in the ``room.py`` of its room.
SHARED: dict[str, str | Promise] = {
    "callLimit": gettext_lazy("Calls at a time"),
    "carrier_id": gettext_lazy("Carrier"),
    "customer": gettext_lazy("Customer"),
    "email": gettext_lazy("E-mail"),
    "firstName": gettext_lazy("First name"),
    "groups": gettext_lazy("Rights"),
    "id": gettext_lazy("Key"),
    "info": gettext_lazy("Note"),
    "ip": gettext_lazy("IP address"),
    "lastName": gettext_lazy("Last name"),
    "name": gettext_lazy("Name"),
    "originator": gettext_lazy("Originator"),
    "owner": gettext_lazy("Owner"),
    "password": gettext_lazy("Password"),
    "prefix": gettext_lazy("Prefix"),
    "prepaid": gettext_lazy("Prepaid"),
    "reseller": gettext_lazy("Reseller"),
    "strip": gettext_lazy("Digits removed"),
    "timezone": gettext_lazy("Time zone"),
}


def part_label(kind: str, part: str) -> str:
    """Return the label of a part of a record (``diversions``); an undeclared part is returned unchanged."""
    declared = resources().get((kind, part))
    return str(declared.label) if declared else part


def label_of(field: str) -> str:
    """Return the label of a member (``callLimit``, ``properties.language``); by default its wire name as words."""
    name, _dot, inner = field.partition(".")
    if inner:
        return _("Property %(name)s") % {"name": inner}
    words = re.sub(r"(?<=[a-z0-9])([A-Z])", r" \1", name).replace("_", " ").lower()
    return str(SHARED.get(name) or member_words().get(name) or words.capitalize())


def text_of(value: Any) -> str:
    """Return a plain value as text for display."""
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
