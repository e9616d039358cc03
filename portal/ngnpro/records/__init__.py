"""The records of NGNPro as frozen dataclasses, one per type of the WSDL."""

from .accounts import AUTOINCREMENT, AclEntry, SipAccount, SipAccountProperty, SipFilter, SipId
from .base import Filter, Record
from .customers import CustomerAccount, CustomerFilter, CustomerProperty
from .domains import SipDomain, SipDomainFilter

__all__ = [
    "AUTOINCREMENT",
    "AclEntry",
    "CustomerAccount",
    "CustomerFilter",
    "CustomerProperty",
    "Filter",
    "Record",
    "SipAccount",
    "SipAccountProperty",
    "SipDomain",
    "SipDomainFilter",
    "SipFilter",
    "SipId",
]
