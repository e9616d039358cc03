"""The declaration of self-registration: the address for programs, as in CDRTool, and the pages of the mailed link."""

from __future__ import annotations

from portal.core.rooms import EVERYBODY, Page, Room

ROOM = Room(
    "enrolment",
    path="",
    pages=(
        Page("json", "sip_enrollment.phtml", "enrol", EVERYBODY),
        Page("old-json", "CDRTool/sip_enrollment.phtml", "enrol", EVERYBODY),
        Page("open", "registration/link/<str:token>/", "RegistrationLink", EVERYBODY),
        Page("confirm", "registration/confirm/", "RegistrationConfirm", EVERYBODY),
    ),
)
