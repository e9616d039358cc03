"""The house of `make prove`: every part of the platform, each of which can fail."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import quote

from portal.running.commands import HOST
from tests.support.brokers import RedisServer
from tests.support.database_servers import DatabaseServer
from tests.support.mail_server import MailServer
from tests.support.processes import House, Program, free_port

from .troubles import fill_disk

PARTS = ("portal", "worker", "server", "redis", "postgresql")
DISTURBANCES = ("slow", "cut", "silent", "rubbish", "mail hangs", "mail refuses")
RUBBISH = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 20\r\n\r\n<html>rubbish</html>"
QUICKLY = {
    "PORTAL_JOB_CLAIM_SECONDS": "12",
    "NGNPRO_READ_SECONDS": "8",
    "PORTAL_MAIL_SWEEP_SECONDS": "2",
    "PORTAL_MAIL_STALE_SECONDS": "40",
    "PORTAL_API_REQUESTS": "100000",
    "PORTAL_LOG_LEVEL": "WARNING",
    "NGNPRO_SERVER_LOG_LEVEL": "warning",
}


class Line:
    """A TCP proxy between the portal and NGNPro whose ``state`` is ``good`` or one of the first ``DISTURBANCES``."""

    def __init__(self, target: int) -> None:
        self.port, self.state, self._target = free_port(), "good", target
        self._listener = socket.create_server((HOST, self.port), backlog=200)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            client, _address = self._listener.accept()
            try:
                server = socket.create_connection((HOST, self._target), timeout=5)
            except OSError:
                client.close()
                continue
            server.settimeout(None)
            for pair, answers in (((client, server), False), ((server, client), True)):
                threading.Thread(target=self._pass, args=(*pair, answers), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, answers: bool) -> None:
        """Forward bytes; a call always arrives, and its answer is late, lost or never sent as the state says."""
        with suppress(OSError):
            while data := source.recv(65536):
                if answers and self.state == "slow":
                    time.sleep(random.uniform(0.1, 4))
                elif answers and self.state == "silent":
                    time.sleep(9)
                elif answers and self.state == "rubbish":
                    target.sendall(RUBBISH)
                    break
                elif answers and self.state == "cut":
                    break
                target.sendall(data)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


class ProvingHouse(House):
    """All parts; ``kill`` ends one with SIGKILL and starts it again, ``disturb`` lets something fail for a while."""

    def __init__(
        self, folder: Path, database: DatabaseServer, redis: RedisServer, mails: MailServer, disk: Path | None = None
    ) -> None:
        super().__init__(folder)
        self._disk = disk
        self.troubles = [*DISTURBANCES, *["disk full"] * (disk is not None)]
        self.database, self.redis, self.mails = database, redis, mails
        self.line = Line(self.server_port)
        at = quote(str(database.folder), safe="")
        self.settings = {
            **QUICKLY,
            "PORTAL_DATABASE_URL": f"postgres://ngnpro@{at}/portal",
            "NGNPRO_DATABASE_URL": database.url("platform"),
            "PORTAL_REDIS_URL": redis.url,
            "NGNPRO_URL": f"http://{HOST}:{self.line.port}/",
            "PORTAL_SMTP_HOST": HOST,
            "PORTAL_SMTP_PORT": str(mails.port),
        }
        self.events: Counter[str] = Counter()
        self._stacks: dict[str, ExitStack] = {}
        self._programs: dict[str, Program] = {}

    def database_url(self, name: str) -> str:
        """Return the SQLAlchemy URL of one of the databases."""
        return self.database.url(name)

    def start(self, part: str) -> None:
        """Start the portal, the worker or the server."""
        self._stacks[part] = ExitStack()
        self._programs[part] = self._stacks[part].enter_context(getattr(self, part)())

    def kill(self, part: str) -> None:
        """Kill a part without a warning, and start it again a moment later."""
        self.events[f"{part} killed"] += 1
        if part == "redis":
            self.redis.kill()
        elif part == "postgresql":
            self.database.kill()
        else:
            self._programs[part].kill()
            self._stacks[part].close()
            time.sleep(random.uniform(0, 2))
            self.start(part)

    def disturb(self, what: str, seconds: float) -> None:
        """Let NGNPro or the mail server fail for some seconds."""
        self.events[what] += 1
        if what == "disk full" and self._disk is not None:
            fill_disk(self._disk, seconds)
            return
        if what == "mail hangs":
            self.mails.on_mail = lambda _number: time.sleep(seconds)
        elif what == "mail refuses":
            self.mails.answers = ["451 Try again later"] * 5
        else:
            self.line.state = what
        time.sleep(seconds)
        self.line.state, self.mails.on_mail, self.mails.answers = "good", lambda _number: None, []

    def restart_ended(self) -> None:
        """Start parts that ended by themselves again, as systemd does."""
        for part, program in list(self._programs.items()):
            if program.process.poll() is not None:
                self.events[f"{part} restarted"] += 1
                self._stacks[part].close()
                self.start(part)
        if self.database.programs[-1].process.poll() is not None:
            self.events["postgresql restarted"] += 1
            self.database.kill()

    def end(self) -> None:
        """Stop everything that ``start`` started."""
        for stack in self._stacks.values():
            stack.close()

    def cause_trouble(self, seconds: float, chance: random.Random) -> None:
        """Kill and disturb at random until the time is over."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(chance.uniform(1, 5))
            if chance.random() < 0.6:
                self.kill(chance.choice(PARTS))
            else:
                self.disturb(chance.choice(self.troubles), chance.uniform(2, 12))
            self.restart_ended()
