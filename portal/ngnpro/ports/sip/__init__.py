"""The Sip port: domains, accounts and their settings, calls, and PSTN routing."""

from .accounts import Accounts
from .aliases import Aliases
from .calls import CallRecords
from .domains import Domains
from .handling import CallHandling
from .lcr import Carriers, Gateways, Rules
from .peers import Peers
from .phonebook import Phonebook
from .prepaid import Prepaid
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
