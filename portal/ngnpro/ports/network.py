"""The Network port: the machines of the platform, and numbers of accounts and phones."""

from __future__ import annotations

from ..records.network import NetworkFigure, NetworkNode, figures_of
from .base import Port


class NetworkPort(Port):
    """Calls of the Network port (contract: ports.Network), for administrators."""

    name = "Network"

    def get_status(self) -> tuple[NetworkNode, ...]:
        """List the nodes, sorted by id."""
        found = self._json("getStatus")
        nodes = found.items() if isinstance(found, dict) else enumerate(found or ())
        rows = [{**node, "id": str(key)} for key, node in nodes if isinstance(node, dict)]
        return self._records(NetworkNode, sorted(rows, key=lambda row: row["id"]))

    def get_statistics(self) -> tuple[NetworkFigure, ...]:
        """List the numbers of nodes and, with the node ``summary``, of the whole network."""
        return figures_of(self._json("getStatistics"))
