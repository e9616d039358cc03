"""The codes of NGNPro's SOAP faults, which the server raises and the portal explains."""

from __future__ import annotations

from enum import IntEnum


class FaultCode(IntEnum):
    """The code of a SOAP fault, named as noun and state (contract: error_codes; docs/faults.md)."""

    DOMAIN_MISSING = 1000
    DOMAIN_EXISTS = 1001
    ACCOUNT_MISSING = 1010
    ACCOUNT_EXISTS = 1011
    ALIAS_MISSING = 1020
    ALIAS_EXISTS = 1021
    GROUP_HELD = 1030
    GROUP_NOT_HELD = 1031
    PHONEBOOK_ENTRY_MISSING = 1040
    PHONEBOOK_ENTRY_EXISTS = 1041
    PEER_MISSING = 1050
    PEER_EXISTS = 1051
    MEDIA_MISSING = 1060
    CARRIER_MISSING = 1070
    CARRIER_EXISTS = 1071
    CARRIER_IN_USE = 1072
    GATEWAY_MISSING = 1080
    GATEWAY_EXISTS = 1081
    GATEWAY_IN_USE = 1082
    RULE_MISSING = 1090
    ROUTE_MISSING = 1100
    VOUCHER_UNKNOWN = 1110
    VOUCHER_BATCH_MISSING = 1111
    VOUCHER_BATCH_EXISTS = 1112
    VOUCHERS_EXPORTED = 1113
    MAILBOX_MISSING = 2000
    MAILBOX_EXISTS = 2001
    RANGE_MISSING = 3000
    RANGE_EXISTS = 3001
    NUMBER_MISSING = 3002
    NUMBER_EXISTS = 3003
    RANGE_IN_USE = 3004
    RANGE_FULL = 3005
    NUMBER_OUTSIDE = 3006
    RATING_MISSING = 4001
    CUSTOMER_MISSING = 5000
    CUSTOMER_EXISTS = 5001
    CUSTOMER_IN_USE = 5002
    ZONE_MISSING = 7000
    ZONE_EXISTS = 7001
    ZONE_RECORD_MISSING = 7002
    ZONE_RECORD_EXISTS = 7003
    REQUEST_MALFORMED = 9000
    LOGIN_WRONG = 9001
    NOT_PERMITTED = 9002
    CREDIT_EXHAUSTED = 9003
    VALUE_INVALID = 9004
    LOGIN_LOCKED = 9005
    OPERATION_UNKNOWN = 9006
    OPERATION_UNAVAILABLE = 9007
    REQUEST_TOO_LARGE = 9008
    DATABASE_BUSY = 9009
    INTERNAL_ERROR = 9010
    RECORD_CHANGED = 9011

    @property
    def title(self) -> str:
        """Return the text of the fault's ``faultstring``, e.g. ``Domain exists``."""
        return self.name.replace("_", " ").capitalize()

    @property
    def faultcode(self) -> str:
        """Return ``Server`` for a fault after which the same call may succeed, else ``Client`` (SOAP 1.1, 4.4.1)."""
        return "Server" if self in (FaultCode.DATABASE_BUSY, FaultCode.INTERNAL_ERROR) else "Client"
