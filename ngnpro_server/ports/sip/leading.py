"""What leads to an address that is deleted: another account that gets the address later must not get its calls."""

from __future__ import annotations

from sqlalchemy import RowMapping

from ngnpro_server.call import Call
from ngnpro_server.store import aliases, enum, settings
from ngnpro_server.store.schema import sip_accounts


def remove_leading_to(call: Call, row: RowMapping) -> None:
    """Delete the aliases, mappings and diversions that lead to an account or alias.

    Only those in the tree of the record's reseller: where the records of others lead is up to them.
    """
    username, domain, reseller = row["username"], row["domain"], row["reseller_id"]
    enum.remove_mappings_to(call.connection, [f"{username}@{domain}"], reseller, call.now)
    settings.remove_diversions_to(call.connection, domain, username, reseller)
    aliases.remove_aliases_to(call.connection, username, domain, reseller)


def remove_leading_into(call: Call, row: RowMapping) -> None:
    """Delete the aliases of a domain, and the aliases, mappings and diversions that lead into it."""
    domain, reseller = row["domain"], row["reseller_id"]
    accounts = enum.addresses_of_accounts(sip_accounts.c.domain == domain)
    enum.remove_mappings_to(call.connection, accounts, reseller, call.now)
    settings.remove_diversions_to(call.connection, domain, None, reseller)
    aliases.remove_aliases_of_domain(call.connection, domain, reseller)
