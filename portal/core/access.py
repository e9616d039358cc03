"""Who may open which page and fill in which field: the one place that decides. What is not listed is closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core import service
from portal.core.auth import Role, Viewer
from portal.core.operations import OPERATIONS
from portal.ngnpro.client import gate_to

EVERYBODY = frozenset(Role)
SIGNED_IN = EVERYBODY - {Role.NOBODY}
OPERATORS = frozenset({Role.OPERATOR})
RESELLERS = OPERATORS | {Role.RESELLER}
STAFF = RESELLERS | {Role.CUSTOMER}
SUBSCRIBERS = frozenset({Role.SUBSCRIBER})

# A page is open to those roles whose rights count (``Viewer.effective_role``).
PAGES: Mapping[str, frozenset[Role]] = {
    "health": EVERYBODY,
    "session:sign-in": EVERYBODY,
    "session:sign-out": EVERYBODY,
    "session:theme": EVERYBODY,
    "session:act": RESELLERS,
    "session:act-change": SIGNED_IN,
    "session:engine": OPERATORS,
    "session:act-stop": SIGNED_IN,
    "overview:home": SIGNED_IN,
    "overview:search": STAFF,
    "domains:list": STAFF,
    "domains:add": STAFF,
    "domains:detail": STAFF,
    "domains:edit": STAFF,
    "domains:delete": STAFF,
    "domains:suggest": STAFF,
    "domains:certificates": STAFF,
    "domains:transfer:export": STAFF,
    "domains:transfer:import": STAFF,
    "domains:transfer:import-page": STAFF,
    "accounts:list": STAFF,
    "accounts:add": STAFF,
    "accounts:added": STAFF,
    "accounts:detail": SIGNED_IN,
    "accounts:home:page": SUBSCRIBERS,
    "accounts:settings:page": SUBSCRIBERS,
    "accounts:removal:page": SUBSCRIBERS,
    "accounts:removal:open": EVERYBODY,
    "accounts:removal:confirm": EVERYBODY,
    "accounts:softphone:page": SIGNED_IN,
    "accounts:softphone:code": SIGNED_IN,
    "accounts:softphone:open": EVERYBODY,
    "accounts:softphone:phone": EVERYBODY,
    "accounts:calls:list": SIGNED_IN,
    "accounts:calls:days": SIGNED_IN,
    "accounts:calls:export": SIGNED_IN,
    "accounts:calls:detail": SIGNED_IN,
    "accounts:devices:list": SIGNED_IN,
    "accounts:credit:page": SIGNED_IN,
    "accounts:credit:export": SIGNED_IN,
    "accounts:credit:add": STAFF,
    "accounts:credit:add-voucher": SIGNED_IN,
    "accounts:contacts:list": SIGNED_IN,
    "accounts:contacts:add": SIGNED_IN,
    "accounts:contacts:add-many": SIGNED_IN,
    "accounts:contacts:export": SIGNED_IN,
    "accounts:contacts:edit": SIGNED_IN,
    "accounts:contacts:delete": SIGNED_IN,
    "accounts:edit": STAFF,
    "accounts:delete": STAFF,
    "accounts:groups:page": STAFF,
    "accounts:groups:edit-block": STAFF,
    "accounts:groups:edit-unblock": STAFF,
    "accounts:acl:page": STAFF,
    "accounts:passwords:page": SIGNED_IN,
    "accounts:passwords:show": SIGNED_IN,
    "accounts:diversions:page": SIGNED_IN,
    "accounts:diversions:forward-all": SIGNED_IN,
    "accounts:barring:page": SIGNED_IN,
    "accounts:voicemail:page": SIGNED_IN,
    "accounts:voicemail:add": SIGNED_IN,
    "accounts:voicemail:delete": SIGNED_IN,
    "accounts:voicemail:greeting": SIGNED_IN,
    "accounts:voicemail:add-greeting": SIGNED_IN,
    "accounts:voicemail:delete-greeting": SIGNED_IN,
    "accounts:incoming:page": SIGNED_IN,
    "accounts:incoming:disturb": SIGNED_IN,
    "accounts:incoming:reject-add": SIGNED_IN,
    "accounts:incoming:reject-remove": SIGNED_IN,
    "customers:list": STAFF,
    "customers:search": RESELLERS,
    "customers:suggest": OPERATORS,
    "customers:detail": STAFF,
    "customers:properties": STAFF,
    "customers:add": RESELLERS,
    "customers:add-reseller": OPERATORS,
    "customers:add-with-domain": RESELLERS,
    "customers:added": RESELLERS,
    "customers:copy": RESELLERS,
    "customers:edit": STAFF,
    "customers:edit-properties": STAFF,
    "customers:delete": RESELLERS,
    "journal:list": STAFF,
    "journal:export": STAFF,
    "journal:record": STAFF,
    "journal:detail": STAFF,
    "journal:undo": STAFF,
    "aliases:list": STAFF,
    "aliases:add": STAFF,
    "aliases:edit": STAFF,
    "aliases:delete": STAFF,
    "session:second:step": EVERYBODY,
    "session:password:forgotten": EVERYBODY,
    "session:password:open": EVERYBODY,
    "session:password:new": EVERYBODY,
    "session:places:list": SIGNED_IN,
    "session:places:end": SIGNED_IN,
    "session:places:end-others": SIGNED_IN,
    "operators:list": OPERATORS,
    "operators:add": OPERATORS,
    "operators:added": OPERATORS,
    "operators:edit": OPERATORS,
    "operators:renew": OPERATORS,
    "operators:reset": OPERATORS,
    "operators:delete": OPERATORS,
    "operators:locks:list": OPERATORS,
    "operators:locks:release": OPERATORS,
    "operators:own:page": OPERATORS,
    "operators:own:password": OPERATORS,
    "operators:own:app": OPERATORS,
    "operators:own:app-remove": OPERATORS,
    "operators:own:passkey": OPERATORS,
    "operators:own:passkey-remove": OPERATORS,
    "operators:own:codes": OPERATORS,
    "enum:ranges:list": STAFF,
    "enum:ranges:detail": STAFF,
    "enum:ranges:add": STAFF,
    "enum:ranges:edit": STAFF,
    "enum:ranges:delete": STAFF,
    "enum:numbers:list": STAFF,
    "enum:numbers:detail": STAFF,
    "enum:numbers:suggest": STAFF,
    "enum:numbers:pick": STAFF,
    "enum:numbers:move": STAFF,
    "enum:numbers:add": STAFF,
    "enum:numbers:edit": STAFF,
    "enum:numbers:delete": STAFF,
    "lcr:carriers:list": RESELLERS,
    "lcr:carriers:detail": RESELLERS,
    "lcr:carriers:add": RESELLERS,
    "lcr:carriers:edit": RESELLERS,
    "lcr:carriers:delete": RESELLERS,
    "lcr:gateways:list": RESELLERS,
    "lcr:gateways:detail": RESELLERS,
    "lcr:gateways:add": RESELLERS,
    "lcr:gateways:edit": RESELLERS,
    "lcr:gateways:delete": RESELLERS,
    "lcr:rules:list": RESELLERS,
    "lcr:rules:add": RESELLERS,
    "lcr:rules:edit": RESELLERS,
    "lcr:rules:delete": RESELLERS,
    "lcr:routes:list": RESELLERS,
    "lcr:routes:add": RESELLERS,
    "lcr:routes:edit": RESELLERS,
    "lcr:routes:delete": RESELLERS,
    "lcr:peers:list": RESELLERS,
    "lcr:peers:detail": RESELLERS,
    "lcr:peers:add": RESELLERS,
    "lcr:peers:edit": RESELLERS,
    "lcr:peers:delete": RESELLERS,
    "lcr:guided:add": RESELLERS,
    "lcr:samples:list": RESELLERS,
    "lcr:samples:add": RESELLERS,
    "lcr:samples:edit": RESELLERS,
    "lcr:samples:delete": RESELLERS,
    "lcr:simulator:try": RESELLERS,
    "lcr:lint:page": RESELLERS,
    "mail:outbox:list": OPERATORS,
    "mail:outbox:send-again": OPERATORS,
    "mail:send:accounts": STAFF,
    "mail:send:customer": RESELLERS,
    "mail:templates:list": RESELLERS,
    "mail:templates:page": RESELLERS,
    "mail:templates:look": RESELLERS,
    "mail:templates:test": RESELLERS,
    "mail:templates:choose": RESELLERS,
    "mail:templates:brand": RESELLERS,
    "mail:templates:logo": RESELLERS,
    "mail:letters:page": STAFF,
    "mail:letters:pdf": STAFF,
    "mail:folder": OPERATORS,
    "mail:message": OPERATORS,
}

# Pages that change records: closed to those who may only look.
WRITES = frozenset(
    page for page in PAGES if page.rpartition(":")[2].partition("-")[0] in {"add", "edit", "copy", "delete", "undo"}
)

WRITES |= {"mail:templates:choose", "mail:templates:test"}
WRITES |= {"mail:outbox:send-again", "operators:renew", "operators:reset", "operators:locks:release"}
WRITES |= {"accounts:incoming:disturb", "accounts:incoming:reject-add", "accounts:incoming:reject-remove"}
WRITES |= {"accounts:diversions:forward-all", "accounts:softphone:code"}
WRITES |= {"domains:transfer:import", "domains:transfer:import-page", "enum:numbers:move"}

# Pages that show and change at one address: those who may only look may open them, but send nothing.
WRITES_BY_POST = frozenset(
    {
        "mail:send:accounts",
        "mail:send:customer",
        "mail:templates:page",
        "mail:templates:brand",
        "accounts:diversions:page",
        "accounts:incoming:page",
        "accounts:barring:page",
        "accounts:voicemail:page",
        "accounts:groups:page",
        "accounts:acl:page",
        "accounts:passwords:page",
    }
)

# Pages that belong to the person who signed in, whomever he acts for.
OWN = frozenset(
    page
    for page in PAGES
    if page.startswith(("operators:own:", "session:places:"))
    or page in {"session:act-change", "session:act-stop", "session:sign-out", "session:theme"}
)

# Pages for operators who lack no right: with them an operator could help himself to more. The mail folder is among
# them because links for new passwords lie in it.
FULL = frozenset(
    page
    for page in PAGES
    if page.startswith(("operators:", "mail:outbox:", "mail:folder", "mail:message"))
    and not page.startswith(("operators:own:", "operators:locks:"))
)


# Routing is open to those resellers only who are marked active (contract: Ownership, resellers and rights).
ROUTING = frozenset(page for page in PAGES if page.startswith("lcr:"))

# Call data: closed to operators who may not see it.
CALL_DATA = frozenset(page for page in PAGES if page.startswith("accounts:calls:"))


@dataclass(frozen=True, slots=True)
class FieldRule:
    """Who may fill in a field: roles, and for those below operators a right that their customer record must hold."""

    roles: frozenset[Role]
    right: str = ""


FIELDS: Mapping[str, FieldRule] = {
    "customers.reseller": FieldRule(OPERATORS),
    "customers.reseller_active": FieldRule(OPERATORS),
    "customers.company_code": FieldRule(OPERATORS),
    "customers.balance": FieldRule(OPERATORS),
    "customers.credit": FieldRule(OPERATORS),
    "customers.impersonate": FieldRule(RESELLERS),
    "domains.reseller": FieldRule(OPERATORS),
    "domains.customer": FieldRule(RESELLERS),
    "accounts.owner": FieldRule(RESELLERS),
    "aliases.owner": FieldRule(RESELLERS),
    "ranges.reseller": FieldRule(OPERATORS),
    "ranges.customer": FieldRule(RESELLERS),
    "numbers.owner": FieldRule(RESELLERS),
    "carriers.reseller": FieldRule(OPERATORS),
    "peers.customer": FieldRule(RESELLERS),
    "accounts.prepaid": FieldRule(STAFF, "prepaid_changes"),
    "credit.value": FieldRule(STAFF, "prepaid_changes"),
    "accounts.quota": FieldRule(STAFF, "pstn_changes"),
    "accounts.call_limit": FieldRule(STAFF, "pstn_changes"),
    "accounts.rpid": FieldRule(STAFF, "pstn_changes"),
    "accounts.groups.free-pstn": FieldRule(STAFF, "pstn_changes"),
    "accounts.groups.rate-on-net": FieldRule(RESELLERS),
    "accounts.groups.trunking": FieldRule(RESELLERS),
    "accounts.groups.payments": FieldRule(RESELLERS),
    "accounts.groups.deny-password-change": FieldRule(RESELLERS),
    "accounts.groups.sms": FieldRule(STAFF, "sms_access"),
}

_RIGHTS = {
    "pstn_changes": _("to change what may be called outside the platform"),
    "prepaid_changes": _("to change between prepaid and postpaid"),
    "sms_access": _("to allow short messages"),
}
_GRANTERS = {
    Role.CUSTOMER: _("Your reseller can give it to you."),
    Role.RESELLER: _("The platform's operator can give it to you."),
}


def may_open(viewer: Viewer, page: str) -> bool:
    """Say whether this viewer may open the page with this URL name, e.g. ``"domains:edit"``."""
    role = viewer.role if page in OWN else viewer.effective_role
    if page in FULL and not viewer.is_full:
        return False
    if page in CALL_DATA and not viewer.may_see_calls:
        return False
    if page in ROUTING and viewer.role is Role.RESELLER and not viewer.reseller_active:
        return False
    return role in PAGES.get(page, frozenset()) and is_offered(viewer, page)


def is_offered(viewer: Viewer, page: str) -> bool:
    """Say whether the viewer's NGNPro server has what a page needs and does not refuse it to him."""
    operation = OPERATIONS.get(page)
    return operation is None or viewer.is_nobody or offers(viewer, operation)


def offers(viewer: Viewer, operation: str) -> bool:
    """Say whether the viewer's NGNPro server has an operation (``Sip.getRoutes``), and does not refuse it to him."""
    port, _dot, name = operation.partition(".")
    return operation not in viewer.refused and gate_to(service.engine(viewer.engine)).offers(port, name)


def may_see_account(viewer: Viewer, address: str) -> bool:
    """Say whether a SIP account is the viewer's to see: a subscriber's is his own; NGNPro judges for the others."""
    return viewer.role is not Role.SUBSCRIBER or viewer.account == address


def is_open_to_all(page: str) -> bool:
    """Say whether the page needs no sign-in."""
    return PAGES.get(page) == EVERYBODY


def why_only_looking(viewer: Viewer, page: str, method: str = "POST") -> str | Promise:
    """Say why a viewer who may see a page's records may not change them, or open it so; empty when he may."""
    shows = page in WRITES_BY_POST and method in ("GET", "HEAD")
    if viewer.may_change or page not in WRITES | WRITES_BY_POST or shows:
        return ""
    if viewer.acting:
        return _("You act for somebody and are only looking. Choose “Allow changes” in the bar at the top.")
    return _("You may look at records, but not change them. An operator with full rights can change that.")


def why_not_field(viewer: Viewer, field: str) -> str:
    """Say which right a viewer lacks to fill in a field, and who can grant it; empty when he may.

    ``field`` is ``<room>.<field>``, or ``<room>.<field>.<choice>``. Fields without a rule are open to all who may
    open the form. While an operator acts for a customer, NGNPro alone knows the customer's rights.
    """
    rule = FIELDS.get(field)
    role = viewer.effective_role
    if rule is None or role is Role.OPERATOR:
        return ""
    if role not in rule.roles:
        return str(
            _("Only your reseller can change this.")
            if role is Role.CUSTOMER
            else _("Only the platform's operator can change this.")
        )
    if not rule.right or viewer.acting or viewer.tree or rule.right in viewer.rights:
        return ""
    return f"{_('You lack the right')} {_RIGHTS[rule.right]} ({rule.right}). {_GRANTERS[role]}"
