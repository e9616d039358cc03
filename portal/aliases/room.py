"""The declaration of the aliases room: its pages, its line in the menu, and the alias as a resource."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

from django import forms
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core.bulk import BulkAction, Wish, delete_action, set_action
from portal.core.dependents import Dependents, count_records
from portal.core.fields import AddressField, CustomerField
from portal.core.file_entries import CdrtoolList, EntryShape, FileRole, InFile
from portal.core.in_words import address_in_words
from portal.core.leading import ContactsLeading, DiversionsTo
from portal.core.related import FEW, Related, RelatedRow
from portal.core.resources import HITS, OWN_AND_TREE, OwnedRecords, Resource, Search, SearchHit, SearchResult
from portal.core.rooms import ALWAYS, RESELLERS, STAFF, FieldRule, Menu, Page, Room
from portal.core.search_text import split_address
from portal.core.sip_accounts import address_taken_by
from portal.ngnpro import Ngnpro, OrderBy, Query, RecordPage, errors
from portal.ngnpro.leftovers import delete_alias
from portal.ngnpro.ports.base import or_none
from portal.ngnpro.records import AliasFilter, EnumNumberFilter, SipAlias, SipDomain, SipId


def search_aliases(ngnpro: Ngnpro, wanted: str) -> SearchResult:
    """Search aliases by their own address."""
    username, domain = split_address(wanted)
    conditions = AliasFilter(alias_username=username, alias_domain=domain)
    page = ngnpro.sip.get_aliases(Query(filter=conditions, order_by=OrderBy("aliasUsername"), range=HITS))
    return page.total, map(_hit, page)


def _hit(found: SipAlias) -> SearchHit:
    url = f"{reverse('aliases:list')}?{urlencode({'alias': str(found.id)})}"
    return SearchHit(url, str(found.id), f"→ {found.target}")


def find_alias(ngnpro: Ngnpro, key: str) -> SipAlias | None:
    """Return the alias with an address; ``None`` if it does not exist, or the key is not an address."""
    try:
        address = SipId.parse(key)
    except ValueError:
        return None
    return or_none(ngnpro.sip.get_alias, address)


def add_alias(ngnpro: Ngnpro, alias: SipAlias) -> SipAlias:
    """Add an alias; if its address is taken, the note of the refusal says which alias or account has it."""
    try:
        return ngnpro.sip.add_alias(alias)
    except errors.AlreadyExists as refusal:
        if words := address_taken_by(ngnpro, alias.id):
            refusal.add_note(words)
        raise


def lost_with_alias(ngnpro: Ngnpro, alias: SipAlias) -> Iterator[Dependents]:
    """Yield what is deleted with an alias: the aliases and diversions that lead to it."""
    target = AliasFilter(target_username=alias.id.username, target_domain=alias.id.domain)
    url = f"{reverse('aliases:list')}?{urlencode({'target': str(alias.id)})}"
    yield Dependents(count_records(ngnpro.sip.get_aliases, target), gettext("Aliases that point to it"), url)
    yield from DiversionsTo.fetch(ngnpro, alias.id, "accounts:forwarding:diversions").go()


def left_of_alias(ngnpro: Ngnpro, alias: SipAlias) -> Iterator[Dependents]:
    """Yield what loses an alias, and is not deleted with it: numbers, and diversions that are unknown."""
    numbers = count_records(ngnpro.enum.get_numbers, EnumNumberFilter(mapto=str(alias.id)))
    url = f"{reverse('enum:numbers:list')}?{urlencode({'mapto': str(alias.id)})}"
    yield Dependents(numbers, gettext("Numbers that point to it"), url, gettext("they lose this target"))
    yield from DiversionsTo.fetch(ngnpro, alias.id).stay()
    yield from ContactsLeading.fetch(ngnpro, alias.id).stay()


def aliases_in_domain(ngnpro: Ngnpro, domain: SipDomain) -> RecordPage[SipAlias]:
    """Fetch the first aliases of a domain, the last changed ones first."""
    query = Query(filter=AliasFilter(alias_domain=domain.domain), order_by=OrderBy("changeDate", "DESC"), range=FEW)
    return ngnpro.sip.get_aliases(query)


def _related_row(alias: SipAlias, _beside: None) -> RelatedRow:
    target = gettext("to %(address)s") % {"address": address_in_words(str(alias.target))}
    return RelatedRow(reverse("aliases:edit", args=[str(alias.id)]), address_in_words(str(alias.id)), target)


class AliasTargetForm(forms.Form):
    """Asks for the account that aliases are to point to."""

    target = AddressField(label=_("Points to"))


def repointed(alias: SipAlias, wish: Wish) -> SipAlias:
    return replace(alias, target=SipId.parse(wish.values["target"]))


ALIASES = Resource(
    name="alias",
    noun="Alias",
    label=_("Alias"),
    record=SipAlias,
    key=lambda record: str(record.id).lower(),
    read_only=frozenset({"customer", "reseller"}),
    find=find_alias,
    add=add_alias,
    update=lambda ngnpro, _key, record, _read: ngnpro.sip.update_alias(record),
    delete=lambda ngnpro, record: delete_alias(ngnpro, record.id),
    hangs=lost_with_alias,
    stays=left_of_alias,
    fetch=lambda ngnpro, query: ngnpro.sip.get_aliases(query),
    filter=AliasFilter,
    key_order="aliasUsername",
    columns=("id", "target", "owner", "customer", "reseller", "changeDate"),
    search=Search("aliases:list", _("Aliases"), "alias", search_aliases),
    owned=OwnedRecords("aliases", _("Aliases"), "owner", "reseller", "aliases:list", OWN_AND_TREE, "sip_alias_credit"),
    in_file=InFile(
        name="aliases",
        label=_("Aliases"),
        role=FileRole.CONTENT,
        shape=EntryShape(SipAlias),
        key={"alias": lambda record: str(record.id)},
        more={"target": lambda record: str(record.target)},
        owners=("owner",),
        new=lambda entry: {"id": SipId.parse(entry["alias"]), "target": SipId.parse(entry["target"])},
        addresses={"alias": True, "target": False},
        cdrtool=CdrtoolList(name="sip_aliases", keys={"alias": "id", "target": "target"}),
        of_domain=lambda ngnpro, domain, size: ngnpro.sip.iter_aliases(
            AliasFilter(alias_domain=domain), page_size=size
        ),
    ),
    words={"target": _("Points to")},
    related=(
        Related(
            of="domain",
            label=_("Aliases"),
            icon="alias",
            page="aliases:list",
            filter=lambda domain: {"domain": domain.domain},
            fetch=aliases_in_domain,
            row=_related_row,
        ),
    ),
    actions=(
        BulkAction(name="target", label=_("Point to another account"), form=AliasTargetForm, change=repointed),
        set_action("owner", _("Change the owner"), CustomerField(label=_("Owner"))),
        delete_action(),
    ),
)

ROOM = Room(
    "aliases",
    help="glossary",
    pages=(
        Page("list", "", "AliasList", STAFF, asks="Sip.getAliases"),
        Page("add", "add/", "AliasAdd", STAFF, asks="Sip.addAlias", writes=ALWAYS),
        Page("edit", "<key:alias>/edit/", "AliasEdit", STAFF, asks="Sip.updateAlias", writes=ALWAYS),
        Page("delete", "<key:alias>/delete/", "AliasDelete", STAFF, asks="Sip.deleteAlias", writes=ALWAYS),
    ),
    menu=(Menu("list", _("Aliases"), "alias"),),
    fields={"owner": FieldRule(RESELLERS)},
    resources=(ALIASES,),
)
