"""Customers and resellers (contract: CustomerAccount, CustomerFilter, CustomerProperty)."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Filter, Record, wire_field


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerProperty(Record):
    """A setting of a customer.

    ``category``: ``credit``, ``sip``, ``dns``, ``web`` or ``billing``. ``permission``: the lowest level
    that may change it: ``admin``, ``reseller`` or ``customer``.
    """

    name: str
    value: str
    category: str = ""
    permission: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerAccount(Record):
    """A customer: the owner of records, and a login for NGNPro. A reseller is a customer with ``reseller == id``.

    ``id``: assigned by the server; the key. ``reseller``: id of the reseller; if it is 0 on add, the login
    determines it. ``impersonate``: id of the customer whose rights this login uses, 0 for its own.
    ``reseller_active``: this reseller may use trusted peers and PSTN routing; only administrators may change this
    field, ``company_code``, ``balance`` and ``credit`` (the last two in the platform's currency). ``username``: lower
    case, unique on the platform; cannot be changed. ``password``: clear text, for the customer's login to NGNPro.
    ``tel``, ``fax``, ``mobile``: digits and +. ``sip``: a SIP address; ``enum``: a number. ``state``: two letters in
    the USA and Canada, else ``N/A``. ``country``: two letters (ISO 3166), or ``N/A``.
    ``timezone``: a name such as ``Europe/Amsterdam``. ``language``: two letters. ``properties``: an update
    replaces them all. ``change_date``: time of the last change; read only.
    """

    id: int = 0
    reseller: int = 0
    impersonate: int = 0
    reseller_active: bool = False
    company_code: str = ""
    balance: float = 0.0
    credit: float = 0.0
    username: str = wire_field("", always=True)
    password: str = wire_field("", always=True, secret=True)
    first_name: str = wire_field("", always=True)
    last_name: str = wire_field("", always=True)
    organization: str = ""
    tel: str = wire_field("", always=True)
    fax: str = ""
    sip: str = ""
    enum: str = ""
    mobile: str = ""
    email: str = wire_field("", always=True)
    web: str = ""
    address: str = wire_field("", always=True)
    postcode: str = wire_field("", always=True)
    city: str = wire_field("", always=True)
    state: str = wire_field("", always=True)
    country: str = wire_field("", always=True)
    timezone: str = wire_field("", always=True)
    language: str = ""
    vat_number: str = ""
    bank_account: str = ""
    billing_email: str = ""
    billing_address: str = ""
    properties: tuple[CustomerProperty, ...] = ()
    change_date: str = ""

    @property
    def is_reseller(self) -> bool:
        """Whether this customer is a reseller."""
        return self.id != 0 and self.id == self.reseller

    def get_property(self, name: str, default: str = "") -> str:
        """Return the value of a property by name, or ``default``."""
        return next((entry.value for entry in self.properties if entry.name == name), default)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFilter(Filter):
    """Conditions for customers and resellers.

    ``customer`` is a customer's own id, ``reseller`` that of its reseller; 0 is any. ``only_resellers``:
    ``"1"`` lists only resellers.
    """

    username: str = ""
    first_name: str = ""
    last_name: str = ""
    organization: str = ""
    tel: str = ""
    email: str = ""
    web: str = ""
    city: str = ""
    country: str = ""
    only_resellers: str = wire_field("", name="only_resellers")
    customer: int = 0
    reseller: int = 0
