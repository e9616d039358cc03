"""Phones and gateways for tests, made of sipp: they register, call, answer, and tell what they received."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support import needs
from tests.support.processes import PATIENCE, Program, free_port, running, wait_until

SCENARIOS = Path(__file__).parent
HOST = "127.0.0.1"
# what a call may be refused with; sipp wants each by itself
_REFUSALS = (402, 403, 404, 408, 433, 478, 480, 482, 486, 500, 503, 603)
_STATUS = re.compile(r"^SIP/2\.0 ([0-9]{3})", re.MULTILINE)
_INVITE = re.compile(r"^INVITE (\S+) SIP/2\.0", re.MULTILINE)


@dataclass(frozen=True)
class Line:
    """An account at a phone; ``proxy_port`` is the SIP port of the proxy."""

    folder: Path
    proxy_port: int
    username: str
    password: str = "secret"
    domain: str = "example.com"

    def register(self, contact: int = 9) -> int:
        """Register a phone that listens on a port, and return the status of the answer."""
        return self._run("register.xml", (SCENARIOS / "register.xml").read_text(), "-key", "contact", str(contact))[-1]

    def call(self, to: str, *, talk: int = 0, headers: str = "X-Test: yes") -> int:
        """Call an address, talk for some milliseconds, hang up, and return the final status of the call."""
        return next(status for status in reversed(self._call(to, talk, headers)) if status >= 200)

    @contextlib.contextmanager
    def talking(self, to: str) -> Iterator[None]:
        """Hold a call within the block, and hang up at its end."""
        options = ("-key", "to", to, "-key", "headers", "X-Test: yes", "-d", "60000")
        command, log = self._command("call.xml", _scenario("call.xml"), *options)
        with running(command, os.environ, self.folder / "talking.out") as program:
            program.wait_until(lambda: log.exists() and "\nACK sip:" in log.read_text().rpartition(" 200 ")[2], "talk")
            yield

    def _call(self, to: str, talk: int, headers: str) -> list[int]:
        text = _scenario("call.xml")
        statuses = self._run("call.xml", text, "-key", "to", to, "-key", "headers", headers, "-d", str(talk))
        # the last 200 is the answer to BYE
        return statuses[:-1] if statuses.count(200) > 1 else statuses

    def _run(self, name: str, text: str, *options: str) -> list[int]:
        command, log = self._command(name, text, *options)
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, cwd=self.folder)
        said = log.read_text() if log.exists() else ""
        assert done.returncode == 0, f"{done.stderr}\n{said}"
        return [int(status) for status in _STATUS.findall(said)]

    def _command(self, name: str, text: str, *options: str) -> tuple[list[str], Path]:
        port = free_port()
        scenario, log = self.folder / f"{port}-{name}", self.folder / f"{port}.log"
        scenario.write_text(text)
        command = [needs.program("sipp"), "-sf", str(scenario), f"{HOST}:{self.proxy_port}", "-i", HOST]
        command += ["-p", str(port), "-m", "1", "-nostdin", "-timeout", "30", "-trace_msg", "-message_file", str(log)]
        command += ["-key", "user", self.username, "-key", "domain", self.domain]
        return [*command, "-au", self.username, "-ap", self.password, *options], log


@dataclass(frozen=True)
class Device:
    """A phone or a gateway that takes calls at a port."""

    port: int
    log: Path

    def received(self) -> list[str]:
        """Return the request URIs of the calls that it received, each once."""
        said = self.log.read_text() if self.log.exists() else ""
        return list(dict.fromkeys(_INVITE.findall(said)))

    def messages(self) -> str:
        """Return all that it received and sent."""
        return self.log.read_text() if self.log.exists() else ""

    def forget(self) -> None:
        """Forget what it received so far."""
        if self.log.exists():
            os.truncate(self.log, 0)


@contextlib.contextmanager
def device(folder: Path, behaviour: str = "answer", status: int = 486) -> Iterator[Device]:
    """Run a phone or gateway that answers, refuses with a status, or rings (``answer``, ``refuse``, ``ring``)."""
    port = free_port()
    scenario = folder / f"{port}-{behaviour}.xml"
    scenario.write_text(_scenario(f"{behaviour}.xml").replace("STATUS", str(status)))
    log = folder / f"{port}.log"
    command = [needs.program("sipp"), "-sf", str(scenario), "-i", HOST, "-p", str(port), "-nostdin"]
    command += ["-trace_msg", "-message_file", str(log)]
    with running(command, os.environ, folder / f"{port}.out") as program:
        program.wait_until(lambda: _is_bound(port), "sipp listens")
        yield Device(port, log)


def _is_bound(port: int) -> bool:
    """Return whether a program listens at a UDP port."""
    return f":{port:04X} " in Path("/proc/net/udp").read_text()


def _scenario(name: str) -> str:
    refusals = "\n".join(f'  <recv response="{code}" optional="true" next="refused"/>' for code in _REFUSALS)
    return (SCENARIOS / name).read_text().replace("REFUSALS", refusals)


def ended(program: Program) -> None:
    """Wait until a program has ended by itself."""
    wait_until(lambda: program.process.poll() is not None, "the program ends")
