"""Names of customers by number, since records hold only the numbers of their owners.

Customers are the only kind of record that the framework knows: lists, forms and spreadsheets of every room show owners
by name, and the access rules are about customers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from django.core.cache import cache
from django.utils.translation import gettext as _

from portal.core.access import may_open
from portal.core.markup import markup, page_url
from portal.core.name_matching import find_named
from portal.core.search_text import pattern_anywhere
from portal.core.viewer import Role, Viewer
from portal.ngnpro import Ngnpro, Query, Range, errors
from portal.ngnpro.records import CustomerAccount, CustomerFilter

KEEP_SECONDS = 600
ASK_AGAIN_SECONDS = 10
MOST_NAMES = 1000
MOST_FOUND = 20
# Their kind among the resources, the page of one, and the id of the ``datalist`` that suggests them.
CUSTOMER_KIND, CUSTOMER_PAGE, CUSTOMER_SUGGESTIONS = "customer", "customers:detail", "customers"
# Members of records that hold the number of a customer.
CUSTOMER_MEMBERS = frozenset({"owner", "customer", "reseller"})


class CustomerNames:
    """Names of customers by number, for one viewer; cached for ten minutes.

    Unknown numbers cost one call for all customers (the first 1,000), at most every ten seconds, so that a list
    page makes a fixed number of calls.
    """

    def __init__(self, ngnpro: Ngnpro, viewer: Viewer, most: int = MOST_NAMES) -> None:
        self._ngnpro = ngnpro
        self._most = most
        self._viewer = viewer
        self._key = f"customer-names:{hashlib.sha256(viewer.scope.encode()).hexdigest()}"
        self._known: dict[int, str] | None = None
        self._links: dict[int, str] = {}

    def __getitem__(self, number: int) -> str:
        return self._load().get(number) or self._unknown(number)

    def _unknown(self, number: int) -> str:
        """Return what to call a customer whose name is not known; customers may not read that of their reseller."""
        if self._viewer.effective_role is Role.CUSTOMER and number == self._own_reseller:
            return _("Your reseller")
        return _("Customer %(number)s") % {"number": number}

    @property
    def _own_reseller(self) -> int:
        acting = self._viewer.acting
        return acting.reseller if acting else self._viewer.reseller

    def find(self, number: int) -> str:
        """Return the name of a customer as ``[]`` does; a customer beyond the first 1,000 is fetched with one call."""
        if number and number not in self and number != self._own_reseller and self.total > len(self._load()):
            try:
                self.remember(self._ngnpro.customers.get_account(number))
            except (errors.Refusal, errors.Outage):
                return self[number]
        return self[number]

    def look_up(self, typed: str) -> None:
        """Fetch the customers with a text in their names, with one call, if there are more than the known ones."""
        if not typed or self.total <= len(self._load()) or find_named(self._load(), typed):
            return
        wanted = Query(filter=CustomerFilter(organization=pattern_anywhere(typed)), range=Range(0, MOST_FOUND))
        try:
            page = self._ngnpro.customers.get_customers(wanted)
        except (errors.Refusal, errors.Outage):
            return
        for customer in page:
            self.remember(customer)

    def about(self, number: int) -> str:
        """Return what kind of customer it is: a reseller, with or without routing, or the customer of one."""
        reseller, is_active = self._kinds.get(number, (0, False))
        if reseller == number:
            return _("Reseller") if is_active else _("Reseller, routing is closed")
        return _("Customer of %(reseller)s") % {"reseller": self[reseller]} if reseller else ""

    @property
    def _kinds(self) -> dict[int, tuple[int, bool]]:
        kinds: dict[int, tuple[int, bool]] = cache.get(f"{self._key}:kinds") or {}
        return kinds

    def show(self, number: int) -> str:
        """Return the name of a customer, or “No owner” for 0."""
        return self[number] if number else _("No owner")

    def link(self, number: int) -> str:
        """Return the name of a customer, as a link to their page if the viewer may open it."""
        if number not in self._links:
            is_open = bool(number) and self._is_open(number)
            url = page_url(CUSTOMER_PAGE, number) if is_open else ""
            self._links[number] = markup('<a href="{}">{}</a>', url, self[number]) if url else self.show(number)
        return self._links[number]

    def _is_open(self, number: int) -> bool:
        is_own = number == self._viewer.own_customer or self._viewer.effective_role is not Role.CUSTOMER
        return is_own and may_open(self._viewer, CUSTOMER_PAGE)

    def remember(self, customer: CustomerAccount) -> None:
        """Store the name of a customer that was just added or changed, so that lists show it at once."""
        self._known, self._links = {**self._load(), customer.id: name_of(customer)}, {}
        cache.set(self._key, self._known, KEEP_SECONDS)

    def __contains__(self, number: int) -> bool:
        return number in self._load()

    def __iter__(self) -> Iterator[tuple[int, str]]:
        return iter(sorted(self._load().items(), key=lambda item: item[1].casefold()))

    def prepare(self, numbers: Iterable[int | None]) -> None:
        """Fetch the names of these numbers, with one call if some are not known yet."""
        if any(number and number not in self._load() for number in numbers):
            self.learn()

    def learn(self) -> None:
        """Fetch the customers' names from NGNPro, unless they are known and were fetched within the last ten seconds.

        While no names are cached, every request fetches them itself, since a request that is still fetching has none
        to share. While NGNPro is down, the known names are used, because a form must still be shown with its input.
        """
        is_first = cache.add(f"{self._key}:asked", True, ASK_AGAIN_SECONDS)
        if is_first or cache.get(self._key) is None:
            try:
                page = self._ngnpro.customers.get_customers(Query(range=Range(0, self._most)))
            except errors.NotOffered:
                return
            except errors.Outage:
                cache.delete(f"{self._key}:asked")
                return
            self._known, self._links = {customer.id: name_of(customer) for customer in page if customer.id}, {}
            kinds = {one.id: (one.reseller, one.reseller_active) for one in page if one.id}
            cache.set(f"{self._key}:kinds", kinds, KEEP_SECONDS)
            cache.set(self._key, self._known, KEEP_SECONDS)
            cache.set(f"{self._key}:total", page.total, KEEP_SECONDS)

    @property
    def total(self) -> int:
        """Return the number of customers when they were last fetched."""
        return int(cache.get(f"{self._key}:total") or len(self._load()))

    def _load(self) -> dict[int, str]:
        if self._known is None:
            self._known = cache.get(self._key) or {}
        return self._known


def name_of(customer: CustomerAccount) -> str:
    """Return the name of a customer: the organization, else the person, else the username."""
    if customer.organization and customer.organization != "N/A":
        return customer.organization
    return f"{customer.first_name} {customer.last_name}".strip() or customer.username
