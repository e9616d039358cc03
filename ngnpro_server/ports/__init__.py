"""The SOAP ports: a package per port, whose modules each define a table of operations; ``OPERATIONS`` has them all."""

from ngnpro_server.call import Operation

from .customer import accounts as customer_accounts
from .customer import properties as customer_properties
from .dns import fancy, records, zones
from .enum import numbers, ranges
from .network import nodes
from .platform import proxies
from .presence import information
from .rating import profiles
from .sip import accounts, aliases, balances, calls, devices, domains, groups, peers, traces
from .sip.routing import carriers, gateways, routes, rules
from .sip.settings import callers, diversions, phonebook
from .voicemail import accounts as mailboxes
from .watch import accounts as found_accounts
from .watch import alarms, health, references, statistics, vouchers
from .watch import calls as found_calls

OPERATIONS: dict[str, dict[str, Operation]] = {
    "Sip": {
        **domains.OPERATIONS,
        **accounts.OPERATIONS,
        **aliases.OPERATIONS,
        **groups.OPERATIONS,
        **carriers.OPERATIONS,
        **gateways.OPERATIONS,
        **rules.OPERATIONS,
        **routes.OPERATIONS,
        **peers.OPERATIONS,
        **diversions.OPERATIONS,
        **callers.OPERATIONS,
        **phonebook.OPERATIONS,
        **balances.OPERATIONS,
        **calls.OPERATIONS,
        **devices.OPERATIONS,
        **traces.OPERATIONS,
    },
    "Customer": {**customer_accounts.OPERATIONS, **customer_properties.OPERATIONS},
    "Enum": {**ranges.OPERATIONS, **numbers.OPERATIONS},
    "Voicemail": {**mailboxes.OPERATIONS},
    "Dns": {**zones.OPERATIONS, **records.OPERATIONS, **fancy.OPERATIONS},
    "Rating": {**profiles.OPERATIONS},
    "Network": {**nodes.OPERATIONS},
    "Presence": {**information.OPERATIONS},
    "Platform": {**proxies.OPERATIONS},
    "Watch": {
        **alarms.OPERATIONS,
        **health.OPERATIONS,
        **references.OPERATIONS,
        **found_accounts.OPERATIONS,
        **found_calls.OPERATIONS,
        **statistics.OPERATIONS,
        **vouchers.OPERATIONS,
    },
}
