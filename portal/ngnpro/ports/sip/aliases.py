"""Sip port: aliases."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ...query import OrderBy, Query, RecordPage
from ...records.accounts import SipId
from ...records.aliases import AliasFilter, SipAlias
from ..base import PAGE_SIZE, Sip, iterate_records, or_none


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
