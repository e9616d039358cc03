"""Permissions: decides what each caller may read and change; no other module does.

A record that the caller may not see is reported as missing, never as forbidden.
"""

from .customers import (
    changes_property,
    check_administrators_members,
    check_customer_removal,
    check_new_reseller,
    check_property,
    hidden_members,
    impersonated,
    permission_of,
    reseller_of_new_customer,
    sees_property,
)
from .rights import (
    check_groups,
    check_pstn,
    check_routing,
    check_trusted_peers,
    granted,
    require,
    require_administrator,
    spend_credit,
)
from .scope import (
    branches,
    customer_branches,
    holder,
    holds,
    known_customer,
    narrowed,
    owner,
    readable_customer,
    reseller_branches,
    reseller_of,
    sees,
    sees_customer,
)

__all__ = [
    "branches",
    "changes_property",
    "check_administrators_members",
    "check_customer_removal",
    "check_groups",
    "check_new_reseller",
    "check_property",
    "check_pstn",
    "check_routing",
    "check_trusted_peers",
    "customer_branches",
    "granted",
    "hidden_members",
    "holder",
    "holds",
    "impersonated",
    "known_customer",
    "narrowed",
    "owner",
    "permission_of",
    "readable_customer",
    "require",
    "require_administrator",
    "reseller_branches",
    "reseller_of",
    "reseller_of_new_customer",
    "sees",
    "sees_customer",
    "sees_property",
    "spend_credit",
]
