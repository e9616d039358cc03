#!/usr/bin/env python3
"""Stands in for systemctl on a machine whose first process is not systemd: it runs units as they say.

It knows what the units of this project use: sockets, the user, the environment file, ExecStartPre and ExecStart; and
it starts PostgreSQL, Redis and nginx with the programs of their packages. It does not restart what ends.
"""

from __future__ import annotations

import configparser
import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

UNITS = Path("/etc/systemd/system")
RUNNING = Path("/run/walk")
PACKAGES = {
    "postgresql": {"start": "for it in /etc/postgresql/*; do pg_ctlcluster $(basename $it) main start; done"},
    "redis-server": {"start": "redis-server --daemonize yes --dir /var/lib/redis"},
    "nginx": {"start": "nginx", "reload": "nginx -s reload"},
}


def unit(name: str) -> configparser.ConfigParser:
    """Read a unit file."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(UNITS / name)
    return parser


def start(name: str) -> None:
    """Start a service of this project; its socket is open before, as systemd does it."""
    service, socket = unit(f"{name}.service")["Service"], UNITS / f"{name}.socket"
    words = f"set -a; . {service['EnvironmentFile']}; set +a; cd {service['WorkingDirectory']};"
    as_user = ["runuser", "-u", service["User"], "--", "sh", "-ec"]
    if before := service.get("ExecStartPre"):
        subprocess.run([*as_user, f"{words} exec {before}"], check=True)
    # runuser makes another process, for which the socket is not meant unless it says so (sd_listen_fds(3))
    command = [*as_user, f"{words} export LISTEN_PID=$$; exec {service['ExecStart']}"]
    if socket.exists():
        address = unit(socket.name)["Socket"]["ListenStream"]
        path = f"--setenv=PATH={os.environ['PATH']}"
        command = ["systemd-socket-activate", f"--listen={address}", path, *command]
    log = (Path("/var/log") / f"{name}.log").open("ab")
    started = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    RUNNING.mkdir(exist_ok=True)
    (RUNNING / name).write_text(str(started.pid))


def stop(name: str) -> None:
    """Stop a service with SIGTERM, and wait until it has ended."""
    mark = RUNNING / name
    group = int(mark.read_text())
    os.killpg(group, signal.SIGTERM)
    while _runs(group):
        time.sleep(0.1)
    mark.unlink()


def _runs(group: int) -> bool:
    """Return whether a process of a group runs; ended ones stay in the table, because nobody here waits for them."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            state, _parent, of = stat.read_text().rpartition(")")[2].split()[:3]
            if int(of) == group and state != "Z":
                return True
    return False


def main(words: list[str]) -> int:
    """Do what systemctl would do."""
    verb, names = words[0], [word.removesuffix(".service") for word in words[1:] if not word.startswith("-")]
    if verb == "daemon-reload":
        return 0
    verb = "start" if verb == "enable" else verb
    for name in names:
        if name.endswith(".socket"):
            continue
        if name in PACKAGES:
            subprocess.run(["sh", "-ec", PACKAGES[name][verb]], check=True)
        elif verb == "start":
            start(name)
        elif verb == "stop":
            stop(name)
        elif verb == "restart":
            stop(name)
            start(name)
        else:
            raise SystemExit(f"systemctl {verb}: not known here.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
