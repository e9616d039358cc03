"""Who may read what of the journal of the NGNPro server they work with.

Operators read all of it, resellers and customers what concerns their own tree. A customer is known by a number, which a
server may give again after a deletion, so only entries since the number is theirs count (``first_of``).
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core import service
from portal.core.navigation import ROLE_NAMES
from portal.core.viewer import Role, Viewer

from .choices import Action, Result
from .models import JournalEntry
from .selection import Entries, journal_of, whole_journal

# A write may be under way for as long as NGNPro's time limit and a few looks at the record take.
UNDER_WAY = timedelta(minutes=5)
# For how long, and how many of, a person's writes in doubt are shown to them.
NOTICED, MOST_NOTICED = timedelta(days=14), 5


def engine_of(viewer: Viewer) -> str:
    """Name the NGNPro server that a viewer works with."""
    return service.engine(viewer.engine).name


def tree_of(viewer: Viewer) -> int:
    """Return the customer or reseller to whose tree a viewer is confined; 0 for the whole platform."""
    if viewer.acting:
        return viewer.acting.customer
    return viewer.tree or viewer.customer


def visible_to(viewer: Viewer) -> Entries:
    """Select the entries that a viewer may read."""
    engine = engine_of(viewer)
    if viewer.effective_role is Role.OPERATOR:
        return whole_journal().filter(engine__in=(engine, ""))
    if viewer.effective_role not in (Role.RESELLER, Role.CUSTOMER):
        return whole_journal().none()
    customer = tree_of(viewer)
    return journal_of(engine, customer).filter(number__gte=first_of(engine, customer, login_of(viewer)))


def login_of(viewer: Viewer) -> str:
    """Return the username of the customer whose entries a viewer reads; empty where it is not known."""
    if viewer.acting:
        return viewer.acting.login.lower()
    return "" if viewer.tree else viewer.login.strip().lower()


def first_of(engine: str, customer: int, login: str) -> int:
    """Return the number of the first entry since a customer's number belongs to the customer with this username.

    Somebody else had the number before if the journal knows of a deletion or an addition under it, or if a customer
    with another username wrote with it; a username that was changed stays the same customer.
    """
    own = JournalEntry.objects.filter(engine=engine, kind="customer", key=str(customer), part="")
    done = own.filter(result=Result.DONE)
    found = done.aggregate(gone=Max("pk", filter=Q(action=Action.DELETE)), added=Max("pk", filter=Q(action=Action.ADD)))
    first = max((found["gone"] or 0) + 1, found["added"] or 0)
    if not login:
        return first
    by_others = JournalEntry.objects.filter(
        engine=engine,
        pk__gte=first,
        author__customer=customer,
        author__role__in=(Role.RESELLER, Role.CUSTOMER),
    ).exclude(author__login__in=_usernames(done.filter(pk__gte=first, action=Action.EDIT), login))
    return max(first, (by_others.aggregate(last=Max("pk"))["last"] or 0) + 1)


def _usernames(edits: QuerySet[JournalEntry], login: str) -> set[str]:
    """Collect the usernames that a customer had before their present one, from the edits of their record."""
    known = {login}
    for changes in edits.order_by("-pk").values_list("changes", flat=True):
        for change in changes:
            if change["field"] == "username" and str(change["after"]).lower() in known:
                known.add(str(change["before"]).lower())
    return known


def in_doubt_of(viewer: Viewer) -> list[JournalEntry]:
    """List a viewer's own latest writes that ended in doubt, newest first, until they are settled or two weeks old.

    What may still be under way is not listed.
    """
    now = timezone.now()
    own = JournalEntry.objects.filter(
        author__role=viewer.role.value,
        author__login=viewer.login[:320],
        author__customer=viewer.customer,
        engine__in=(engine_of(viewer), ""),
        at__gte=now - NOTICED,
    )
    lost = Q(result=Result.UNCERTAIN) | Q(result=Result.BROKEN_OFF, at__lt=now - UNDER_WAY)
    return list(own.filter(lost).order_by("-pk")[:MOST_NOTICED])


def knows_author(viewer: Viewer, entry: JournalEntry) -> bool:
    """Tell whether a viewer may know by name who wrote: operators know all, others those of their own tree.

    The entry has to be one that the viewer may read, so that its author's numbers are of the viewer's server.
    """
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
