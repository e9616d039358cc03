"""CustomerPort: customer accounts, with which customers and resellers sign in to this server."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping, func

from ngnpro_server import access, values
from ngnpro_server.accents import fold_accents
from ngnpro_server.call import Call, Operation, Record
from ngnpro_server.faults import Fault, invalid
from ngnpro_server.listing import Listed, filter_of, read_page
from ngnpro_server.members import Member, checked, read_members, write_members
from ngnpro_server.passwords import check_strength, password_text
from ngnpro_server.store import customers, holders
from ngnpro_server.store.paging import Branch
from ngnpro_server.store.schema import customers as table
from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.facts.passwords import PasswordKind
from ngnpro_wire.facts.truth import is_true

from .properties import store_properties, write_properties

_COUNTRY = re.compile(r"(?:[A-Z]{2}|N/A|)")
_USERNAME = re.compile(r"[^\s:]{1,64}")


def _country(value: str) -> str:
    value = value.strip().upper()
    if not _COUNTRY.fullmatch(value):
        raise ValueError("a country code of two letters, or N/A, is expected")
    return value


def _username(value: str) -> str:
    value = values.lower_text(64)(value)
    if not _USERNAME.fullmatch(value):
        raise ValueError("1 to 64 characters without spaces and colons are expected")
    return value


_MEMBERS = (
    Member("firstName", "first_name", values.person(64), key="first_name_key", fold=fold_accents),
    Member("lastName", "last_name", values.person(64), key="last_name_key", fold=fold_accents),
    Member("organization", "organization", values.person(128), key="organization_key", fold=fold_accents),
    Member("tel", "tel", values.phone(32)),
    Member("fax", "fax", values.phone(32)),
    Member("sip", "sip", values.text(320)),
    Member("enum", "enum", values.phone(32)),
    Member("mobile", "mobile", values.phone(32)),
    Member("email", "email", values.email),
    Member("web", "web", values.text(255)),
    Member("address", "address", values.text(1000, lines=True)),
    Member("postcode", "postcode", values.text(32)),
    Member("city", "city", values.text(64), key="city_key", fold=fold_accents),
    Member("state", "state", values.text(64)),
    Member("country", "country", _country),
    Member("timezone", "timezone", values.timezone),
    Member("language", "language", values.text(16)),
    Member("vatNumber", "vat_number", values.text(64)),
    Member("bankAccount", "bank_account", values.text(128)),
    Member("billingEmail", "billing_email", values.email),
    Member("billingAddress", "billing_address", values.text(1000, lines=True)),
)
_ADMINISTRATORS_MEMBERS = (
    Member("resellerActive", "reseller_active", values.flag, False),
    Member("companyCode", "company_code", values.text(64)),
    Member("balance", "balance", values.amount, 0.0),
    Member("credit", "credit", values.amount, 0.0),
)
LISTED = Listed(
    table=table,
    orders={
        "changeDate": ("change_date", "id"),
        "username": ("username",),
        "firstName": ("first_name_key", "id"),
        "lastName": ("last_name_key", "id"),
        "organization": ("organization_key", "id"),
        "customer": ("id",),
    },
    default="-changeDate",
    numbers={"customer": "id", "reseller": "reseller_id"},
    texts={
        "username": table.c.username,
        "firstName": table.c.first_name_key,
        "lastName": table.c.last_name_key,
        "organization": table.c.organization_key,
        "tel": table.c.tel,
        "email": table.c.email,
        "web": func.lower(table.c.web),
        "city": table.c.city_key,
        "country": func.lower(table.c.country),
    },
    unaccented={"firstName", "lastName", "organization", "city"},
    tally=customers.TALLY,
)


def add_account(call: Call, account: Record | None = None) -> Record:
    """Add a customer. If an administrator adds one without ``reseller``, it becomes a reseller.

    An administrator may set the ``id``, for imports. Raises CUSTOMER_EXISTS, NOT_PERMITTED or VALUE_INVALID.
    """
    record = account or {}
    columns = read_members(_MEMBERS, record, adding=True)
    columns |= read_members(_ADMINISTRATORS_MEMBERS, record, adding=True)
    access.check_administrators_members(call, {m.column: m.default for m in _ADMINISTRATORS_MEMBERS}, columns)
    columns["username"] = checked("username", _username, record.get("username") or "")
    columns["password"] = _read_password(record) or _no_password()
    _check_password(call, columns)
    columns["reseller_id"] = access.reseller_of_new_customer(call, record)
    columns["impersonate"] = access.impersonated(call, record, None, columns["reseller_id"])
    columns["change_date"] = call.now
    if call.caller.is_administrator and (record.get("id") or 0) > 0:
        columns["id"] = record["id"]
    customer_id = customers.insert_customer(call.connection, columns)
    store_properties(call, access.known_customer(call, customer_id), record.get("properties") or ())
    return get_account(call, customer_id)


def update_account(call: Call, account: Record | None = None) -> Record:
    """Change a customer; absent members and an empty password are left unchanged. The username cannot be changed."""
    record = account or {}
    row = access.known_customer(call, record.get("id") or 0, lock=True)
    columns = read_members(_MEMBERS, record, adding=False)
    columns |= read_members(_ADMINISTRATORS_MEMBERS, record, adding=False)
    access.check_administrators_members(call, row, columns)
    if record.get("username") and record["username"].strip().lower() != row["username"]:
        raise invalid("username", "the login name of a customer cannot be changed.")
    if password := _read_password(record):
        columns["password"] = password
        if columns["password"] != row["password"]:
            _check_password(call, {**row, **columns})
    columns |= _read_reseller(call, record, row)
    reseller_id = columns.get("reseller_id", row["reseller_id"])
    columns["impersonate"] = access.impersonated(call, record, row, reseller_id)
    columns["change_date"] = call.now
    customers.change_customer(call.connection, row["id"], columns)
    if record.get("properties") is not None:
        store_properties(call, row, record["properties"], replace=True)
    return get_account(call, row["id"])


def delete_account(call: Call, id: int | None = None) -> None:
    """Delete a customer. Raises CUSTOMER_IN_USE if it still has records or a support order."""
    row = access.known_customer(call, id or 0, lock=True)
    access.check_customer_removal(call, row)
    _refuse_while_in_use(call, row)
    orders = access.property_values(call, [row["id"]], "support_order")
    if orders.get(row["id"], "").strip():
        raise Fault(FaultCode.CUSTOMER_IN_USE, f"Customer {row['id']} has a support order.")
    customers.remove_customer(call.connection, row)


def get_account(call: Call, id: int | None = None) -> Record:
    """Return a customer that the caller may manage, or the caller's own reseller without its secrets."""
    row = access.readable_customer(call, id or 0)
    return _write(call, [row])[0]


def get_customers(call: Call, query: Record | None = None) -> Record:
    """List the customers that the caller may manage, including resellers."""
    parts = access.customer_branches(call.caller)
    if is_true(str(filter_of(query).get("only_resellers", ""))):
        parts = access.narrowed(call, parts, {"is_reseller": True})
    return _list(call, query, parts)


def get_resellers(call: Call, query: Record | None = None) -> Record:
    """List resellers; with ``filter.customer`` that customer, even if it is no reseller (contract: getResellers)."""
    parts = access.reseller_branches(call.caller)
    if "customer" not in filter_of(query):
        parts = access.narrowed(call, parts, {"is_reseller": True})
    return _list(call, query, parts)


def _list(call: Call, query: Record | None, parts: Sequence[Branch]) -> Record:
    page = read_page(call, LISTED, query, parts)
    return {"total": page.total, "accounts": _write(call, page.rows)}


def _read_password(record: Record) -> str:
    return str(checked("password", password_text(255), record.get("password") or ""))


def _check_password(call: Call, columns: Mapping[str, Any]) -> None:
    known = ("username", "first_name", "last_name", "organization", "email", "tel", "mobile")
    check_strength(call, PasswordKind.CUSTOMER, columns["password"], [columns[name] for name in known])


def _no_password() -> str:
    raise invalid("password", "a new customer needs a password.")


def _read_reseller(call: Call, record: Record, row: RowMapping) -> dict[str, Any]:
    """Return the columns of a change of reseller, and update the counts; empty if there is no change.

    Only an administrator may make it. Raises NOT_PERMITTED, VALUE_INVALID, or CUSTOMER_IN_USE if the customer still has
    records.
    """
    wanted = record.get("reseller") or row["reseller_id"]
    if wanted == row["reseller_id"]:
        return {}
    access.check_new_reseller(call, row, wanted)
    _refuse_while_in_use(call, row)
    is_reseller = wanted == row["id"]
    customers.TALLY.move(call.connection, "reseller_id", row["reseller_id"], wanted)
    customers.TALLY.move(call.connection, "is_reseller", row["is_reseller"], is_reseller)
    return {"reseller_id": wanted, "is_reseller": is_reseller}


def _refuse_while_in_use(call: Call, row: RowMapping) -> None:
    held = holders.first_held(call.connection, row["id"])
    if held:
        raise Fault(FaultCode.CUSTOMER_IN_USE, f"{held.capitalize()} still belong to customer {row['id']}.")


def _write(call: Call, rows: Sequence[RowMapping]) -> list[Record]:
    properties = customers.properties_of_customers(call.connection, [row["id"] for row in rows])
    return [
        {
            "id": row["id"],
            "reseller": row["reseller_id"],
            "impersonate": row["impersonate"],
            "username": row["username"],
            "password": row["password"],
            **write_members(_MEMBERS + _ADMINISTRATORS_MEMBERS, row),
            "properties": write_properties(call, row, properties[row["id"]]),
            "changeDate": str(row["change_date"]),
            **access.hidden_members(call.caller, row),
        }
        for row in rows
    ]


OPERATIONS: dict[str, Operation] = {
    "addAccount": add_account,
    "updateAccount": update_account,
    "deleteAccount": delete_account,
    "getAccount": get_account,
    "getCustomers": get_customers,
    "getResellers": get_resellers,
}
