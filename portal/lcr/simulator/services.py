"""Following a call through the routing plan, for the page of the simulator and for the API."""

from __future__ import annotations

from portal.core.viewer import Role, Viewer
from portal.lcr.calls import Trace, trace_call
from portal.lcr.decision import Decision, decide
from portal.lcr.facts import Facts
from portal.lcr.fields import normalise_number
from portal.lcr.plan import read_plan
from portal.ngnpro import Ngnpro
from portal.ngnpro.ports.base import or_none
from portal.ngnpro.records import SipAccount, SipId


def account_of(ngnpro: Ngnpro, caller: str) -> SipAccount | None:
    """Return the account that calls; ``None`` if the caller is none, such as a domain."""
    try:
        address = SipId.parse(caller)
    except ValueError:
        return None
    return or_none(ngnpro.sip.get_account, address)


def decide_call(ngnpro: Ngnpro, viewer: Viewer, account: SipAccount, dialled: str, country: str) -> Decision:
    """Follow the call of an account, with its rights and its reseller's routes. Raises ``ValueError``."""
    facts = Facts(ngnpro, sees_all=viewer.effective_role is Role.OPERATOR)
    return decide(facts, account, dialled, country)


def trace_caller(ngnpro: Ngnpro, dialled: str, country: str, caller: str, reseller: int) -> Trace:
    """Trace the call of a caller without an account. Raises ``ValueError`` for what is no telephone number."""
    return trace_call(read_plan(ngnpro, reseller), normalise_number(dialled, country), caller)
