"""Runs Debian's PowerDNS with the example configuration on a test's database, and asks it with dig."""

from __future__ import annotations

import contextlib
import os
import random
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from tests.support import needs
from tests.support.processes import PATIENCE, free_port, running

from .proxy import EXAMPLES


@dataclass(frozen=True)
class Nameserver:
    """A running DNS server."""

    address: str
    port: int

    def dig(self, name: str, kind: str) -> list[str]:
        """Return the records of a name as dig writes them, without their names."""
        command = [needs.program("dig"), f"@{self.address}", "-p", str(self.port), "+norecurse", "+noall", "+answer"]
        done = subprocess.run([*command, name, kind], capture_output=True, text=True, timeout=PATIENCE)
        assert done.returncode == 0, done.stdout
        return sorted(" ".join(line.split()[1:]) for line in done.stdout.splitlines())

    def answers(self) -> bool:
        """Return whether it answers queries."""
        command = [needs.program("dig"), f"@{self.address}", "-p", str(self.port), "+tries=1", "+time=1"]
        command += ["invalid", "SOA"]
        return subprocess.run(command, capture_output=True, timeout=PATIENCE).returncode == 0


@contextlib.contextmanager
def nameserver(folder: Path, url: str) -> Iterator[Nameserver]:
    """Run PowerDNS on the database at an SQLAlchemy URL; as root at port 53 of a loopback address, for resolvers."""
    is_root = os.getuid() == 0
    octets = [random.randint(1, 250) for _ in range(3)] if is_root else [0, 0, 1]
    found = Nameserver(".".join(map(str, (127, *octets))), 53 if is_root else free_port())
    home = folder / "pdns"
    home.mkdir()
    (home / "pdns.conf").write_text(_settings(found, url))
    command = [needs.program("pdns_server"), f"--config-dir={home}", f"--socket-dir={home}", "--daemon=no"]
    with running([*command, "--guardian=no", "--disable-syslog"], os.environ, home / "log") as program:
        program.wait_until(found.answers, "PowerDNS answers")
        yield found


def _settings(found: Nameserver, url: str) -> str:
    text = (EXAMPLES / "pdns.conf").read_text()
    text = text.replace("local-address=127.0.0.1", f"local-address={found.address}")
    text = text.replace("local-port=53", f"local-port={found.port}")
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return text.replace("/var/lib/ngnpro/ngnpro.sqlite3", str(address.database))
    text = re.sub(r"^(launch=)?gsqlite3.*$", "", text, flags=re.MULTILINE)
    if address.get_backend_name() == "mariadb":
        given = {"socket": address.query["unix_socket"], "dbname": address.database, "user": address.username}
        return "\n".join([text, "launch=gmysql", *(f"gmysql-{name}={value}" for name, value in given.items()), ""])
    text = text.replace("#launch=gpgsql", "launch=gpgsql")
    text = text.replace("#gpgsql-host=127.0.0.1", f"gpgsql-host={address.query['host']}")
    text = text.replace("#gpgsql-dbname=ngnpro", f"gpgsql-dbname={address.database}")
    return text.replace("#gpgsql-user=pdns", f"gpgsql-user={address.username}")
