"""The declaration of the accounts:forwarding room: its pages and their permissions, menu entries and resources."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core.file_entries import Entry, EntryShape, PartInFile
from portal.core.resources import Resource
from portal.core.rooms import ALWAYS, BY_POST, SIGNED_IN, Menu, Page, Room, Section
from portal.ngnpro.ports.sip import SipPort
from portal.ngnpro.records import AcceptRules, CallDiversions, PersistentAcceptRule, SipId, TemporaryAcceptRule

DIVERSIONS_IN_FILE = EntryShape(CallDiversions, ("func", "fnol", "fbus", "fnoa", "funv"))
WEEKLY_RULE = EntryShape(PersistentAcceptRule, ("days", "start", "stop", "groups"))


def write_rules(rules: AcceptRules, _secrets: bool) -> Entry:
    """Return the entry of a domain file for the weekly rules and a temporary rule without an end.

    A temporary rule with a duration is left out.
    """
    lasting = () if rules.temporary.duration else rules.temporary.groups
    return {"acceptRules": [WEEKLY_RULE.write(rule) for rule in rules.persistent], "acceptOnly": list(lasting)}


def read_rules(_key: str, members: Entry) -> AcceptRules:
    """Return the rules of an entry written by ``write_rules``."""
    weekly = tuple(WEEKLY_RULE.read(rule) for rule in members.get("acceptRules", ()))
    temporary = TemporaryAcceptRule(groups=tuple(members.get("acceptOnly", ())))
    return AcceptRules(persistent=weekly, temporary=temporary)


def list_of_texts(
    part: str,
    label: str | Promise,
    *,
    page: str,
    member: str,
    file_member: str,
    heading: str | Promise,
    find: Callable[[SipPort], Callable[[SipId], tuple[str, ...]]],
    store: Callable[[SipPort], Callable[[SipId, tuple[str, ...], tuple[str, ...] | None], None]],
) -> Resource:
    """Declare a part of an account that NGNPro stores as one list of texts.

    ``member`` is its name in the journal, ``file_member`` its name in the file of a domain. ``find`` and ``store``
    return the methods of the port that read and write the list.
    """
    return Resource(
        name="account",
        part=part,
        label=label,
        edit_page=page,
        find=lambda ngnpro, key: {member: find(ngnpro.sip)(SipId.parse(key))},
        update=lambda ngnpro, key, state, read: store(ngnpro.sip)(
            SipId.parse(key), state[member], read and read[member]
        ),
        in_file=PartInFile(
            members={file_member: tuple[str, ...]},
            label=heading,
            write=lambda state, _secrets: {file_member: list(state[member])},
            read=lambda _key, members: {member: tuple(members[file_member])},
        ),
        words={member: heading},
    )


ROOM = Room(
    "accounts:forwarding",
    path="<key:address>/",
    help="accounts#forwarding",
    own_help="guides/subscribers#forward-calls",
    pages=(
        Page(
            "diversions",
            "diversions/",
            "diversions.DiversionsEdit",
            SIGNED_IN,
            asks="Sip.getCallDiversions",
            writes=BY_POST,
        ),
        Page(
            "diversions-all",
            "diversions/forward-all/",
            "diversions.ForwardAll",
            SIGNED_IN,
            asks="Sip.setCallDiversions",
            writes=ALWAYS,
        ),
        Page("incoming", "incoming/", "incoming.IncomingEdit", SIGNED_IN, asks="Sip.getAcceptRules", writes=BY_POST),
        Page(
            "incoming-disturb",
            "incoming/disturb/",
            "incoming.Disturb",
            SIGNED_IN,
            asks="Sip.setAcceptRules",
            writes=ALWAYS,
        ),
        Page(
            "incoming-reject",
            "incoming/reject/add/",
            "incoming.RejectAdd",
            SIGNED_IN,
            asks="Sip.setRejectMembers",
            writes=ALWAYS,
        ),
        Page(
            "incoming-accept",
            "incoming/reject/remove/",
            "incoming.RejectRemove",
            SIGNED_IN,
            asks="Sip.setRejectMembers",
            writes=ALWAYS,
        ),
        Page("barring", "barring/", "barring.BarringEdit", SIGNED_IN, asks="Sip.getBarringPrefixes", writes=BY_POST),
    ),
    menu=(
        Menu("diversions", _("Forwarding"), "forward", section=Section.OWN_CALLS),
        Menu("incoming", _("Do not disturb"), "moon", section=Section.OWN_CALLS),
        Menu("barring", _("Barring"), "block", section=Section.OWN_CALLS),
    ),
    resources=(
        Resource(
            name="account",
            part="diversions",
            label=_("diversions"),
            record=CallDiversions,
            edit_page="diversions",
            find=lambda ngnpro, key: ngnpro.sip.get_call_diversions(SipId.parse(key)),
            update=lambda ngnpro, key, record, _read: ngnpro.sip.set_call_diversions(SipId.parse(key), record),
            in_file=PartInFile(
                members={"diversions": CallDiversions},
                label=_("Forwarding"),
                shape=DIVERSIONS_IN_FILE,
                write=lambda record, _secrets: {"diversions": DIVERSIONS_IN_FILE.write(record)},
                read=lambda _key, members: DIVERSIONS_IN_FILE.read(members["diversions"]),
            ),
            words={
                "FBUS": _("When busy"),
                "FNOA": _("When not answered"),
                "FNOL": _("When not online"),
                "FUNC": _("All calls"),
                "FUNV": _("When unavailable"),
            },
        ),
        Resource(
            name="account",
            part="accept-rules",
            label=_("accept rules"),
            record=AcceptRules,
            edit_page="incoming",
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
                "temporary": _("Temporary rule"),
            },
        ),
        list_of_texts(
            "reject",
            _("rejected callers"),
            page="incoming",
            member="members",
            file_member="rejectMembers",
            heading=_("Rejected callers"),
            find=lambda sip: sip.get_reject_members,
            store=lambda sip: sip.set_reject_members,
        ),
        list_of_texts(
            "barring",
            _("barred prefixes"),
            page="barring",
            member="prefixes",
            file_member="barringPrefixes",
            heading=_("Barred prefixes"),
            find=lambda sip: sip.get_barring_prefixes,
            store=lambda sip: sip.set_barring_prefixes,
        ),
    ),
)
