"""The Sip port: domains, accounts and all that belongs to them, and PSTN routing."""

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
    """Calls of the Sip port (contract: ports.Sip), gathered from one class per kind of record."""
