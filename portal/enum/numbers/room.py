"""The declaration of the numbers room: its pages, its line in the menu, and the number as a resource."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from django import forms
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.telephone_numbers import leading_digits
from portal.core.bulk import BulkAction, ConflictRow, Wish, delete_action, set_action
from portal.core.fields import AddressField, CustomerField, NoteField, TtlField
from portal.core.file_entries import EntryShape, FileRole, InFile
from portal.core.resources import OwnedRecords, Resource, Search, SearchHit, SearchResult, first_found
from portal.core.rooms import ALWAYS, RESELLERS, STAFF, FieldRule, Menu, Page, Room
from portal.core.search_text import ANYTHING, filter_pattern
from portal.enum.fields import NumberField
from portal.enum.ownership import NumberOwnership
from portal.ngnpro import Ngnpro, Pattern
from portal.ngnpro.ports.base import or_none
from portal.ngnpro.records import EnumId, EnumMapping, EnumNumber, EnumNumberFilter, SipId

from .naptr import with_other_account

FEWEST_LAST_DIGITS = 4


def search_numbers(ngnpro: Ngnpro, wanted: str) -> SearchResult:
    """Search numbers by their first digits, as people write them, else by their last ones, as in a national number."""
    digits = leading_digits(wanted).removeprefix("+")
    if not re.fullmatch(r"[0-9*]+", digits):
        return 0, ()
    tries = [EnumNumberFilter(number=filter_pattern(digits))]
    if len(last := digits.lstrip("0")) >= FEWEST_LAST_DIGITS and ANYTHING not in digits:
        tries.append(EnumNumberFilter(number=filter_pattern(f"{ANYTHING}{last}")))
    page = first_found(ngnpro.enum.get_numbers, tries, "number")
    return page.total, map(_hit, page)


def _hit(found: EnumNumber) -> SearchHit:
    url = reverse("enum:numbers:detail", args=[found.id.number, found.id.tld])
    return SearchHit(url, f"+{found.id.number}", ", ".join(mapping.mapto for mapping in found.mappings))


def numbers_of_domain(ngnpro: Ngnpro, domain: str, page_size: int) -> Iterator[EnumNumber]:
    """Iterate over the numbers that point to a SIP address of a domain, found by target without scheme."""
    # Wildcards in the domain are not escaped, since not every server supports that; ``points_into`` is exact.
    conditions = EnumNumberFilter(mapto=Pattern(f"%@{domain}"))
    for number in ngnpro.enum.iter_numbers(conditions, page_size=page_size):
        if any(points_into(mapping.mapto, domain) for mapping in number.mappings):
            yield number


def points_into(target: str, domain: str) -> bool:
    """Return whether the target of a mapping is a SIP address of a domain."""
    scheme, _colon, address = target.lower().partition(":")
    return scheme in ("sip", "sips") and address.endswith(f"@{domain.lower()}")


class TtlForm(forms.Form):
    """Asks for the time to live of the mappings of numbers."""

    ttl = TtlField()


class NumberTargetForm(forms.Form):
    """Asks for the account that numbers are to point to."""

    address = AddressField(label=_("Points to"))


def with_ttl(number: EnumNumber, wish: Wish) -> EnumNumber:
    mappings = tuple(replace(mapping, ttl=wish.values["ttl"]) for mapping in number.mappings)
    return replace(number, mappings=mappings)


def repointed(number: EnumNumber, wish: Wish) -> EnumNumber:
    if not number.mappings:
        raise ConflictRow(gettext("It has no target yet."))
    return with_other_account(number, SipId.parse(wish.values["address"]))


NUMBERS = Resource(
    name="number",
    noun="Number",
    label=_("Number"),
    record=EnumNumber,
    key=lambda record: str(record.id),
    url_args=lambda key: tuple(key.rsplit("@", 1)),
    read_only=frozenset({"customer", "reseller"}),
    find=lambda ngnpro, key: or_none(ngnpro.enum.get_number, EnumId.parse(key)),
    add=lambda ngnpro, record: ngnpro.enum.add_number(record),
    update=lambda ngnpro, _key, record, _read: ngnpro.enum.update_number(record),
    delete=lambda ngnpro, record: ngnpro.enum.delete_number(record.id),
    fetch=lambda ngnpro, query: ngnpro.enum.get_numbers(query),
    filter=EnumNumberFilter,
    key_order="number",
    cell_readers={"number": NumberField().clean},
    columns=("number", "tld", "owner", "info", "mappings", "customer", "reseller", "changeDate"),
    key_columns=2,
    check_others=NumberOwnership,
    search=Search("enum:numbers:list", _("Numbers"), "number", search_numbers),
    owned=OwnedRecords(
        "numbers",
        _("Numbers"),
        "owner",
        page="enum:numbers:list",
        page_filters=frozenset({"owner"}),
        limit="enum_number_credit",
    ),
    in_file=InFile(
        name="numbers",
        label=_("Numbers"),
        role=FileRole.CONTENT,
        shape=EntryShape(
            EnumNumber,
            ("info", "mappings"),
            nested=(EntryShape(EnumMapping, ("type", "mapto", "priority", "ttl")),),
            unordered=frozenset({"mappings"}),
        ),
        key={"number": lambda record: record.id.number, "tld": lambda record: record.id.tld},
        owners=("owner",),
        new=lambda entry: {"id": EnumId(number=entry["number"], tld=entry["tld"])},
        of_domain=numbers_of_domain,
        may_exist_elsewhere=True,
    ),
    words={
        "mappings": _("Points to"),
    },
    actions=(
        BulkAction(name="target", label=_("Point to another account"), form=NumberTargetForm, change=repointed),
        set_action("owner", _("Change the owner"), CustomerField(label=_("Owner"))),
        set_action("info", _("Set the note"), NoteField()),
        BulkAction(name="ttl", label=_("Set the time to live"), form=TtlForm, change=with_ttl),
        delete_action(),
    ),
)

ROOM = Room(
    "enum:numbers",
    pages=(
        Page("list", "", "NumberList", STAFF, asks="Enum.getNumbers"),
        Page("detail", "<key:number>/<key:tld>/", "NumberDetail", STAFF, asks="Enum.getNumber"),
        Page("suggest", "suggest/", "NumberSuggest", STAFF, asks="Sip.getAccounts"),
        Page("pick", "pick/", "NumberPick", STAFF, asks="Sip.getAccounts"),
        Page("move", "<key:number>/<key:tld>/move/", "NumberMove", STAFF, asks="Enum.updateNumber", writes=ALWAYS),
        Page("add", "add/", "NumberAdd", STAFF, asks="Enum.addNumber", writes=ALWAYS),
        Page("edit", "<key:number>/<key:tld>/edit/", "NumberEdit", STAFF, asks="Enum.updateNumber", writes=ALWAYS),
        Page(
            "delete", "<key:number>/<key:tld>/delete/", "NumberDelete", STAFF, asks="Enum.deleteNumber", writes=ALWAYS
        ),
    ),
    menu=(Menu("list", _("Numbers"), "number"),),
    fields={
        "owner": FieldRule(RESELLERS),
    },
    resources=(NUMBERS,),
)
