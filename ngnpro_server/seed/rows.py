"""The accounts of an office as rows of the store's tables, with the same checks as for records from clients."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ngnpro_server import passwords
from ngnpro_server.call import Call, Level, Record
from ngnpro_server.ports.sip.account_record import read_acl, read_columns, read_groups, read_properties
from ngnpro_server.store.schema import account_acl, account_groups, account_properties, sip_accounts
from ngnpro_wire.facts.passwords import digests_of_password

from .accounts import office_accounts
from .branches import Account, FilledOffice
from .loading import Loader
from .making import Making
from .offices import Office

# the percentage of accounts that were changed after they were created
_CHANGED = 40


def load_accounts(making: Making, loader: Loader, office: Office, domain: Record) -> FilledOffice:
    """Load the accounts of an office into its ``domain``; return the branch."""
    known = {"domain": domain["domain"], "customer_id": domain["customer"], "reseller_id": domain["reseller"]}
    keeps_clear = passwords.keeps_clear_text(making.as_call(), known)
    moments = making.moments(office.accounts, datetime.fromisoformat(domain["changeDate"]))
    found = []
    for record, moment in zip(office_accounts(making.random, office), moments, strict=True):
        account_id = loader.next_id(sip_accounts)
        known |= {"id": account_id, "change_date": _change_date(making, moment)}
        known["password"] = record["password"] if keeps_clear else ""
        _load(loader, making.as_call(moment), record, known)
        found.append(Account(account_id, record, domain["domain"], moment))
    return FilledOffice(office, domain, tuple(found))


def _change_date(making: Making, created: datetime) -> datetime:
    if making.random.randrange(100) >= _CHANGED:
        return created
    return making.moment(created)


def _load(loader: Loader, call: Call, record: Record, known: dict[str, Any]) -> None:
    """Load an account with its groups, properties and networks; ``known``: the columns that are not in its record."""
    username, account_id = record["id"]["username"], known["id"]
    ha1, ha1b = digests_of_password(username, known["domain"], record["password"])
    columns = read_columns(call, record, username, adding=True) | known
    columns |= {"username": username, "owner_id": known["customer_id"], "ha1": ha1, "ha1b": ha1b}
    blocked = "blocked" in record["groups"]
    by_customer = {"name": "blocked_by", "value": "customer"} in record["properties"]
    columns |= {"blocked_level": (Level.CUSTOMER if by_customer else Level.RESELLER) if blocked else 0}
    loader.add(sip_accounts, columns | {"create_date": call.now})
    loader.add(account_groups, *({"account_id": account_id, "name": name} for name in read_groups(record["groups"])))
    properties = read_properties(record["properties"]).items()
    loader.add(account_properties, *({"account_id": account_id, "name": n, "value": v} for n, v in properties))
    networks = enumerate(read_acl(record["acl"]))
    loader.add(account_acl, *({"account_id": account_id, "position": place, **entry} for place, entry in networks))
