"""Two of everything: two machines, each with a portal, an NGNPro server and a worker, behind HAProxy."""

from __future__ import annotations

import secrets
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from portal.running.commands import HOST, accepts_connections
from tests.support.brokers import RedisServer
from tests.support.database_pair import NAMES, DatabasePair
from tests.support.mail_server import MailServer
from tests.support.processes import House, Program, first_password, running, wait_until

from .balancer import Balancer
from .house import QUICKLY

PARTS = ("server", "portal", "worker")
BACKENDS = {"server": "servers", "portal": "portals"}
DRAIN = "4"


class Machine(House):
    """A machine of the pair: its parts announce that they stop, so that the balancer sends nothing to them."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        super().__init__(folder, settings=settings)
        self._stacks: dict[str, ExitStack] = {}
        self.programs: dict[str, Program] = {}

    def start(self, part: str) -> None:
        """Start the portal, the worker or the server, and wait until it answers."""
        self._stacks[part] = ExitStack()
        running_part = self._draining_portal() if part == "portal" else getattr(self, part)()
        self.programs[part] = self._stacks[part].enter_context(running_part)

    def stop(self, part: str) -> None:
        """Ask a part to end, as systemd does, and wait until it has."""
        self.programs[part].signal(signal.SIGTERM)
        self.programs[part].wait()
        self._stacks.pop(part).close()

    def lose(self) -> None:
        """Kill all parts."""
        for part in list(self._stacks):
            self.programs[part].kill()
            self._stacks.pop(part).close()

    def end(self) -> None:
        """Stop all parts."""
        for part in list(self._stacks):
            self._stacks.pop(part).close()

    @contextmanager
    def _draining_portal(self) -> Iterator[Program]:
        words = ("--bind", f"{HOST}:{self.portal_port}", "--drain", DRAIN)
        command = [sys.executable, "-m", "portal.running.web", *words]
        with running(command, self.environment, self.folder / "portal.log") as program:
            program.wait_until(lambda: accepts_connections(self.portal_port), "the portal answers")
            yield program


class PairHouse:
    """The two machines, their databases, Redis and the balancer; clients know only the balancer."""

    def __init__(self, folder: Path, pair: DatabasePair, redis: RedisServer, mails: MailServer) -> None:
        self.pair = pair
        self.balancer = Balancer(folder)
        settings = {
            **QUICKLY,
            "PORTAL_SECRET_KEY": secrets.token_urlsafe(50),
            "PORTAL_DATABASE_URL": pair.portal_url("portal"),
            "NGNPRO_DATABASE_URL": pair.url("platform"),
            "NGNPRO_SERVER_DRAIN_SECONDS": DRAIN,
            "PORTAL_REDIS_URL": redis.url,
            "NGNPRO_URL": self.server_url,
            "PORTAL_PROXIES": "1",
            "PORTAL_SMTP_HOST": HOST,
            "PORTAL_SMTP_PORT": str(mails.port),
        }
        self.machines = {name: Machine(folder / f"machine-{name}", settings) for name in NAMES}

    @property
    def portal_url(self) -> str:
        """The URL of the portals."""
        return f"http://{HOST}:{self.balancer.portal_port}/"

    @property
    def server_url(self) -> str:
        """The URL of the NGNPro servers."""
        return f"http://{HOST}:{self.balancer.server_port}/"

    @property
    def config(self) -> Path:
        """The configuration file of the servers."""
        return self.machines["one"].config

    def manage(self, *words: str) -> str:
        """Run a management command of the portal on one of the machines."""
        return self.machines["two"].manage(*words)

    def database_url(self, name: str) -> str:
        """Return the SQLAlchemy URL of one of the databases."""
        return self.pair.url(name)

    def begin(self) -> str:
        """Prepare both machines and start everything; return the first operator's password."""
        one, two = self.machines.values()
        for machine in (one, two):
            machine.var.mkdir(parents=True)
        server = one.own_server
        server.finish_preparing(server.begin_preparing())
        shutil.copy(one.config, two.config)
        password = first_password(one.manage("prepare"))
        two.manage("prepare")
        ports = {f"PORTAL_{name.upper()}": machine.portal_port for name, machine in self.machines.items()}
        ports |= {f"NGNPRO_{name.upper()}": machine.server_port for name, machine in self.machines.items()}
        self.balancer.start(ports)
        for name in NAMES:
            self.start(name)
        return password

    def start(self, name: str) -> None:
        """Start all parts of a machine."""
        for part in PARTS:
            self.machines[name].start(part)
            self._wait(name, part)

    def restart(self, name: str, part: str) -> None:
        """Stop a part of a machine in order, and start it again."""
        self.machines[name].stop(part)
        self.machines[name].start(part)
        self._wait(name, part)

    def lose(self, name: str) -> None:
        """Let a machine fail with all its parts and its database server."""
        self.pair.lose(name)
        self.machines[name].lose()

    def end(self) -> None:
        """Stop everything but the databases."""
        for machine in self.machines.values():
            machine.end()
        self.balancer.end()

    def _wait(self, name: str, part: str) -> None:
        if part in BACKENDS:
            wait_until(lambda: self.balancer.sends_to(f"{BACKENDS[part]}/{name}"), f"{part} {name} gets requests")
