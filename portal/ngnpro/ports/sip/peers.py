"""Sip port: trusted peers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ...query import OrderBy, Query, Range, RecordPage
from ...records.peers import TrustedPeer, TrustedPeerFilter
from ..base import PAGE_SIZE, Sip, iterate_records


class Peers(Sip):
    """Calls to add, replace, delete and list trusted peers."""

    def add_trusted_peer(self, peer: TrustedPeer) -> TrustedPeer:
        """Add a trusted peer and return it as stored; ``AlreadyExists`` if its address exists already."""
        return self._add("addTrustedPeer", "peer", peer, partial(self.find_trusted_peer, peer.ip))

    def update_trusted_peer(self, peer: TrustedPeer) -> TrustedPeer:
        """Replace a trusted peer and return it as stored; ``Missing`` if it does not exist."""
        return self._update("updateTrustedPeer", "peer", peer, partial(self.find_trusted_peer, peer.ip))

    def delete_trusted_peer(self, ip: str) -> None:
        """Delete a trusted peer by address; ``Missing`` if it does not exist."""
        self._delete("deleteTrustedPeer", partial(self.find_trusted_peer, ip), ip=ip)

    def get_trusted_peers(self, query: Query[TrustedPeerFilter] | None = None) -> RecordPage[TrustedPeer]:
        """List trusted peers; sorted by ``changeDate``, ``description`` or ``ip``."""
        return self._page("getTrustedPeers", "peers", TrustedPeer, query)

    def iter_trusted_peers(
        self,
        conditions: TrustedPeerFilter | None = None,
        order_by: OrderBy | None = None,
        page_size: int = PAGE_SIZE,
    ) -> Iterator[TrustedPeer]:
        """Yield every trusted peer that meets the conditions, page by page."""
        return iterate_records(self.get_trusted_peers, conditions, order_by or OrderBy("ip"), page_size)

    def find_trusted_peer(self, ip: str) -> TrustedPeer | None:
        """Return one trusted peer by address, or ``None``; the lists without and with Microsoft Teams are searched."""
        wanted = ip.strip().lower()
        for msteams in (False, True):
            conditions = TrustedPeerFilter(ip=wanted, msteams=msteams)
            page = self.get_trusted_peers(Query(filter=conditions, range=Range(0, 5)))
            for found in page.items:
                if found.ip.lower() == wanted:
                    return found
        return None
