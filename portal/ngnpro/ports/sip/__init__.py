"""The Sip port: domains, accounts and their settings, calls, and PSTN routing."""

from portal.ngnpro.ports.sip.accounts import Aliases, Domains
from portal.ngnpro.ports.sip.calls import Prepaid
from portal.ngnpro.ports.sip.handling import Phonebook
from portal.ngnpro.ports.sip.lcr import Peers

from .accounts import Accounts
from .calls import CallRecords
from .handling import CallHandling
from .lcr import Carriers, Gateways, Rules
from .routes import Routes


class SipPort(
    Domains,
    Accounts,
    Aliases,
    Carriers,
    Gateways,
    Rules,
    Routes,
    Peers,
    Prepaid,
    Phonebook,
    CallHandling,
    CallRecords,
):
    """Calls of the Sip port (contract: ports.Sip), combined from one class per type of record."""
