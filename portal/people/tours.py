"""The tour on the start page: three steps for each role, from the first sign-in until the person ends it.

The session holds the step that is shown. A row in the database says that a person has ended the tour, so that it does
not begin again in other browsers; they can start it again on the help page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.sessions.backends.base import SessionBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core.access import may_open
from portal.core.markup import page_url
from portal.core.viewer import Role, Viewer
from portal.people import sessions
from portal.people.models import EndedTour

STEP = "tour step"


@dataclass(frozen=True, slots=True)
class TourStep:
    """A step: what it says, and the page that it is about, with the words of the link to it."""

    title: str | Promise
    words: str | Promise
    page: str
    link: str | Promise

    def url(self, viewer: Viewer) -> str:
        """Return the address of its page; empty if the viewer may not open it."""
        if not may_open(viewer, self.page):
            return ""
        return page_url(self.page, viewer.account) if viewer.account else page_url(self.page)


_FIND = TourStep(
    _("Find anything"),
    _(
        "Type part of a number, name, address or domain into the search box above. The key / takes you there. It finds"
        " records of every kind, and pages."
    ),
    "accounts:list",
    _("Look at the accounts"),
)
_UNDO = TourStep(
    _("Nothing is lost"),
    _(
        "The journal says who changed what, and takes most changes back. Help, at the top of every page, opens the part"
        " about that page; there you can start this tour again."
    ),
    "journal:list",
    _("Look at the journal"),
)
STEPS: Mapping[Role, tuple[TourStep, ...]] = {
    Role.OPERATOR: (
        _FIND,
        TourStep(
            _("See what others see"),
            _(
                "Act for a reseller or customer, and the portal looks as it does for them. You only look until you"
                " allow changes, and the journal names you."
            ),
            "people:sign_in:act",
            _("Act for somebody"),
        ),
        _UNDO,
    ),
    Role.RESELLER: (
        _FIND,
        TourStep(
            _("A customer with a domain in one form"),
            _("Add a customer together with their domain. Their accounts and numbers are then theirs to manage."),
            "customers:add-with-domain",
            _("Add a customer with a domain"),
        ),
        _UNDO,
    ),
    Role.CUSTOMER: (
        _FIND,
        TourStep(
            _("An account for each person"),
            _("Add an account, and its details are sent to the person by mail, with what their telephone needs."),
            "accounts:add",
            _("Add an account"),
        ),
        _UNDO,
    ),
    Role.SUBSCRIBER: (
        TourStep(
            _("Your telephone at a glance"),
            _("This page says whether you can be reached and whom you missed. The large button keeps calls away."),
            "accounts:calls:list",
            _("Look at your calls"),
        ),
        TourStep(
            _("Calls that you cannot take"),
            _("Let them ring somewhere else, or let callers leave a message."),
            "accounts:forwarding:diversions",
            _("Choose where calls go"),
        ),
        TourStep(
            _("Another telephone"),
            _(
                "Connect a telephone or an app with a code. Help, at the top of every page, says how everything is"
                " done."
            ),
            "accounts:phones:set-up",
            _("Set up a phone"),
        ),
    ),
}


def begin_first_tour(session: SessionBase) -> None:
    """Begin the tour in a new session of a person who has not ended it yet."""
    if not EndedTour.objects.filter(person=sessions.person_of(session)).exists():
        session[STEP] = 0


def show_step(session: SessionBase, step: int) -> None:
    """Go to a step of the tour."""
    session[STEP] = step


def end_tour(session: SessionBase) -> None:
    """End the tour, for later sessions too."""
    session.pop(STEP, None)
    EndedTour.objects.get_or_create(person=sessions.person_of(session))


def steps_of(viewer: Viewer) -> tuple[TourStep, ...]:
    """Return the steps for a viewer; none while they act for somebody."""
    return () if viewer.acting else STEPS.get(viewer.role, ())
