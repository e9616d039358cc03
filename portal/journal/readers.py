"""Who may read what: operators everything, resellers and customers what concerns their own tree."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.core.auth import Role, Viewer
from portal.core.navigation import ROLE_NAMES

from .models import JournalEntry
from .selection import Entries, journal_of, whole_journal


def tree_of(viewer: Viewer) -> int:
    """Give the customer or reseller to whose tree a viewer is confined; 0 for the whole platform."""
    if viewer.acting:
        return viewer.acting.customer
    return viewer.tree or viewer.customer


def visible_to(viewer: Viewer) -> Entries:
    """Select the entries that a viewer may read."""
    if viewer.effective_role is Role.OPERATOR:
        return whole_journal()
    if viewer.effective_role not in (Role.RESELLER, Role.CUSTOMER):
        return whole_journal().none()
    return journal_of(tree_of(viewer))


def knows_author(viewer: Viewer, entry: JournalEntry) -> bool:
    """Tell whether a viewer may know by name who wrote: operators know all, others those of their own tree."""
    if viewer.role is Role.OPERATOR:
        return True
    return entry.author.role != Role.OPERATOR and tree_of(viewer) in (entry.author.customer, entry.author.reseller)


def who(viewer: Viewer, entry: JournalEntry) -> str:
    """Name who wrote, and for whom; above the viewer's own tree only by role."""
    author = entry.author
    name = str(author) if knows_author(viewer, entry) else str(ROLE_NAMES[Role(author.role)])
    if not entry.acting_customer:
        return name
    return _("%(name)s for %(customer)s") % {"name": name, "customer": entry.acting_name}


def source(viewer: Viewer, entry: JournalEntry) -> str:
    """Give the address that somebody wrote from, to those who may know who it was."""
    return (entry.source or "") if knows_author(viewer, entry) else ""
