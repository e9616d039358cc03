"""Sip port: SIP accounts and their groups."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from ...lost import Verdict
from ...query import OrderBy, Page, Query
from ...records.accounts import AUTOINCREMENT, SipAccount, SipFilter, SipId
from ..base import PAGE_SIZE, iterate, or_none
from .base import Sip


class Accounts(Sip):
    """Adds, replaces, deletes, fetches and lists SIP accounts, and changes their groups."""

    def add_account(self, account: SipAccount) -> SipAccount:
        """Add a SIP account and return it as stored; ``AlreadyExists`` when its address is taken.

        With the username ``<autoincrement>`` the server chooses one, and the password must be in clear.
        """
        if account.id.username == AUTOINCREMENT:
            return self._stored(account, self._write_blindly("addAccount", account=account))
        return self._add("addAccount", "account", account, partial(self._stored_account, account))

    def update_account(self, account: SipAccount) -> SipAccount:
        """Replace a SIP account and return it as stored; an empty password keeps the old one."""
        return self._update("updateAccount", "account", account, partial(self._stored_account, account))

    def delete_account(self, sip_id: SipId) -> None:
        """Delete a SIP account with all that it holds; ``Missing`` when it is not there."""
        self._delete("deleteAccount", partial(or_none, self.get_account, sip_id), sipId=sip_id)

    def get_account(self, sip_id: SipId) -> SipAccount:
        """Fetch one SIP account; ``Missing`` when it is not there."""
        return self._record(SipAccount, self._read("getAccount", sipId=sip_id))

    def get_accounts(self, query: Query[SipFilter] | None = None) -> Page[SipAccount]:
        """List SIP accounts; sorted by ``changeDate``, ``username`` or ``domain``."""
        return self._page("getAccounts", "accounts", SipAccount, query)

    def iter_accounts(
        self, conditions: SipFilter | None = None, order_by: OrderBy | None = None, page_size: int = PAGE_SIZE
    ) -> Iterator[SipAccount]:
        """Yield every SIP account that meets the conditions, page by page."""
        return iterate(self.get_accounts, conditions, order_by or OrderBy("username"), page_size)

    def add_to_group(self, sip_id: SipId, group: str) -> None:
        """Put an account into a group; ``AlreadyExists`` when it is in it."""
        self._write(
            "addToGroup",
            lambda: group in self.get_groups(sip_id),
            lambda held: Verdict.DONE if held else Verdict.NOT_DONE,
            sipId=sip_id,
            group=group,
        )

    def remove_from_group(self, sip_id: SipId, group: str) -> None:
        """Take an account out of a group; ``Missing`` when it is not in it."""
        self._delete("removeFromGroup", lambda: group in self.get_groups(sip_id), sipId=sip_id, group=group)

    def get_groups(self, sip_id: SipId) -> tuple[str, ...]:
        """Name the groups that an account is in."""
        return self._texts("getGroups", sipId=sip_id)

    def _stored_account(self, account: SipAccount) -> SipAccount | None:
        """Fetch an account after its addition or change; the password as sent, where its hash proves it."""
        stored = or_none(self.get_account, account.id)
        if stored is not None and account.password and stored.ha1 == _ha1(account):
            return replace(stored, password=account.password)
        return stored


def _ha1(account: SipAccount) -> str:
    """Hash an account's password as NGNPro does, unless it is sent as hashes already (contract: Passwords)."""
    hashes = account.password.split(":")
    if len(hashes) == 2 and all(len(text) == 32 for text in hashes):
        return hashes[0]
    text = f"{account.id.username}:{account.id.domain}:{account.password}"
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
