"""HAProxy with the configuration of examples/haproxy, and what it counts."""

from __future__ import annotations

import csv
import socket
from collections.abc import Mapping
from pathlib import Path

from portal.running.commands import HOST
from tests.support import needs
from tests.support.processes import ROOT, Program, free_port

CONFIG = ROOT / "examples/haproxy/haproxy.cfg"


class Balancer:
    """HAProxy in front of two portals and two NGNPro servers, on two free ports."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.portal_port, self.server_port = free_port(), free_port()
        self._socket = folder / "haproxy.sock"
        self._program: Program | None = None

    def start(self, ports: Mapping[str, int]) -> None:
        """Start it; ``ports`` has those of PORTAL_ONE, PORTAL_TWO, NGNPRO_ONE and NGNPRO_TWO."""
        environment = {
            "BALANCER_SOCKET": str(self._socket),
            "PORTAL_BIND": f"{HOST}:{self.portal_port}",
            "NGNPRO_BIND": f"{HOST}:{self.server_port}",
            "PORTAL_HOST": HOST,
            **{name: f"{HOST}:{port}" for name, port in ports.items()},
        }
        command = [needs.program("haproxy"), "-db", "-f", str(CONFIG)]
        self._program = Program(command, environment, self.folder / "haproxy.log")
        self._program.wait_until(self._socket.exists, "HAProxy runs")

    def end(self) -> None:
        """Stop it."""
        if self._program is not None:
            self._program.end()

    def lines(self) -> dict[str, dict[str, str]]:
        """Return its statistics: a line for each server, backend and frontend, such as ``portals/one``."""
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(self._socket))
            client.sendall(b"show stat\n")
            with client.makefile() as answer:
                rows = csv.DictReader(answer.read().removeprefix("# ").strip().splitlines())
                return {f"{row['pxname']}/{row['svname']}": row for row in rows}

    def sends_to(self, server: str) -> bool:
        """Return whether a server such as ``portals/one`` gets requests."""
        return self.lines()[server]["status"].startswith("UP")

    def counts(self) -> dict[str, int]:
        """Return how many requests were answered, how many with an error, and how many were sent again.

        A fault of SOAP has status 500; of the servers, only the answers that the balancer gave in their place count.
        """
        lines = self.lines()
        errors = {name: int(line["hrsp_5xx"] or 0) for name, line in lines.items()}
        faults = sum(errors[f"servers/{name}"] for name in ("one", "two"))
        backends = [line for name, line in lines.items() if name.endswith("/BACKEND")]
        return {
            "requests": sum(int(line["req_tot"] or 0) for name, line in lines.items() if name.endswith("/FRONTEND")),
            "errors": errors["portal/FRONTEND"] + errors["ngnpro/FRONTEND"] - faults,
            "sent again": sum(int(line["wretr"] or 0) + int(line["wredis"] or 0) for line in backends),
        }
