"""The records of NGNPro as frozen dataclasses, one per type of the WSDL."""

from .accounts import AUTOINCREMENT, AclEntry, SipAccount, SipAccountProperty, SipFilter, SipId
from .aliases import AliasFilter, SipAlias
from .base import Filter, Record
from .calls import (
    Call,
    CallQuery,
    Calls,
    CallsQuery,
    CallStatistics,
    CallTotals,
    SipDeviceLocation,
    SipDeviceLocations,
)
from .customers import CustomerAccount, CustomerFilter, CustomerProperty
from .domains import SipDomain, SipDomainFilter
from .enum import EnumId, EnumMapping, EnumNumber, EnumNumberFilter, EnumRange, EnumRangeFilter, EnumRangeId
from .handling import (
    EVERYBODY,
    NOBODY,
    VOICE_MAILBOX,
    AcceptRules,
    AcceptRulesStatus,
    CallDiversions,
    PersistentAcceptRule,
    TemporaryAcceptRule,
)
from .lcr import (
    Carrier,
    CarrierFilter,
    Gateway,
    GatewayFilter,
    GatewayRule,
    GatewayRuleFilter,
    Route,
    RouteFilter,
)
from .peers import TrustedPeer, TrustedPeerFilter
from .phonebook import PhonebookEntries, PhonebookEntry, PhonebookMatch
from .prepaid import BalanceChange, CreditHistory, CreditHistoryEntry, PrepaidCard, PrepaidStatus
from .traces import (
    MediaSession,
    MediaStream,
    MediaSummary,
    MediaTrace,
    MediaTraceFilter,
    SipTraceFilter,
    SipTraceMessage,
)
from .voicemail import VoicemailAccount, VoicemailOptions

__all__ = [
    "AUTOINCREMENT",
    "EVERYBODY",
    "NOBODY",
    "VOICE_MAILBOX",
    "AcceptRules",
    "AcceptRulesStatus",
    "AclEntry",
    "AliasFilter",
    "BalanceChange",
    "Call",
    "CallDiversions",
    "CallQuery",
    "CallStatistics",
    "CallTotals",
    "Calls",
    "CallsQuery",
    "Carrier",
    "CarrierFilter",
    "CreditHistory",
    "CreditHistoryEntry",
    "CustomerAccount",
    "CustomerFilter",
    "CustomerProperty",
    "EnumId",
    "EnumMapping",
    "EnumNumber",
    "EnumNumberFilter",
    "EnumRange",
    "EnumRangeFilter",
    "EnumRangeId",
    "Filter",
    "Gateway",
    "GatewayFilter",
    "GatewayRule",
    "GatewayRuleFilter",
    "MediaSession",
    "MediaStream",
    "MediaSummary",
    "MediaTrace",
    "MediaTraceFilter",
    "PersistentAcceptRule",
    "PhonebookEntries",
    "PhonebookEntry",
    "PhonebookMatch",
    "PrepaidCard",
    "PrepaidStatus",
    "Record",
    "Route",
    "RouteFilter",
    "SipAccount",
    "SipAccountProperty",
    "SipAlias",
    "SipDeviceLocation",
    "SipDeviceLocations",
    "SipDomain",
    "SipDomainFilter",
    "SipFilter",
    "SipId",
    "SipTraceFilter",
    "SipTraceMessage",
    "TemporaryAcceptRule",
    "TrustedPeer",
    "TrustedPeerFilter",
    "VoicemailAccount",
    "VoicemailOptions",
]
