"""Which SIP passwords NGNPro stores in clear text, and the hashes that are sent in place of all others.

NGNPro's server may leave this to its clients (contract: Passwords). So the port sends ``ha1:ha1b`` where clear text is
not stored, whoever calls it; web passwords are always sent so.
"""

from __future__ import annotations

from ngnpro_wire.facts.passwords import STORE_CLEAR_TEXT, keeps_clear_text

from . import errors
from .gate import Gate
from .ports.base import Caller
from .ports.customers import CustomerPort
from .ports.sip.accounts import Domains
from .records.accounts import SipAccount


class PasswordStorage:
    """Says whether clear text of a new SIP password may be sent; looks at most once at each domain and customer.

    The look-ups are made with the engine's own login, because customers may not be allowed to read the properties of
    their reseller. They are no part of a batch.
    """

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._domains: dict[str, tuple[int, int]] = {}
        self._properties: dict[int, str] = {}

    def keeps_clear(self, account: SipAccount) -> bool:
        """Return whether clear text may be sent; if NGNPro refuses to say so, it may not. Raises ``Outage``."""
        holders = (account.customer, account.reseller)
        try:
            if not all(holders):
                holders = self._holders_of(account.id.domain.lower())
            values = [self._property_of(customer) for customer in dict.fromkeys(holders) if customer]
        except errors.NotOffered:
            values = []
        except errors.Refusal:
            return False
        return keeps_clear_text(self._gate.engine.store_clear_text_passwords, values)

    def _holders_of(self, domain: str) -> tuple[int, int]:
        if domain not in self._domains:
            found = Domains(self._caller).find_domain(domain)
            self._domains[domain] = (found.customer, found.reseller) if found else (0, 0)
        return self._domains[domain]

    def _property_of(self, customer: int) -> str:
        if customer not in self._properties:
            found = CustomerPort(self._caller).get_properties(customer)
            value = next((one.value for one in found if one.name.lower() == STORE_CLEAR_TEXT), "")
            self._properties[customer] = value
        return self._properties[customer]

    @property
    def _caller(self) -> Caller:
        return Caller(self._gate, self._gate.engine.credentials())
