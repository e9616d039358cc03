"""The form for what others see of an account."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.forms import RecordForm
from portal.ngnpro.records import PresenceInformation

ACTIVITIES = (
    ("", _("Nothing of its own: what its phones say")),
    ("open", _("Online")),
    ("available", _("Available")),
    ("busy", _("Busy")),
    ("idle", _("Away")),
)


class PresenceForm(RecordForm[PresenceInformation]):
    room = "accounts:presence"
    record_class = PresenceInformation
    sections = ((_("What others see"), ("activity", "note")),)

    activity = forms.ChoiceField(
        label=_("Presence"),
        choices=ACTIVITIES,
        required=False,
        help_text=_(
            "It is shown for a year, or until something else is set. A phone that says something later replaces it."
        ),
    )
    note = forms.CharField(label=_("Note"), max_length=255, required=False, help_text=_("Up to 255 characters."))
