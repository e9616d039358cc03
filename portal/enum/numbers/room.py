"""The declaration of the enum:numbers room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

import re

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.forms import pattern
from portal.core.resources import HITS, Found, Hit, Owned, Resource, Search
from portal.core.rooms import RESELLERS, STAFF, FieldRule, Menu, Page, Room, WriteMode
from portal.ngnpro import Ngnpro, OrderBy, Query
from portal.ngnpro.ports.base import or_none
from portal.ngnpro.records import EnumId, EnumNumber, EnumNumberFilter


def number_id(key: str) -> EnumId:
    """Read the journal's key of a number, ``<number>@<tld>``."""
    number, _at, tld = key.rpartition("@")
    return EnumId(number=number, tld=tld)


def search_numbers(ngnpro: Ngnpro, wanted: str) -> Found:
    """Search numbers by their first digits, as people write them."""
    digits = re.sub(r"[\s.()/-]", "", wanted).removeprefix("+").removeprefix("00")
    if not re.fullmatch(r"[0-9*]+", digits):
        return 0, ()
    query = Query(filter=EnumNumberFilter(number=pattern(digits)), order_by=OrderBy("number"), range=HITS)
    page = ngnpro.enum.get_numbers(query)
    return page.total, map(_hit, page)


def _hit(found: EnumNumber) -> Hit:
    url = reverse("enum:numbers:detail", args=[found.id.number, found.id.tld])
    return Hit(url, f"+{found.id.number}", ", ".join(mapping.mapto for mapping in found.mappings))


ROOM = Room(
    "enum:numbers",
    pages=(
        Page("list", STAFF, asks="Enum.getNumbers"),
        Page("detail", STAFF, asks="Enum.getNumber"),
        Page("suggest", STAFF, asks="Sip.getAccounts"),
        Page("pick", STAFF, asks="Sip.getAccounts"),
        Page("move", STAFF, asks="Enum.updateNumber", writes=WriteMode.ALWAYS),
        Page("add", STAFF, asks="Enum.addNumber", writes=WriteMode.ALWAYS),
        Page("edit", STAFF, asks="Enum.updateNumber", writes=WriteMode.ALWAYS),
        Page("delete", STAFF, asks="Enum.deleteNumber", writes=WriteMode.ALWAYS),
    ),
    menu=(Menu("list", _("Numbers"), "number"),),
    fields={
        "owner": FieldRule(RESELLERS),
    },
    resources=(
        Resource(
            name="number",
            noun="Number",
            label=_("Number"),
            record=EnumNumber,
            key=lambda record: f"{record.id.number}@{record.id.tld}",
            url_args=lambda key: tuple(key.rsplit("@", 1)),
            read_only=frozenset({"customer", "reseller"}),
            find=lambda ngnpro, key: or_none(ngnpro.enum.get_number, number_id(key)),
            add=lambda ngnpro, record: ngnpro.enum.add_number(record),
            update=lambda ngnpro, _key, record: ngnpro.enum.update_number(record),
            delete=lambda ngnpro, record: ngnpro.enum.delete_number(record.id),
            fetch=lambda ngnpro, query: ngnpro.enum.get_numbers(query),
            filter=EnumNumberFilter,
            search=Search("enum:numbers:list", _("Numbers"), "number", search_numbers),
            owned=Owned(
                "numbers",
                _("Numbers"),
                "owner",
                page="enum:numbers:list",
                page_filters=frozenset({"owner"}),
                limit="enum_number_credit",
            ),
            words={
                "mappings": _("Leads to"),
            },
        ),
    ),
)
