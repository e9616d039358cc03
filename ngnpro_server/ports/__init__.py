"""The ports: one module per part of a port, each with its table of operations."""

from ngnpro_server.call import Operation

from .customer import accounts as customer_accounts
from .customer import properties as customer_properties
from .sip import accounts, domains

OPERATIONS: dict[str, dict[str, Operation]] = {
    "Sip": {**domains.OPERATIONS, **accounts.OPERATIONS},
    "Customer": {**customer_accounts.OPERATIONS, **customer_properties.OPERATIONS},
    "Enum": {},
    "Voicemail": {},
}
