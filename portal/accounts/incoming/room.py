"""The declaration of the accounts:incoming room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.file_entries import Entry, EntryShape, PartInFile
from portal.core.resources import Resource
from portal.core.rooms import SIGNED_IN, Menu, Page, Room, Section, WriteMode
from portal.ngnpro.records import AcceptRules, PersistentAcceptRule, SipId, TemporaryAcceptRule

WEEKLY_RULE = EntryShape(PersistentAcceptRule, ("days", "start", "stop", "groups"))


def write_rules(rules: AcceptRules, _secrets: bool) -> Entry:
    """Return the weekly rules, and a temporary rule that has no end, as they are in the file of a domain.

    A temporary rule that ends by itself is left out.
    """
    lasting = () if rules.temporary.duration else rules.temporary.groups
    return {"acceptRules": [WEEKLY_RULE.write(rule) for rule in rules.persistent], "acceptOnly": list(lasting)}


def read_rules(_key: str, members: Entry) -> AcceptRules:
    """Return the rules that ``write_rules`` wrote."""
    weekly = tuple(WEEKLY_RULE.read(rule) for rule in members.get("acceptRules", ()))
    temporary = TemporaryAcceptRule(groups=tuple(members.get("acceptOnly", ())))
    return AcceptRules(persistent=weekly, temporary=temporary)


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
            update=lambda ngnpro, key, record, _read: ngnpro.sip.set_accept_rules(SipId.parse(key), record),
            in_file=PartInFile(
                members={"acceptRules": tuple[PersistentAcceptRule, ...], "acceptOnly": tuple[str, ...]},
                label=_("Rules for callers"),
                shape=WEEKLY_RULE,
                write=write_rules,
                read=read_rules,
            ),
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
            update=lambda ngnpro, key, state, read: ngnpro.sip.set_reject_members(
                SipId.parse(key), state["members"], read and read["members"]
            ),
            in_file=PartInFile(
                members={"rejectMembers": tuple[str, ...]},
                label=_("Rejected callers"),
                write=lambda state, _secrets: {"rejectMembers": list(state["members"])},
                read=lambda _key, members: {"members": tuple(members["rejectMembers"])},
            ),
            words={
                "members": _("Rejected callers"),
            },
        ),
    ),
)
