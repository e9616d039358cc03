"""Words of the journal: what a write did, how it ended, what was found out later, and the labels of members of records.

Members without a declared label use their wire names.
"""

from __future__ import annotations

import re
from typing import Any

from django.db import models
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from portal.core.rooms import journal_actions, member_words, resources


class EntryAction(models.TextChoices):
    """What a write does to its record; entries have an empty text if that is unknown."""

    ADD = "add", _("Added")
    EDIT = "edit", _("Changed")
    DELETE = "delete", _("Deleted")


def action_words(action: str, operation: str) -> str:
    """Return what a write did in words; the wire name of the operation if there are none."""
    return str(EntryAction(action).label if action else journal_actions().get(operation, operation))


class EntryResult(models.TextChoices):
    """How a write ended. New entries have ``BROKEN_OFF``, which remains if the portal stops before the write ends."""

    DONE = "done", _("Done")
    PARTLY = "partly", _("Partly done")
    REFUSED = "refused", _("Refused")
    OUTAGE = "outage", _("No answer, nothing changed")
    UNCERTAIN = "uncertain", _("Outcome unknown")
    BROKEN_OFF = "broken off", _("Interrupted")


class ReconcilingReason(models.TextChoices):
    """The result of comparing a write with unknown outcome with the platform."""

    AS_MEANT = "as meant", _("The platform has the change.")
    AS_BEFORE = "as before", _("The record on the platform is as it was before.")
    OTHERWISE = (
        "otherwise",
        _("The record on the platform is neither as before nor as intended: it has been changed since."),
    )
    NO_KEY = "no key", _("NGNPro gives such a record its number, and the answer with the number was lost.")
    SECRET = "secret", _("Only a secret was changed, and secrets cannot be compared.")
    UNKNOWN = "unknown", _("The journal contains too little about this write to compare it.")
    UNREAD = "unread", _("NGNPro did not let the portal read the record.")


# The results of writes with unknown outcome.
DOUBTFUL = (EntryResult.UNCERTAIN, EntryResult.BROKEN_OFF)
# The value of the filter for both.
IN_DOUBT = "in doubt"

# The state of the lamp (shape and colour) for each result.
LAMPS = {
    EntryResult.DONE: "on",
    EntryResult.PARTLY: "warn",
    EntryResult.REFUSED: "bad",
    EntryResult.OUTAGE: "",
    EntryResult.UNCERTAIN: "warn",
    EntryResult.BROKEN_OFF: "warn",
}

# The CSS class of each result in the history of a record.
STATIONS = {
    EntryResult.DONE: "is-hit",
    EntryResult.PARTLY: "is-warn",
    EntryResult.REFUSED: "is-stop",
    EntryResult.OUTAGE: "is-skip",
    EntryResult.UNCERTAIN: "is-warn",
    EntryResult.BROKEN_OFF: "is-warn",
}

EXPLANATIONS = {
    EntryResult.DONE: _("NGNPro made the change."),
    EntryResult.PARTLY: _("It took several calls. NGNPro did some of them, but not the last one."),
    EntryResult.REFUSED: _("NGNPro refused, and changed nothing."),
    EntryResult.OUTAGE: _("NGNPro gave no answer, and nothing was changed."),
    EntryResult.UNCERTAIN: _("NGNPro's answer was lost, so it is unknown whether it made the change."),
    EntryResult.BROKEN_OFF: _(
        "It is in progress, or the portal stopped before it received the result: check the record."
    ),
}


DOTS = "••••••"

# Members that several kinds of records have; those of one kind alone are in the ``room.py`` of its room.
SHARED: dict[str, str | Promise] = {
    "callLimit": _("Calls at a time"),
    "carrier_id": _("Carrier"),
    "customer": _("Customer"),
    "email": _("E-mail"),
    "firstName": _("First name"),
    "groups": _("Rights"),
    "id": _("Key"),
    "info": _("Note"),
    "ip": _("IP address"),
    "lastName": _("Last name"),
    "name": _("Name"),
    "originator": _("Originator"),
    "owner": _("Owner"),
    "password": _("Password"),
    "prefix": _("Prefix"),
    "prepaid": _("Prepaid"),
    "reseller": _("Reseller"),
    "strip": _("Digits removed"),
    "timezone": _("Time zone"),
}


def part_label(kind: str, part: str) -> str:
    """Return the label of a part of a record (``diversions``); an undeclared part is returned unchanged."""
    declared = resources().get((kind, part))
    return str(declared.label) if declared else part


def label_of(field: str) -> str:
    """Return the label of a member (``callLimit``, ``properties.language``); by default its wire name as words."""
    name, _dot, inner = field.partition(".")
    if inner:
        return gettext("Property %(name)s") % {"name": inner}
    words = re.sub(r"(?<=[a-z0-9])([A-Z])", r" \1", name).replace("_", " ").lower()
    return str(SHARED.get(name) or member_words().get(name) or words.capitalize())


def text_of(value: Any) -> str:
    """Return a plain value as text for display."""
    if value is None or value == "":
        return gettext("Not set")
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, list):
        return ", ".join(map(text_of, value)) or gettext("None")
    if isinstance(value, dict):
        return _struct(value)
    return str(value)


def _groups_for(groups: str, minutes: int) -> str:
    words = ngettext("%(who)s, for %(minutes)s minute", "%(who)s, for %(minutes)s minutes", minutes)
    return words % {"who": groups, "minutes": minutes} if minutes else groups


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
        return _groups_for(text_of(value["groups"]), int(value["duration"]))
    if value.keys() >= {"type", "mapto"}:
        return str(value["mapto"])
    if value.keys() == {"bytes"}:
        return gettext("%(size)s bytes") % {"size": value["bytes"]}
    return ", ".join(f"{label_of(name)}: {text_of(item)}" for name, item in value.items() if item not in ("", None))
