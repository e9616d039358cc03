"""The Sip port: domains and accounts."""

from __future__ import annotations

from collections.abc import Iterator

from ..query import OrderBy, Page, Query, Range
from ..records.accounts import SipAccount, SipFilter, SipId
from ..records.domains import SipDomain, SipDomainFilter
from .base import PAGE_SIZE, Port, iterate, or_none


class SipPort(Port):
    """Calls of the Sip port (contract: ports.Sip)."""

    name = "Sip"

    def add_domain(self, domain: SipDomain) -> SipDomain:
        """Add a SIP domain and return it as stored; ``AlreadyExists`` when it is there."""
        return self._add("addDomain", "domain", domain, lambda: self.find_domain(domain.domain))

    def update_domain(self, domain: SipDomain) -> SipDomain:
        """Replace a SIP domain and return it as stored; ``Missing`` when it is not there."""
        return self._update("updateDomain", "domain", domain, lambda: self.find_domain(domain.domain))

    def delete_domain(self, domain: str) -> None:
        """Delete a SIP domain with the accounts and aliases in it; ``Missing`` when it is not there."""
        self._delete("deleteDomain", lambda: self.find_domain(domain), domain=domain)

    def get_domains(self, query: Query[SipDomainFilter] | None = None) -> Page[SipDomain]:
        """List SIP domains; sorted by ``changeDate`` or ``domain``."""
        return self._page("getDomains", "domains", SipDomain, query)

    def iter_domains(
        self,
        conditions: SipDomainFilter | None = None,
        order_by: OrderBy | None = None,
        page_size: int = PAGE_SIZE,
    ) -> Iterator[SipDomain]:
        """Yield every SIP domain that meets the conditions, page by page."""
        return iterate(self.get_domains, conditions, order_by or OrderBy("domain"), page_size)

    def find_domain(self, domain: str) -> SipDomain | None:
        """Find one SIP domain by its name, in a list of one."""
        wanted = domain.strip().lower()
        page = self.get_domains(Query(filter=SipDomainFilter(domain=wanted), range=Range(0, 5)))
        return next((found for found in page.items if found.domain.lower() == wanted), None)

    def add_account(self, account: SipAccount) -> SipAccount:
        """Add a SIP account and return it as stored; ``AlreadyExists`` when its address is taken.

        With the username ``<autoincrement>`` the server chooses one, and the password must be in clear.
        """
        return self._add("addAccount", "account", account, lambda: or_none(lambda: self.get_account(account.id)))

    def update_account(self, account: SipAccount) -> SipAccount:
        """Replace a SIP account and return it as stored; an empty password keeps the old one."""
        return self._update("updateAccount", "account", account, lambda: or_none(lambda: self.get_account(account.id)))

    def delete_account(self, sip_id: SipId) -> None:
        """Delete a SIP account with all that it holds; ``Missing`` when it is not there."""
        self._delete("deleteAccount", lambda: or_none(lambda: self.get_account(sip_id)), sipId=sip_id)

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
