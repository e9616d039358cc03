"""Sip port: SIP domains."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ...query import OrderBy, Query, Range, RecordPage
from ...records.domains import SipDomain, SipDomainFilter
from ..base import PAGE_SIZE, Sip, iterate_records


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
