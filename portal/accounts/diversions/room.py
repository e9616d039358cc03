"""The declaration of the accounts:diversions room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.resources import Resource
from portal.core.rooms import SIGNED_IN, Menu, Page, Room, Section, WriteMode
from portal.ngnpro.records import CallDiversions, SipId

ROOM = Room(
    "accounts:diversions",
    path="<key:address>/diversions/",
    pages=(
        Page("page", SIGNED_IN, asks="Sip.getCallDiversions", writes=WriteMode.BY_POST),
        Page("forward-all", SIGNED_IN, asks="Sip.setCallDiversions", writes=WriteMode.ALWAYS),
    ),
    menu=(Menu("page", _("Forwarding"), "forward", section=Section.OWN_CALLS),),
    resources=(
        Resource(
            name="account",
            part="diversions",
            label=_("diversions"),
            record=CallDiversions,
            edit_page="page",
            find=lambda ngnpro, key: ngnpro.sip.get_call_diversions(SipId.parse(key)),
            update=lambda ngnpro, key, record: ngnpro.sip.set_call_diversions(SipId.parse(key), record),
            words={
                "FBUS": _("When busy"),
                "FNOA": _("When not answered"),
                "FNOL": _("When not online"),
                "FUNC": _("All calls"),
                "FUNV": _("When unavailable"),
            },
        ),
    ),
)
