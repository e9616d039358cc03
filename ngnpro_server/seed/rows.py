"""Account records as rows of the store's tables, checked just as the server checks what a client sends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ngnpro_server.call import Call, Record
from ngnpro_server.ports.sip.account_record import read_acl, read_columns, read_groups, read_properties
from ngnpro_server.ports.sip.passwords import digests
from ngnpro_server.store.schema import account_acl, account_groups, account_properties, sip_accounts

from .loading import Loader

TABLES = (sip_accounts, account_groups, account_properties, account_acl)


def load_account(
    loader: Loader, call: Call, record: Record, domain: Mapping[str, Any], *, id: int, changed: datetime
) -> None:
    """Load an account with its parts. ``domain`` has what all accounts of the domain have, as columns."""
    username = record["id"]["username"]
    ha1, ha1b = digests(username, domain["domain"], record["password"])
    columns = read_columns(call, record, username, adding=True)
    columns |= domain
    columns |= {"id": id, "username": username, "owner_id": domain["customer_id"]}
    columns |= {"password": "", "ha1": ha1, "ha1b": ha1b, "create_date": call.now, "change_date": changed}
    loader.add(sip_accounts, columns)
    loader.add(account_groups, *({"account_id": id, "name": name} for name in read_groups(record["groups"])))
    properties = read_properties(record["properties"])
    loader.add(account_properties, *({"account_id": id, "name": n, "value": v} for n, v in properties.items()))
    networks = enumerate(read_acl(record["acl"]))
    loader.add(account_acl, *({"account_id": id, "position": position, **entry} for position, entry in networks))
