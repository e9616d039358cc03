"""The demo platform: two resellers, their five customers, and all that these have."""

from __future__ import annotations

from .companies import Company, add_companies
from .making import Making
from .relays import add_relays
from .routing import add_routing

_LENT = 4


def make_demo(making: Making) -> None:
    """Create the demo platform."""
    companies = add_companies(making)
    _lend(making, companies["veldoorn"], companies["zonnegraan"])
    add_routing(making, companies)
    add_relays(making, companies)


def _lend(making: Making, reseller: Company, customer: Company) -> None:
    """Assign some accounts in a reseller's own domain to one of the reseller's customers."""
    for account in reseller.branches[0].people[:_LENT]:
        moment = making.moment(account.created)
        making.call("Sip", "updateAccount", moment, account={"id": account.record["id"], "owner": customer.id})
