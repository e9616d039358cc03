"""The aliases that the user of an account may edit, if staff have given them the right (the group ``own-aliases``).

They are in the account's own domain. Telephone numbers are given by staff: whoever could take any number as an alias
would get calls that are meant for others.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ngnpro_wire.facts.usernames import UsernameRefused, normal_username
from portal.accounts.choices import OWN_ALIASES
from portal.core.writes import Writes
from portal.ngnpro import Ngnpro, OrderBy, Query, Range, errors
from portal.ngnpro.records import AliasFilter, SipAccount, SipAlias, SipId

SHOWN, MOST_OWN = 100, 20
NUMBER_SIGNS = frozenset("0123456789+*#")


def aliases_of(ngnpro: Ngnpro, account: SipAccount) -> list[SipAlias]:
    """List the aliases that point to an account, by name."""
    one = account.id
    wanted = AliasFilter(target_username=one.username, target_domain=one.domain)
    query = Query(filter=wanted, order_by=OrderBy("aliasUsername"), range=Range(0, SHOWN))
    return [alias for alias in ngnpro.sip.get_aliases(query) if alias.target == one]


def is_own(alias: SipAlias, account: SipAccount) -> bool:
    """Return whether the account's user may remove an alias: a name in their own domain that points to them."""
    return alias.target == account.id and alias.id.domain == account.id.domain and not _is_number(alias.id.username)


def may_edit_aliases(account: SipAccount) -> bool:
    """Return whether the account's user may add and remove aliases."""
    return OWN_ALIASES in account.groups


def add_own_alias(ngnpro: Ngnpro, writes: Writes, account: SipAccount, typed: str) -> SipAlias:
    """Add an alias in the account's domain; raises ``ValidationError`` with the reason if it may not be added."""
    if not may_edit_aliases(account):
        raise ValidationError(_("Your provider sets the aliases of this account."))
    try:
        username = normal_username(typed.strip().removesuffix(f"@{account.id.domain}"))
    except UsernameRefused:
        raise ValidationError(_("An alias has up to 64 letters, digits and signs such as . - and _.")) from None
    if _is_number(username):
        raise ValidationError(_("Numbers are given by your provider. Choose a name."))
    if sum(is_own(alias, account) for alias in aliases_of(ngnpro, account)) >= MOST_OWN:
        raise ValidationError(_("This account has %(most)s aliases, which is the most.") % {"most": MOST_OWN})
    alias = SipAlias(id=SipId(username=username, domain=account.id.domain), target=account.id, owner=account.owner)
    if username == account.id.username or _is_account(ngnpro, alias.id):
        raise ValidationError(_("%(address)s is taken. Choose another name.") % {"address": alias.id})
    try:
        with writes.change(None, alias) as write:
            write.stored = ngnpro.sip.add_alias(alias)
    except errors.AlreadyExists:
        raise ValidationError(_("%(address)s is taken. Choose another name.") % {"address": alias.id}) from None
    return alias


def remove_own_alias(ngnpro: Ngnpro, writes: Writes, account: SipAccount, address: str) -> bool:
    """Remove an alias of the account; return ``False`` if its user may not, or has no such alias."""
    found = next((one for one in aliases_of(ngnpro, account) if str(one.id) == address), None)
    if found is None or not may_edit_aliases(account) or not is_own(found, account):
        return False
    with writes.change(found, None):
        ngnpro.sip.delete_alias(found.id)
    return True


def _is_account(ngnpro: Ngnpro, address: SipId) -> bool:
    """Return whether an account has an address, which some servers do not check."""
    try:
        ngnpro.sip.get_account(address)
    except errors.Missing:
        return False
    return True


def _is_number(username: str) -> bool:
    return NUMBER_SIGNS.issuperset(username)
