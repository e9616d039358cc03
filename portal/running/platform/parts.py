"""The SIP proxy and the DNS server of `make run-platform`, configured by the files of ``examples/platform``."""

from __future__ import annotations

import configparser
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from portal.installed import FILES
from portal.running.commands import HOST

EXAMPLES = FILES / "examples" / "platform"
PACKAGES = "kamailio kamailio-sqlite-modules kamailio-extra-modules pdns-server pdns-backend-sqlite3"
# where Debian installs programs that are not on a user's PATH
_FOLDERS = ("/usr/sbin", "/usr/local/sbin")


@dataclass(frozen=True, slots=True)
class Databases:
    """The SQLite files of the NGNPro server: its records, and what the SIP proxy writes."""

    records: Path
    written: Path

    @classmethod
    def of_server(cls, config: Path) -> Databases:
        """Return the files that a configuration file of the server names. Raises ``ValueError`` for other databases."""
        parser = configparser.ConfigParser(interpolation=None)
        parser.read(config, encoding="utf-8")
        urls = parser["database"] if parser.has_section("database") else {}
        found = []
        for key, name in (("url", "ngnpro.sqlite3"), ("proxy_url", "proxy.sqlite3")):
            url = urls.get(key) or f"sqlite:///{config.resolve().with_name(name)}"
            if not url.startswith("sqlite:///"):
                raise ValueError(
                    f"make run-platform works on SQLite files, but [database] {key} in {config} is not one."
                )
            found.append(Path(url.removeprefix("sqlite:///")))
        return cls(*found)


@dataclass(frozen=True, slots=True)
class PlatformPorts:
    """The ports of the SIP proxy, of its commands, and of the DNS server, on this machine."""

    sip: int
    rpc: int
    dns: int


def sip_proxy_command(folder: Path, sockets: Path, ports: PlatformPorts, databases: Databases) -> list[str]:
    """Write the configuration of Kamailio into a folder, and return its command line; ``sockets`` is for its sockets.

    Raises ``FileNotFoundError`` if it is not installed.
    """
    program = find_program("kamailio")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = (EXAMPLES / "kamailio.cfg").read_text()
    modules = next(iter(sorted(Path("/usr/lib").glob("*/kamailio/modules"))), None)
    (folder / "kamailio.cfg").write_text(re.sub(r'^mpath=".*"$', f'mpath="{modules}/"', text, flags=re.MULTILINE))
    records, written = f"sqlite:///{databases.records}", f"sqlite:///{databases.written}"
    settings = proxy_settings(ports.sip, ports.rpc, records, written)
    # Kamailio asks the DNS server of the machine, which does not know the numbers of this platform
    (folder / "settings.cfg").write_text(settings.replace("#!define WITH_ENUM", ""))
    pid = folder / "kamailio.pid"
    pid.unlink(missing_ok=True)
    return [
        program,
        "-f",
        str(folder / "kamailio.cfg"),
        "-DD",
        "-E",
        "-m",
        "64",
        "-M",
        "32",
        "-P",
        str(pid),
        "-Y",
        str(sockets),
    ]


def proxy_settings(port: int, rpc_port: int, records: str, written: str) -> str:
    """Return the example's ``settings.cfg`` with other ports and databases, whose addresses Kamailio understands."""
    text = (EXAMPLES / "settings.cfg").read_text()
    text = re.sub(r"^listen=(udp|tcp):.*:5060$", rf"listen=\1:{HOST}:{port}", text, flags=re.MULTILINE)
    text = text.replace(f"listen=tcp:{HOST}:5062", f"listen=tcp:{HOST}:{rpc_port}")
    text = text.replace("RPC_PORT 5062", f"RPC_PORT {rpc_port}")
    text = re.sub(r"!RECORDS_DB!.*!g", f"!RECORDS_DB!{records}!g", text)
    return re.sub(r"!PROXY_DB!.*!g", f"!PROXY_DB!{written}!g", text)


def dns_server_command(folder: Path, sockets: Path, port: int, databases: Databases) -> list[str]:
    """Write the configuration of PowerDNS into a folder, and return its command line; ``sockets`` is for its socket.

    Raises ``FileNotFoundError`` if it is not installed.
    """
    program = find_program("pdns_server")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = (EXAMPLES / "pdns.conf").read_text().replace("local-port=53", f"local-port={port}")
    (folder / "pdns.conf").write_text(text.replace("/var/lib/ngnpro/ngnpro.sqlite3", str(databases.records)))
    words = [program, f"--config-dir={folder}", f"--socket-dir={sockets}"]
    return [*words, "--daemon=no", "--guardian=no", "--disable-syslog"]


def find_program(name: str) -> str:
    """Return the path of a program. Raises ``FileNotFoundError`` with the packages to install."""
    found = shutil.which(name) or next((path for folder in _FOLDERS if (path := shutil.which(name, path=folder))), None)
    if not found:
        raise FileNotFoundError(f"{name} is missing: apt install {PACKAGES}")
    return found
