"""The declaration of the accounts room: its pages and their permissions, menu entry and resource."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.passwords import PasswordKind
from portal.accounts.actions import ACTIONS, PREPAID, added_again, with_own_groups
from portal.accounts.blocks import why_block_forbids, with_own_note
from portal.accounts.file_entry import IN_FILE
from portal.accounts.finding import search_accounts, search_signs
from portal.accounts.generator import GENERATOR
from portal.accounts.linked import LINKED
from portal.accounts.related import RELATED
from portal.core.dependents import Dependents, count_or_unknown, count_records
from portal.core.leading import ContactsLeading, DiversionsTo
from portal.core.rating_profiles import profiles_lost_with
from portal.core.resources import OWN_AND_TREE, OwnedRecords, Resource, Search
from portal.core.rooms import ALWAYS, BY_POST, RESELLERS, SIGNED_IN, STAFF, FieldRule, Menu, Page, Room, member_rules
from portal.ngnpro import Ngnpro, Range
from portal.ngnpro import RecordPage as RecordPage
from portal.ngnpro.leftovers import delete_account
from portal.ngnpro.ports.base import or_none
from portal.ngnpro.ports.rating import entity_of_account
from portal.ngnpro.records import AliasFilter, EnumNumberFilter, PhonebookEntries, SipAccount, SipFilter, SipId


def lost_with_account(ngnpro: Ngnpro, account: SipAccount) -> Iterator[Dependents]:
    """Yield what goes with an account: mailbox, aliases and diversions that lead to it, contacts, rating profiles."""
    address, one = account.id, Range(0, 1)
    mailbox = count_or_unknown(lambda: 1 if or_none(ngnpro.voicemail.get_account, address) else 0)
    target = AliasFilter(target_username=address.username, target_domain=address.domain)
    aliases = count_records(ngnpro.sip.get_aliases, target)
    contacts = count_or_unknown(lambda: count_contacts(ngnpro.sip.get_phonebook_entries(address, window=one)))
    yield Dependents(mailbox, gettext("Mailbox, with its messages"))
    all_aliases = f"{reverse('aliases:list')}?{urlencode({'target': str(address)})}"
    yield Dependents(aliases, gettext("Aliases that point to it"), all_aliases)
    yield Dependents(contacts, gettext("Contacts"))
    yield from profiles_lost_with(ngnpro, entity_of_account(address))
    yield from DiversionsTo.fetch(ngnpro, address, "accounts:forwarding:diversions").go()


def count_contacts(found: PhonebookEntries) -> int:
    """Return the number of contacts; some servers do not return the total."""
    return max(found.total, len(found.entries))


def left_of_account(ngnpro: Ngnpro, account: SipAccount) -> Iterator[Dependents]:
    """Yield what loses an account, and is not deleted with it: numbers, phones, contacts, unknown diversions."""
    numbers = count_records(ngnpro.enum.get_numbers, EnumNumberFilter(mapto=str(account.id)))
    all_numbers = f"{reverse('enum:numbers:list')}?{urlencode({'mapto': str(account.id)})}"
    yield Dependents(numbers, gettext("Numbers that point to it"), all_numbers, gettext("they lose this target"))
    phones = count_or_unknown(lambda: len(ngnpro.sip.get_sip_device_locations([account.id])[0].locations))
    yield Dependents(phones, gettext("Phones that are online"), note=gettext("they are signed off"))
    yield from DiversionsTo.fetch(ngnpro, account.id).stay()
    yield from ContactsLeading.fetch(ngnpro, account.id).stay()


ROOM = Room(
    "accounts",
    help="accounts",
    pages=(
        Page("list", "", "records.AccountList", STAFF, asks="Sip.getAccounts"),
        Page("add", "add/", "records.AccountAdd", STAFF, asks="Sip.addAccount", writes=ALWAYS),
        Page("added", "<key:address>/added/", "records.AccountAdded", STAFF, asks="Sip.getAccount"),
        Page("detail", "<key:address>/", "records.AccountDetail", SIGNED_IN, asks="Sip.getAccount"),
        Page("edit", "<key:address>/edit/", "records.AccountEdit", STAFF, asks="Sip.updateAccount", writes=ALWAYS),
        Page(
            "delete", "<key:address>/delete/", "records.AccountDelete", STAFF, asks="Sip.deleteAccount", writes=ALWAYS
        ),
        Page("groups", "<key:address>/groups/", "rights.GroupsPage", STAFF, asks="Sip.getAccount", writes=BY_POST),
        Page(
            "block", "<key:address>/groups/block/", "rights.AccountBlock", STAFF, asks="Sip.addToGroup", writes=ALWAYS
        ),
        Page(
            "unblock",
            "<key:address>/groups/unblock/",
            "rights.AccountUnblock",
            STAFF,
            asks="Sip.removeFromGroup",
            writes=ALWAYS,
        ),
        Page("acl", "<key:address>/acl/", "rights.NetworksEdit", STAFF, asks="Sip.updateAccount", writes=BY_POST),
    ),
    menu=(Menu("list", _("Accounts"), "account"),),
    fields={
        "owner": FieldRule(RESELLERS),
        **member_rules(SipAccount),
        "caller_id": FieldRule(STAFF, "pstn_changes"),
    },
    searches=(Search("accounts:list", _("Accounts with this phone or voucher"), "device", search_signs),),
    resources=(
        Resource(
            name="account",
            noun="Account",
            label=_("Account"),
            record=SipAccount,
            key=lambda record: str(record.id).lower(),
            title=lambda record: f"{record.first_name} {record.last_name}".strip(),
            read_only=frozenset({"customer", "reseller"}),
            find=lambda ngnpro, key: or_none(ngnpro.sip.get_account, SipId.parse(key)),
            add=lambda ngnpro, record: ngnpro.sip.add_account(record),
            update=lambda ngnpro, _key, record, _read: ngnpro.sip.update_account(record),
            delete=lambda ngnpro, record: delete_account(ngnpro, record.id),
            fetch=lambda ngnpro, query: ngnpro.sip.get_accounts(query),
            filter=SipFilter,
            key_order="username",
            columns=(
                *("id", "firstName", "lastName", "email", "owner", "password", "timezone", "rpid", "groups"),
                *("prepaid", "quota", "acl", "properties", "callLimit", "timeout", "quickdialPrefix", "region"),
                *("customer", "reseller", "createDate", "changeDate"),
            ),
            hangs=lost_with_account,
            stays=left_of_account,
            search=Search("accounts:list", _("Accounts"), "account", search_accounts),
            owned=OwnedRecords(
                "accounts", _("Accounts"), "owner", "reseller", "accounts:list", OWN_AND_TREE, "sip_credit"
            ),
            in_file=IN_FILE,
            actions=ACTIONS,
            generator=GENERATOR,
            added_again=added_again,
            keep=with_own_groups,
            linked=LINKED,
            password_kind=PasswordKind.SIP,
            why_forbidden=why_block_forbids,
            as_allowed=with_own_note,
            derived_groups=frozenset({PREPAID}),
            related=RELATED,
            words={
                "acl": _("Allowed from"),
                "quickdialPrefix": _("Quick dial prefix"),
                "quota": _("Monthly quota"),
                "region": _("Region"),
                "rpid": _("Caller-ID"),
                "timeout": _("Not answered after"),
            },
        ),
    ),
)
