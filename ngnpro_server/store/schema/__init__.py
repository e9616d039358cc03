"""All tables of the platform, one module per part."""

from .base import metadata
from .counts import counts
from .customers import customer_properties, customers
from .logins import login_failures
from .sip import account_acl, account_groups, account_properties, sip_accounts, sip_domains

__all__ = [
    "account_acl",
    "account_groups",
    "account_properties",
    "counts",
    "customer_properties",
    "customers",
    "login_failures",
    "metadata",
    "sip_accounts",
    "sip_domains",
]
