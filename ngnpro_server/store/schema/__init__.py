"""All tables of the platform, one module per topic."""

from .aliases import sip_aliases
from .base import metadata
from .counts import count_changes, counts, held_names
from .customers import customer_properties, customers, login_failures
from .dns import dns_fancy_records, dns_records, dns_zones
from .enum import enum_mappings, enum_numbers, enum_ranges
from .loads import proxy_loads, proxy_nodes
from .routing import carriers, gateway_rules, gateways, routes, trusted_peers
from .settings import (
    accept_rules,
    balance_history,
    balances,
    barring_prefixes,
    diversions,
    mailboxes,
    phonebook,
    reject_members,
    temporary_accept_rules,
)
from .sip import account_acl, account_groups, account_properties, sip_accounts, sip_domains
from .statistics import call_counts, domain_usage, rating_profiles
from .vouchers import prepaid_cards, voucher_batches
from .watch import alarms, called_countries, gateway_states, health_samples, month_usage, prices, rated_calls, turns

__all__ = [
    "accept_rules",
    "account_acl",
    "account_groups",
    "account_properties",
    "alarms",
    "balance_history",
    "balances",
    "barring_prefixes",
    "call_counts",
    "called_countries",
    "carriers",
    "count_changes",
    "counts",
    "customer_properties",
    "customers",
    "diversions",
    "dns_fancy_records",
    "dns_records",
    "dns_zones",
    "domain_usage",
    "enum_mappings",
    "enum_numbers",
    "enum_ranges",
    "gateway_rules",
    "gateway_states",
    "gateways",
    "health_samples",
    "held_names",
    "login_failures",
    "mailboxes",
    "metadata",
    "month_usage",
    "phonebook",
    "prepaid_cards",
    "prices",
    "proxy_loads",
    "proxy_nodes",
    "rated_calls",
    "rating_profiles",
    "reject_members",
    "routes",
    "sip_accounts",
    "sip_aliases",
    "sip_domains",
    "temporary_accept_rules",
    "trusted_peers",
    "turns",
    "voucher_batches",
]
