"""Starts the real programs for a test, on free ports and in a folder of its own, and always stops them."""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from portal.running.commands import HOST, accepts_connections, portal_command, worker_command
from portal.running.own_server import OwnServer

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 180  # seconds after which a program that neither answers nor ends counts as broken; this measures no speed


# Below the ports that connections get by themselves, so that no connection takes the port before the program does.
PORTS = range(20_000, 32_000)
_given: set[int] = set()


def free_port() -> int:
    """Return a port of this machine that is free for TCP and UDP, and another one on each call."""
    while (port := random.choice(PORTS)) in _given or not _is_free(port):
        pass
    _given.add(port)
    return port


def _is_free(port: int) -> bool:
    with socket.socket() as stream, socket.socket(type=socket.SOCK_DGRAM) as datagrams:
        try:
            stream.bind((HOST, port))
            datagrams.bind((HOST, port))
        except OSError:
            return False
    return True


def wait_until(condition: Callable[[], object], what: str) -> None:
    """Wait until ``condition`` holds; raise ``AssertionError`` that names ``what`` did not happen."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"In vain waited for {PATIENCE} seconds: {what}"
        time.sleep(0.05)


class Program:
    """A program that a test started: a process group of its own, with all output in one file."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        output: Path,
        user: str | None = None,
        keep: Sequence[int] = (),
    ) -> None:
        self.output, self.command, self.user = output, command, user
        with output.open("ab") as file:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=keep,
                user=user,
                group=user,
                extra_groups=[] if user else None,
            )

    def wait_until(self, condition: Callable[[], object], what: str) -> None:
        """Wait until ``condition`` holds; raise ``AssertionError`` with the program's output if it ends before."""

        def holds_or_ended() -> bool:
            return bool(condition()) or self.process.poll() is not None

        try:
            wait_until(holds_or_ended, what)
        except AssertionError as error:
            error.add_note(self.read())
            raise
        assert self.process.poll() is None, f"{self.process.args!r} ended by itself:\n{self.read()}"

    def read(self) -> str:
        """Return the program's output so far."""
        return self.output.read_text(errors="replace")

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program only, as a supervisor does."""
        self.process.send_signal(number)

    def wait(self) -> int:
        """Wait until the program has ended, and return its exit status."""
        return self.process.wait(PATIENCE)

    def group_members(self) -> list[int]:
        """Return the ids of the processes of its group that are still running."""
        found = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdecimal():
                with contextlib.suppress(ProcessLookupError, FileNotFoundError):
                    if os.getsid(int(folder.name)) == self.process.pid:
                        found.append(int(folder.name))
        return found

    def kill(self) -> None:
        """Kill the program and everything it started, without a warning."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)

    def end(self) -> None:
        """Stop the program and everything it started: by SIGTERM, after ten seconds by SIGKILL."""
        for number, seconds in ((signal.SIGTERM, 10), (signal.SIGKILL, PATIENCE)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


@contextlib.contextmanager
def running(
    command: Sequence[str],
    environment: Mapping[str, str],
    output: Path,
    user: str | None = None,
    keep: Sequence[int] = (),
) -> Iterator[Program]:
    """Run a program until the block ends, as ``user`` if there is one; it inherits the file descriptors in ``keep``."""
    program = Program(command, environment, output, user, keep)
    try:
        yield program
    finally:
        program.end()


@dataclass
class House:
    """A folder in which the three parts that `make run` starts are prepared and run, each part by itself."""

    folder: Path
    server_port: int = field(default_factory=free_port)
    portal_port: int = field(default_factory=free_port)
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def var(self) -> Path:
        """The folder that holds databases, mails and keys: everything that the parts write."""
        return self.folder / "var"

    @property
    def server_url(self) -> str:
        """The URL of the NGNPro server."""
        return f"http://{HOST}:{self.server_port}/"

    @property
    def portal_url(self) -> str:
        """The URL of the portal."""
        return f"http://{HOST}:{self.portal_port}/"

    @property
    def config(self) -> Path:
        """The server's configuration file, which has the name and the password of the SOAP administrator."""
        return self.var / "ngnpro.ini"

    @property
    def environment(self) -> dict[str, str]:
        """The complete environment of the programs, without any of the developer's own settings."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        chosen = {
            "PORTAL_VAR": str(self.var),
            "PORTAL_PORT": str(self.portal_port),
            "NGNPRO_PORT": str(self.server_port),
            "PYTHONUNBUFFERED": "1",
        }
        return {**kept, **chosen, **self.settings}

    @property
    def own_server(self) -> OwnServer:
        """The NGNPro server of this folder, as `make run` starts it."""
        return OwnServer(self.config, self.server_port, self.environment)

    def manage(self, *words: str) -> str:
        """Run a management command of the portal and return its output."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def prepare(self, *, with_demo: bool = False) -> str:
        """Copy the files of a house that was prepared once; return the first operator's password."""
        folder, password = _prepared(with_demo)
        shutil.copytree(folder, self.var, dirs_exist_ok=True)
        return password

    def create(self, *, with_demo: bool) -> str:
        """Create databases, keys and files; return the first operator's password."""
        self.var.mkdir(parents=True, exist_ok=True)
        server = self.own_server
        server.finish_preparing(server.begin_preparing())
        if with_demo:
            server.load_demo(self.var / "demo-logins.json")
        else:
            server.refuse_demo()
        return first_password(self.manage("prepare"))

    @contextlib.contextmanager
    def server(self) -> Iterator[Program]:
        """Run the NGNPro server; it accepts calls when the block begins."""
        server = self.own_server
        with running(server.command("serve"), server.environment, self.folder / "server.log") as program:
            program.wait_until(lambda: accepts_connections(self.server_port), "the NGNPro server answers")
            yield program

    @contextlib.contextmanager
    def portal(self) -> Iterator[Program]:
        """Run the portal; it accepts requests when the block begins."""
        command = portal_command(self.portal_port)
        with running(command, self.environment, self.folder / "portal.log") as program:
            program.wait_until(lambda: accepts_connections(self.portal_port), "the portal answers")
            yield program

    @contextlib.contextmanager
    def worker(self) -> Iterator[Program]:
        """Run the Celery worker together with its scheduler."""
        with running(worker_command(), self.environment, self.folder / "worker.log") as program:
            yield program


# Preparing takes four starts of Python, and copying none: each process of tests prepares once.
@functools.cache
def _prepared(with_demo: bool) -> tuple[Path, str]:
    folder = Path(tempfile.mkdtemp(prefix="portal-house-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    house = House(folder)
    return house.var, house.create(with_demo=with_demo)


def first_password(printed: str) -> str:
    """Find the first operator's password in the output of `manage.py prepare`."""
    [line] = [line for line in printed.splitlines() if line.startswith("Password:")]
    return line.removeprefix("Password:").strip()
