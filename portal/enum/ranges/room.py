"""The declaration of the number ranges room: its pages, its line in the menu, and the range as a resource."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.member_rights import needs_administrator
from ngnpro_wire.facts.telephone_numbers import leading_digits
from portal.core.bulk import delete_action, set_action
from portal.core.dependents import Dependents, count_records
from portal.core.fields import CustomerField, NoteField, TtlField
from portal.core.file_entries import Entry, EntryShape, FileRole, Holding, InFile
from portal.core.in_words import number_in_groups
from portal.core.related import FEW, Related, RelatedRow
from portal.core.resources import OwnedRecords, Resource
from portal.core.rooms import ALWAYS, OPERATORS, RESELLERS, STAFF, FieldRule, Menu, Page, Room
from portal.core.viewer import Role, Viewer
from portal.enum.ownership import RangeOwnership, RangesByDigit
from portal.ngnpro import Ngnpro, OrderBy, Query, RecordPage, pattern_beginning
from portal.ngnpro.records import CustomerAccount, EnumNumberFilter, EnumRange, EnumRangeFilter, EnumRangeId


def find_holding_range(ngnpro: Ngnpro) -> Callable[[Entry], EnumRange | None]:
    """Return a function that finds the narrowest range that holds a number of a file."""
    ranges = RangesByDigit(ngnpro)
    return lambda entry: ranges.around(entry["number"], entry["tld"])


def numbers_of_range(ngnpro: Ngnpro, record: EnumRange) -> Iterator[Dependents]:
    """Count the numbers that have to be deleted before a range."""
    conditions = EnumNumberFilter(number=pattern_beginning(record.id.prefix), tld=record.id.tld)
    url = f"{reverse('enum:numbers:list')}?{urlencode({'number': record.id.prefix, 'tld': record.id.tld})}"
    yield Dependents(count_records(ngnpro.enum.get_numbers, conditions), gettext("Numbers"), url)


def why_not_add(viewer: Viewer, before: EnumRange | None, after: EnumRange | None) -> str:
    """Return why this viewer may not add a range; empty if they may, or if it exists already."""
    if before is not None or after is None or viewer.effective_role is Role.OPERATOR:
        return ""
    if not needs_administrator(after.id.prefix):
        return ""
    return gettext("Only the platform's operator can add a range that is a whole country code. Type more digits.")


def ranges_of_customer(ngnpro: Ngnpro, customer: CustomerAccount) -> RecordPage[EnumRange]:
    """Fetch the first number ranges of a customer, by their first digits."""
    wanted = EnumRangeFilter(customer=customer.id)
    return ngnpro.enum.get_ranges(Query(filter=wanted, order_by=OrderBy("prefix"), range=FEW))


def _related_row(found: EnumRange, _beside: None) -> RelatedRow:
    url = reverse("enum:ranges:detail", args=[found.id.prefix, found.id.tld])
    is_full = bool(found.size) and found.used >= found.size
    words = gettext("%(used)s of %(size)s used") if found.size else gettext("%(used)s used")
    state = words % {"used": found.used, "size": found.size}
    return RelatedRow(url, number_in_groups(found.id.prefix), found.info, "warn" if is_full else "on", state)


RANGES = Resource(
    name="range",
    noun="Range",
    label=_("Number range"),
    record=EnumRange,
    key=lambda record: str(record.id),
    url_args=lambda key: tuple(key.rsplit("@", 1)),
    read_only=frozenset({"serial", "used"}),
    find=lambda ngnpro, key: ngnpro.enum.find_range(EnumRangeId.parse(key)),
    add=lambda ngnpro, record: ngnpro.enum.add_range(record),
    update=lambda ngnpro, _key, record, _read: ngnpro.enum.update_range(record),
    delete=lambda ngnpro, record: ngnpro.enum.delete_range(record.id),
    fetch=lambda ngnpro, query: ngnpro.enum.get_ranges(query),
    filter=EnumRangeFilter,
    key_order="prefix",
    cell_readers={"prefix": leading_digits},
    columns=(
        *("prefix", "tld", "customer", "reseller", "info", "minDigits", "maxDigits", "size", "used", "ttl"),
        *("nameservers", "serial", "changeDate"),
    ),
    key_columns=2,
    used_by=numbers_of_range,
    why_forbidden=why_not_add,
    check_others=RangeOwnership,
    owned=OwnedRecords(
        "ranges",
        _("Number ranges"),
        "customer",
        page="enum:ranges:list",
        page_filters=frozenset({"customer"}),
        limit="enum_range_credit",
    ),
    in_file=InFile(
        name="ranges",
        label=_("Number ranges"),
        role=FileRole.HOLDER,
        shape=EntryShape(EnumRange, ("ttl", "info", "min_digits", "max_digits", "size", "nameservers")),
        key={"prefix": lambda record: record.id.prefix, "tld": lambda record: record.id.tld},
        owners=("customer", "reseller"),
        new=lambda entry: {"id": EnumRangeId(prefix=entry["prefix"], tld=entry["tld"])},
        holds=Holding(
            held="numbers",
            covers=lambda range_, number: (
                number["number"].startswith(range_["prefix"]) and number["tld"] == range_["tld"]
            ),
            finder=find_holding_range,
            missing=_("No number range of the file or of this platform contains it."),
        ),
    ),
    related=(
        Related(
            of="customer",
            label=_("Number ranges"),
            icon="number",
            page="enum:ranges:list",
            filter=lambda customer: {"customer": customer.id},
            fetch=ranges_of_customer,
            row=_related_row,
        ),
    ),
    words={
        "maxDigits": _("Most digits"),
        "minDigits": _("Fewest digits"),
        "nameservers": _("Name servers"),
        "size": _("Size"),
        "ttl": _("Time to live"),
    },
    actions=(
        set_action("ttl", _("Set the time to live"), TtlField()),
        set_action("customer", _("Change the customer"), CustomerField(label=_("Customer"))),
        set_action("info", _("Set the note"), NoteField()),
        delete_action(numbers_of_range),
    ),
)

ROOM = Room(
    "enum:ranges",
    pages=(
        Page("list", "", "RangeList", STAFF, asks="Enum.getRanges"),
        Page("detail", "<key:prefix>/<key:tld>/", "RangeDetail", STAFF, asks="Enum.getRanges"),
        Page("add", "add/", "RangeAdd", STAFF, asks="Enum.addRange", writes=ALWAYS),
        Page("edit", "<key:prefix>/<key:tld>/edit/", "RangeEdit", STAFF, asks="Enum.updateRange", writes=ALWAYS),
        Page("delete", "<key:prefix>/<key:tld>/delete/", "RangeDelete", STAFF, asks="Enum.deleteRange", writes=ALWAYS),
    ),
    menu=(Menu("list", _("Number ranges"), "number"),),
    fields={
        "reseller": FieldRule(OPERATORS),
        "customer": FieldRule(RESELLERS),
    },
    resources=(RANGES,),
)
