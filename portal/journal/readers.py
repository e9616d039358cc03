"""Which entries of the journal a viewer may read, always of the NGNPro server they work with.

Operators read all entries, those who are limited to ports or domains only their own, resellers and customers those
about their own tree. Customers are identified by a number, which a server may reuse after a deletion, so only entries
since the number became theirs are visible (``first_of``).
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core import servers
from portal.core.customer_names import CUSTOMER_KIND
from portal.core.navigation import ROLE_NAMES
from portal.core.viewer import Role, Viewer
from portal.journal.labels import EntryAction, EntryResult

from .models import JournalEntry
from .selection import Entries, journal_of, whole_journal

# How long a write may take: NGNPro's time limit and a few calls to read the record.
UNDER_WAY = timedelta(minutes=5)
# For how long writes with unknown outcome are shown to their author, and how many at most.
NOTICED, MOST_NOTICED = timedelta(days=14), 5


def engine_of(viewer: Viewer) -> str:
    """Return the name of the NGNPro server that a viewer works with."""
    return servers.engine(viewer.engine).name


def tree_of(viewer: Viewer) -> int:
    """Return the customer or reseller to whose tree a viewer is limited; 0 for the whole platform."""
    if viewer.acting:
        return viewer.acting.customer
    return viewer.tree or viewer.holder or viewer.customer


def visible_to(viewer: Viewer) -> Entries:
    """Select the entries that a viewer may read."""
    engine = engine_of(viewer)
    if viewer.limits:  # what an entry is about says neither its port nor its domain
        return whole_journal().filter(engine=engine, author__role=viewer.role.value, author__login=viewer.login)
    if viewer.effective_role is Role.OPERATOR:
        return whole_journal().filter(engine__in=(engine, ""))
    if viewer.effective_role not in (Role.RESELLER, Role.CUSTOMER):
        return whole_journal().none()
    customer = tree_of(viewer)
    return journal_of(engine, customer).filter(number__gte=first_of(engine, customer, login_of(viewer)))


def login_of(viewer: Viewer) -> str:
    """Return the username of the customer whose entries a viewer reads, in lower case; empty if unknown."""
    if viewer.acting:
        return viewer.acting.login.lower()
    return "" if viewer.tree or viewer.holder else viewer.login.strip().lower()


def first_of(engine: str, customer: int, login: str) -> int:
    """Return the number of the first entry since a customer's number belongs to the customer with this username.

    Another customer had the number before if the journal has a deletion or an addition of that number, or a write by a
    customer with that number and another username. Earlier usernames of the same customer do not count as others.
    """
    own = JournalEntry.objects.filter(engine=engine, kind=CUSTOMER_KIND, key=str(customer), part="")
    done = own.filter(result=EntryResult.DONE)
    found = done.aggregate(
        deleted=Max("pk", filter=Q(action=EntryAction.DELETE)), added=Max("pk", filter=Q(action=EntryAction.ADD))
    )
    first = max((found["deleted"] or 0) + 1, found["added"] or 0)
    if not login:
        return first
    by_others = JournalEntry.objects.filter(
        engine=engine,
        pk__gte=first,
        author__customer=customer,
        author__role__in=(Role.RESELLER, Role.CUSTOMER),
    ).exclude(author__login__in=_usernames(done.filter(pk__gte=first, action=EntryAction.EDIT), login))
    return max(first, (by_others.aggregate(last=Max("pk"))["last"] or 0) + 1)


def _usernames(edits: QuerySet[JournalEntry], login: str) -> set[str]:
    """Return the current and earlier usernames of a customer, from the edits of their record."""
    known = {login}
    for changes in edits.order_by("-pk").values_list("changes", flat=True):
        for change in changes:
            if change["field"] == "username" and str(change["after"]).lower() in known:
                known.add(str(change["before"]).lower())
    return known


def in_doubt_of(viewer: Viewer) -> list[JournalEntry]:
    """List a viewer's own latest writes with unknown outcome, newest first, until they are settled or two weeks old.

    Writes that may still be in progress are not listed.
    """
    now = timezone.now()
    own = JournalEntry.objects.filter(
        author__role=viewer.role.value,
        author__login=viewer.login[:320],
        author__customer=viewer.customer,
        engine__in=(engine_of(viewer), ""),
        at__gte=now - NOTICED,
    )
    lost = Q(result=EntryResult.UNCERTAIN) | Q(result=EntryResult.BROKEN_OFF, at__lt=now - UNDER_WAY)
    return list(own.filter(lost).order_by("-pk")[:MOST_NOTICED])


def knows_author(viewer: Viewer, entry: JournalEntry) -> bool:
    """Return whether a viewer may see the name of an entry's author: operators all, others those of their own tree.

    The viewer must be allowed to read the entry, so that its author's numbers belong to the viewer's server.
    """
    if viewer.role is Role.OPERATOR:
        return True
    return entry.author.role != Role.OPERATOR and tree_of(viewer) in (entry.author.customer, entry.author.reseller)


def author_text(viewer: Viewer, entry: JournalEntry) -> str:
    """Return the name of an entry's author, or only the role if the viewer may not see it, and for whom they acted."""
    author = entry.author
    name = str(author) if knows_author(viewer, entry) else str(ROLE_NAMES[Role(author.role)])
    if not entry.acting_customer:
        return name
    return _("%(name)s for %(customer)s") % {"name": name, "customer": entry.acting_name}


def source_text(viewer: Viewer, entry: JournalEntry) -> str:
    """Return the IP address of an entry's author; empty if the viewer may not see who it was."""
    return (entry.source or "") if knows_author(viewer, entry) else ""
