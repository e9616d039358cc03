"""The declaration of the accounts:incoming room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.resources import Resource
from portal.core.rooms import SIGNED_IN, Menu, Page, Room, Section, WriteMode
from portal.ngnpro.records import AcceptRules, SipId

ROOM = Room(
    "accounts:incoming",
    path="<key:address>/incoming/",
    pages=(
        Page("page", SIGNED_IN, asks="Sip.getAcceptRules", writes=WriteMode.BY_POST),
        Page("disturb", SIGNED_IN, asks="Sip.setAcceptRules", writes=WriteMode.ALWAYS),
        Page("reject-add", SIGNED_IN, asks="Sip.setRejectMembers", writes=WriteMode.ALWAYS),
        Page("reject-remove", SIGNED_IN, asks="Sip.setRejectMembers", writes=WriteMode.ALWAYS),
    ),
    menu=(Menu("page", _("Do not disturb"), "moon", section=Section.OWN_CALLS),),
    resources=(
        Resource(
            name="account",
            part="accept-rules",
            label=_("accept rules"),
            record=AcceptRules,
            edit_page="page",
            find=lambda ngnpro, key: ngnpro.sip.get_accept_rules(SipId.parse(key)).rules,
            update=lambda ngnpro, key, record: ngnpro.sip.set_accept_rules(SipId.parse(key), record),
            words={
                "persistent": _("Weekly rules"),
                "temporary": _("Rule for now"),
            },
        ),
        Resource(
            name="account",
            part="reject",
            label=_("rejected callers"),
            edit_page="page",
            find=lambda ngnpro, key: {"members": ngnpro.sip.get_reject_members(SipId.parse(key))},
            update=lambda ngnpro, key, state: ngnpro.sip.set_reject_members(SipId.parse(key), state["members"]),
            words={
                "members": _("Rejected callers"),
            },
        ),
    ),
)
