"""How much is wrong with the routing, as a number in the menu: counted beside its lists, and kept for a while."""

from __future__ import annotations

from typing import Any

from portal.core import badges
from portal.core.auth import Viewer
from portal.core.writes import Write
from portal.lcr.findings import find_all
from portal.lcr.plan import Member, read_small_plans
from portal.ngnpro import Ngnpro, errors

PAGE = "lcr:lint:page"


def count(ngnpro: Ngnpro, viewer: Viewer) -> None:
    """Count what is wrong, unless that is known: four calls, and none where the routing is too large for four.

    A failure is no reason to keep the page away that the number stands beside.
    """
    if badges.is_kept(viewer, PAGE):
        return
    try:
        plans = read_small_plans(ngnpro, viewer.own_customer)
    except errors.NgnproError:
        return
    badges.keep(viewer, PAGE, None if plans is None else len(find_all(plans)))


def forget(sender: object, write: Write, **_: Any) -> None:
    """Hear of a write (``portal.core.writes.ended``): after one of the routing, count again what is wrong."""
    if isinstance(write.before, Member) or isinstance(write.after, Member):
        badges.forget(PAGE)
