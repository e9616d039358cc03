"""Calls of the Sip port about domains, accounts and aliases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from portal.ngnpro.records.accounts import AliasFilter, SipAlias, SipDomain, SipDomainFilter

from ... import errors
from ...hashes import WEB_PASSWORD, as_sent, first_password, has_password, hashed_password
from ...lost import LostAnswerVerdict, after_add, after_update
from ...query import OrderBy, Query, Range, RecordPage
from ...records.accounts import AUTOINCREMENT, SipAccount, SipFilter, SipId
from ...records.base import Record
from ..base import PAGE_SIZE, Sip, iterate_records, or_none

# An account that was just added is among the few that were changed last.
_LATEST, _FEW = OrderBy("changeDate", "DESC"), 50


class Domains(Sip):
    """Calls to add, replace, delete and list SIP domains."""

    def add_domain(self, domain: SipDomain) -> SipDomain:
        """Add a SIP domain and return it as stored; ``AlreadyExists`` if it exists already."""
        return self._add("addDomain", "domain", domain, partial(self.find_domain, domain.domain))

    def update_domain(self, domain: SipDomain) -> SipDomain:
        """Replace a SIP domain and return it as stored; ``Missing`` if it does not exist."""
        return self._update("updateDomain", "domain", domain, partial(self.find_domain, domain.domain))

    def delete_domain(self, domain: str) -> None:
        """Delete a SIP domain with the accounts and aliases in it; ``Missing`` if it does not exist."""
        self._delete("deleteDomain", partial(self.find_domain, domain), domain=domain)

    def get_domains(self, query: Query[SipDomainFilter] | None = None) -> RecordPage[SipDomain]:
        """List SIP domains; sorted by ``changeDate`` or ``domain``."""
        return self._page("getDomains", "domains", SipDomain, query)

    def iter_domains(
        self,
        conditions: SipDomainFilter | None = None,
        order_by: OrderBy | None = None,
        page_size: int = PAGE_SIZE,
    ) -> Iterator[SipDomain]:
        """Yield every SIP domain that meets the conditions, page by page."""
        return iterate_records(self.get_domains, conditions, order_by or OrderBy("domain"), page_size)

    def find_domain(self, domain: str) -> SipDomain | None:
        """Return one SIP domain by its name, or ``None``; it is searched in the list of domains."""
        wanted = domain.strip().lower()
        page = self.get_domains(Query(filter=SipDomainFilter(domain=wanted), range=Range(0, 5)))
        return next((found for found in page.items if found.domain.lower() == wanted), None)


class Accounts(Sip):
    """Calls to add, replace, delete, fetch and list SIP accounts, and to change their groups."""

    def add_account(self, account: SipAccount) -> SipAccount:
        """Add a SIP account and return it as stored; ``AlreadyExists`` if its address exists already.

        With the username ``<autoincrement>`` the server chooses one; the password must then be in clear text. Where
        clear text is not stored, only hashes of passwords are sent.
        """
        if account.id.username == AUTOINCREMENT:
            return self._add_numbered(account)
        sent = self._as_sent(account)
        look, judge = partial(or_none, self.get_account, account.id), _judge(after_add, sent)
        return self._stored(sent, self._write("addAccount", look, judge, account=sent), look)

    def _add_numbered(self, account: SipAccount) -> SipAccount:
        """Add an account whose username the server chooses; its own password follows as a hash if it has to be one."""
        if self._keeps_clear(account):
            return self._add_next(account)
        web_password = account.get_property(WEB_PASSWORD)
        first = replace(account, password=first_password(account)).with_property(WEB_PASSWORD, "")
        stored = self._add_next(first)
        try:
            own = replace(stored, password=account.password)
            return self.update_account(own.with_property(WEB_PASSWORD, web_password) if web_password else own)
        except errors.NgnproError:
            self.delete_account(stored.id)
            raise

    def _add_next(self, account: SipAccount) -> SipAccount:
        """Add an account whose username the server chooses; it is looked up if the server does not return it."""
        answer = self._write_blindly("addAccount", account=account)
        stored = self._record(SipAccount, answer) if answer else self._newest(account)
        if stored is None:
            raise errors.Uncertain(
                f"{self._caller.gate.engine.name} did not say which username the new account has, and none was found"
                f" among the latest accounts of {account.id.domain}.",
                engine=self._caller.gate.engine.name,
                sent=True,
            )
        return stored

    def _newest(self, account: SipAccount) -> SipAccount | None:
        """Return the account that the server just added with the next username, which its password identifies."""
        latest = Query(filter=SipFilter(domain=account.id.domain), order_by=_LATEST, range=Range(0, _FEW))
        return next((one for one in self.get_accounts(latest) if has_password(one, account.password)), None)

    def update_account(self, account: SipAccount) -> SipAccount:
        """Replace a SIP account and return it as stored; an empty password keeps the stored one.

        Where clear text is not stored, only hashes of passwords are sent.
        """
        sent = self._as_sent(account)
        look, judge = partial(or_none, self.get_account, account.id), _judge(after_update, sent)
        return self._stored(sent, self._overwrite("updateAccount", sent, look, judge, account=sent))

    def _as_sent(self, account: SipAccount) -> SipAccount:
        return as_sent(account, self._keeps_clear)

    def _keeps_clear(self, account: SipAccount) -> bool:
        return self._caller.keeps_clear is not None and self._caller.keeps_clear(account)

    def delete_account(self, sip_id: SipId) -> None:
        """Delete a SIP account with all that belongs to it; ``Missing`` if it does not exist."""
        self._delete("deleteAccount", partial(or_none, self.get_account, sip_id), sipId=sip_id)

    def get_account(self, sip_id: SipId) -> SipAccount:
        """Fetch one SIP account; ``Missing`` if it does not exist."""
        return self._record(SipAccount, self._read("getAccount", sipId=sip_id))

    def get_accounts(self, query: Query[SipFilter] | None = None) -> RecordPage[SipAccount]:
        """List SIP accounts; sorted by ``changeDate``, ``username`` or ``domain``."""
        return self._page("getAccounts", "accounts", SipAccount, query)

    def iter_accounts(
        self, conditions: SipFilter | None = None, order_by: OrderBy | None = None, page_size: int = PAGE_SIZE
    ) -> Iterator[SipAccount]:
        """Yield every SIP account that meets the conditions, page by page."""
        return iterate_records(self.get_accounts, conditions, order_by or OrderBy("username"), page_size)

    def add_to_group(self, sip_id: SipId, group: str) -> None:
        """Add an account to a group; ``AlreadyExists`` if it is in the group already."""
        self._write(
            "addToGroup",
            lambda: group in self.get_groups(sip_id),
            lambda held: LostAnswerVerdict.DONE if held else LostAnswerVerdict.NOT_DONE,
            sipId=sip_id,
            group=group,
        )

    def remove_from_group(self, sip_id: SipId, group: str) -> None:
        """Remove an account from a group; ``Missing`` if it is not in the group."""
        self._delete("removeFromGroup", lambda: group in self.get_groups(sip_id), sipId=sip_id, group=group)

    def get_groups(self, sip_id: SipId) -> tuple[str, ...]:
        """Return the names of the groups that an account is in."""
        return self._texts("getGroups", sipId=sip_id)


def _judge(
    judge: Callable[[Record, SipAccount | None], LostAnswerVerdict], sent: SipAccount
) -> Callable[[SipAccount | None], LostAnswerVerdict]:
    """Return the function that judges what was found after the answer to a change was lost, which is rare."""
    return lambda found: judge(_hashed(sent), found)


def _hashed(account: SipAccount) -> SipAccount:
    """Return an account with the password replaced by its ha1 hash, as NGNPro returns it (contract: Passwords)."""
    if not account.password:
        return account
    return replace(account, password="", ha1=hashed_password(account.id, account.password).partition(":")[0])


class Aliases(Sip):
    """Calls to add, replace, delete, fetch and list aliases."""

    def add_alias(self, alias: SipAlias) -> SipAlias:
        """Add an alias and return it as stored; ``AlreadyExists`` if its address exists already."""
        return self._add("addAlias", "alias", alias, partial(or_none, self.get_alias, alias.id))

    def update_alias(self, alias: SipAlias) -> SipAlias:
        """Replace an alias and return it as stored; ``Missing`` if it does not exist."""
        return self._update("updateAlias", "alias", alias, partial(or_none, self.get_alias, alias.id))

    def delete_alias(self, alias: SipId) -> None:
        """Delete an alias by its own address; ``Missing`` if it does not exist."""
        self._delete("deleteAlias", partial(or_none, self.get_alias, alias), id=alias)

    def get_alias(self, alias: SipId) -> SipAlias:
        """Fetch one alias by its own address; ``Missing`` if it does not exist."""
        return self._record(SipAlias, self._read("getAlias", id=alias))

    def get_aliases(self, query: Query[AliasFilter] | None = None) -> RecordPage[SipAlias]:
        """List aliases; sorted by ``changeDate``, ``aliasUsername``, ``aliasDomain``, ``targetUsername``…"""
        return self._page("getAliases", "aliases", SipAlias, query)

    def iter_aliases(
        self, conditions: AliasFilter | None = None, order_by: OrderBy | None = None, page_size: int = PAGE_SIZE
    ) -> Iterator[SipAlias]:
        """Yield every alias that meets the conditions, page by page."""
        return iterate_records(self.get_aliases, conditions, order_by or OrderBy("aliasUsername"), page_size)
