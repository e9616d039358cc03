"""Choices of the journal: what a write did, how it ended, and what was found out later."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class EntryAction(models.TextChoices):
    """What a write does to its record; entries have an empty text if that is unknown."""

    ADD = "add", _("Added")
    EDIT = "edit", _("Changed")
    DELETE = "delete", _("Deleted")


class EntryResult(models.TextChoices):
    """How a write ended. New entries have ``BROKEN_OFF``, which remains if the portal stops before the write ends."""

    DONE = "done", _("Done")
    PARTLY = "partly", _("Partly done")
    REFUSED = "refused", _("Refused")
    OUTAGE = "outage", _("Not answered, nothing changed")
    UNCERTAIN = "uncertain", _("Not known whether it was done")
    BROKEN_OFF = "broken off", _("Interrupted")


class ReconcilingReason(models.TextChoices):
    """The result of comparing a write with unknown outcome with the platform."""

    AS_MEANT = "as meant", _("The platform has the change now.")
    AS_BEFORE = "as before", _("The platform still has what was there before.")
    OTHERWISE = (
        "otherwise",
        _("The platform has neither what was there before nor what was meant: it was changed since."),
    )
    NO_KEY = "no key", _("NGNPro gives such a record its number, and the answer with the number was lost.")
    SECRET = "secret", _("Only a secret was changed, and secrets cannot be compared.")
    UNKNOWN = "unknown", _("The journal does not know enough of this write to compare it.")
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
    EntryResult.DONE: _("NGNPro did it."),
    EntryResult.PARTLY: _("It took several calls. NGNPro did some of them, but not the last one."),
    EntryResult.REFUSED: _("NGNPro refused, and changed nothing."),
    EntryResult.OUTAGE: _("NGNPro gave no answer, and nothing was changed."),
    EntryResult.UNCERTAIN: _("NGNPro's answer was lost, so it is unknown whether it made the change."),
    EntryResult.BROKEN_OFF: _(
        "It is in progress, or the portal stopped before it received the result: check the record."
    ),
}
