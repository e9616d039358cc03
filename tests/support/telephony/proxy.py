"""Runs Debian's Kamailio with the example configuration on a test's databases, and PowerDNS beside it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from portal.running.platform.parts import EXAMPLES, proxy_settings
from tests.support import needs
from tests.support.certificates import self_signed
from tests.support.processes import PATIENCE, Program, free_port, running, wait_until

HOST = "127.0.0.1"
# tests wait for both: the shortest that a loaded machine keeps
GATEWAY_WAIT = 1000


@dataclass(frozen=True)
class Proxy:
    """A running SIP proxy: its ports for SIP, for its commands and for encrypted SIP, and its program."""

    port: int
    rpc_port: int
    tls_port: int
    program: Program

    def command(self, method: str, *params: object) -> Any:
        """Run one of its commands (JSON-RPC) and return the answer; ``KeyError`` if it refuses."""
        body = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, "id": 1}).encode()
        request = urllib.request.Request(self.rpc_url, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)["result"]

    @property
    def rpc_url(self) -> str:
        """The address of its commands."""
        return f"http://{HOST}:{self.rpc_port}/RPC"

    def load(self) -> None:
        """Make it load domains, peers and routing anew."""
        for method in ("domain.reload", "permissions.addressReload", "dialplan.reload", "drouting.reload"):
            self.command(method)

    def answers(self) -> bool:
        """Return whether it takes commands."""
        try:
            self.command("core.version")
        except OSError:
            return False
        return True


@contextlib.contextmanager
def proxy(
    folder: Path,
    records: str,
    written: str,
    rpc_port: int,
    *,
    nameserver: str = "",
    gateway_wait: int = GATEWAY_WAIT,
) -> Iterator[Proxy]:
    """Run Kamailio on the databases with the SQLAlchemy URLs ``records`` and ``written``.

    ``gateway_wait`` are milliseconds until a gateway that does not answer is passed over. With ``nameserver``, its DNS
    queries go to port 53 of this address: in a mount namespace, it has an own resolv.conf.
    """
    port, tls_port = free_port(), free_port()
    home = folder / "kamailio"
    home.mkdir()
    shutil.copy(EXAMPLES / "kamailio.cfg", home)
    settings = _settings(port, rpc_port, tls_port, records, written)
    settings = re.sub(r"!GATEWAY_WAIT![0-9]+!", f"!GATEWAY_WAIT!{gateway_wait}!", settings)
    certificate = self_signed(home)
    tls = (EXAMPLES / "tls.cfg").read_text().replace("/etc/kamailio/certificate.pem", str(certificate))
    (home / "tls.cfg").write_text(tls.replace("/etc/kamailio/key.pem", str(certificate.with_suffix(".key"))))
    # without a nameserver of their own, tests do not ask the network's
    (home / "settings.cfg").write_text(settings if nameserver else settings.replace("#!define WITH_ENUM", ""))
    command = [needs.program("kamailio"), "-f", str(home / "kamailio.cfg"), "-DD", "-E", "-e"]
    command += ["-m", "64", "-M", "32", "-P", str(home / "pid"), "-Y", str(home)]
    if nameserver:
        (home / "resolv.conf").write_text(f"nameserver {nameserver}\n")
        mounting = 'mount --bind "$0" /etc/resolv.conf && exec "$@"'
        command = ["unshare", "--mount", "sh", "-c", mounting, str(home / "resolv.conf"), *command]
    # the clients of PostgreSQL and MariaDB read where the socket is from the environment
    options = make_url(written).query
    sockets = {"PGHOST": options.get("host", ""), "MYSQL_UNIX_PORT": options.get("unix_socket", "")}
    environment = os.environ | {"TZ": "UTC"} | {name: str(place) for name, place in sockets.items() if place}
    for _start in range(3):
        with running(command, environment, home / "log") as program:
            started = Proxy(port, rpc_port, tls_port, program)
            wait_until(lambda: started.answers() or program.process.poll() is not None, "Kamailio answers")  # noqa: B023
            # Kamailio ends if the server writes to the SQLite file in the moment in which it reads its registrations
            if program.process.poll() is not None and "database is locked" in program.read():
                continue
            program.wait_until(started.answers, "Kamailio answers")
            yield started
            return
    raise AssertionError("Kamailio could not read its database at three starts.")


def _settings(port: int, rpc_port: int, tls_port: int, records: str, written: str) -> str:
    """Return the example's settings with other ports, databases and times."""
    text = proxy_settings(port, rpc_port, database_url(records), database_url(written))
    text = text.replace("##!define WITH_TLS", "#!define WITH_TLS").replace(f"{HOST}:5061", f"{HOST}:{tls_port}")
    # one process keeps messages in order, which sipp insists on
    text = text.replace("children=4", "children=1")
    text = text.replace("##!define WITH_TRACE", "#!define WITH_TRACE")
    modules = {"sqlite": "db_sqlite", "postgresql": "db_postgres", "mariadb": "db_mysql"}
    module = modules[make_url(records).get_backend_name()]
    return text.replace('"db_sqlite.so"', f'"{module}.so"')


def database_url(url: str) -> str:
    """Return the address of a database as Kamailio writes it."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return f"sqlite:///{address.database}"
    if address.get_backend_name() == "mariadb":
        return f"mysql://{address.username}@localhost/{address.database}"
    return f"postgres://{address.username}:unused@/{address.database}"
