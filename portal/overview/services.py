"""The figures of the overview, and the search in all kinds of records."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.core.cache import cache
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portal.core import servers
from portal.core.access import may_open, why_only_looking
from portal.core.at_once import begin
from portal.core.certificates import look_at
from portal.core.markup import page_url
from portal.core.navigation import menu_for
from portal.core.resources import SearchHit
from portal.core.rooms import resources, rooms
from portal.core.viewer import Viewer
from portal.ngnpro import Ngnpro, OrderBy, Query, Range, errors, faults

CERTIFICATES = Range(0, 500)
MOST_PAGES = 5
KEEP_SECONDS = 3600
TROUBLE_SECONDS, SHORT_SECONDS = 300, 3.0


@dataclass(frozen=True, slots=True)
class FoundRecords:
    """The records of one kind that a search found."""

    label: str | Promise
    icon: str
    total: int
    hits: tuple[SearchHit, ...]


def search_records(
    ngnpro: Ngnpro, viewer: Viewer, wanted: str, may_read: Callable[[str], bool] = bool
) -> list[FoundRecords]:
    """Search all kinds of records that the viewer may open, at once; the result does not change the number of calls.

    ``may_read`` leaves out the kinds for whose page it returns ``False``.
    """
    kinds = [one.search for one in resources().values() if one.search]
    kinds += [search for room in rooms().values() for search in room.searches]
    asked = [
        (kind, begin(partial(kind.find, ngnpro, wanted)))
        for kind in kinds
        if may_open(viewer, kind.page) and may_read(kind.page)
    ]
    found = []
    for kind, wait in asked:
        total, hits = wait()
        if total:
            found.append(FoundRecords(kind.label, kind.icon, total, tuple(hits)))
    return found


def pages_called(viewer: Viewer, wanted: str) -> list[SearchHit]:
    """List the pages of the viewer's menu, and those that add a record, whose labels contain the text."""
    entries = [entry for group in menu_for(viewer) for entry in group]
    found = [(str(one.label), one.url) for entry in entries for one in (entry, *entry.below)]
    found += [
        (_("Add: %(what)s") % {"what": kind.label}, page_url(f"{kind.room}:add"))
        for kind in resources().values()
        if kind.search and may_open(viewer, f"{kind.room}:add") and not why_only_looking(viewer, f"{kind.room}:add")
    ]
    text = wanted.casefold()
    return [SearchHit(url, label) for label, url in found if text in label.casefold()][:MOST_PAGES]


def certificates_ending(ngnpro: Ngnpro, viewer: Viewer) -> int:
    """Count the certificates that expire soon, among the first 500 domains: one call an hour for a viewer."""
    if not may_open(viewer, "domains:certificates"):
        return 0
    key = f"certificates-ending:{hashlib.sha256(viewer.scope.encode()).hexdigest()}"
    known: int | None = cache.get(key)
    if known is None:
        domains = ngnpro.sip.get_domains(Query(order_by=OrderBy("domain"), range=CERTIFICATES))
        found = (look_at(domain.certificate) for domain in domains)
        known = sum(1 for certificate in found if certificate and certificate.state != "on")
        cache.set(key, known, KEEP_SECONDS)
    return known


def other_servers_in_trouble(viewer: Viewer) -> list[tuple[str, str]]:
    """List the other NGNPro servers that do not answer or that refuse the portal's own login, with what is wrong.

    Only for operators with all rights; makes one short call to each server every five minutes.
    """
    if not viewer.is_full or viewer.acting:
        return []
    names = [name for name in servers.engines().engines if name != servers.engine(viewer.engine).name]
    found = {name: cache.get_or_set(f"trouble:{name}", partial(_trouble, name), TROUBLE_SECONDS) for name in names}
    return [(name, _(what)) for name, what in found.items() if what]


def _trouble(name: str) -> str:
    """Fetch one domain from a server; return what is wrong with the server, or an empty string."""
    ngnpro = Ngnpro(servers.engine(name), read_timeout=SHORT_SECONDS)
    try:
        ngnpro.sip.get_domains(Query(range=Range(0, 1)))
    except errors.Outage as outage:
        return faults.explain_ngnpro_error(outage)[0]
    except errors.Refusal:
        return ""
    return ""
