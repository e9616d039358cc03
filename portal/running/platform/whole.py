"""The further parts of `make run-platform`: which there are, how they are started, and what can be seen."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from django.conf import settings

from portal.core.servers import service_ngnpro
from portal.ngnpro import errors
from portal.running.commands import HOST
from portal.running.platform.parts import Databases, PlatformPorts, dns_server_command, find_program, sip_proxy_command
from portal.running.platform.phones import ANNA, add_accounts, phone_commands, phone_environment, phone_password
from portal.running.supervisor import Supervisor


class WholePlatform:
    """The further parts of a platform on this machine, with their files in ``var/platform``."""

    def __init__(self) -> None:
        if not settings.RUN_SERVER:
            sys.exit("make run-platform runs an NGNPro server of its own: start it without NGNPRO_URL.")
        try:
            for program in ("kamailio", "pdns_server"):
                find_program(program)
        except FileNotFoundError as error:
            sys.exit(str(error))
        self._folder = settings.VAR / "platform"
        # the paths of Unix sockets may have 107 bytes at most, that of the project may be longer
        self._sockets = tempfile.TemporaryDirectory(prefix="ngnpro-")
        self._ports = PlatformPorts(settings.SIP_PORT, settings.SIP_RPC_PORT, settings.PDNS_PORT)
        self._password = phone_password(self._folder / "phone-password")

    def server_environment(self) -> dict[str, str]:
        """Return the setting by which the NGNPro server tells the SIP proxy of changes."""
        return {"NGNPRO_PROXY_RPC_URLS": f"http://{HOST}:{self._ports.rpc}/RPC"}

    def wanted_ports(self) -> dict[str, int]:
        """Return the ports that have to be free, by the setting that chooses each."""
        return {
            "PORTAL_SIP_PORT": self._ports.sip,
            "PORTAL_SIP_RPC_PORT": self._ports.rpc,
            "PORTAL_PDNS_PORT": self._ports.dns,
        }

    def add_to(self, supervisor: Supervisor) -> None:
        """Add the parts to those that are started, restarted and ended together."""
        try:
            databases = Databases.of_server(settings.NGNPRO_CONFIG)
        except ValueError as error:
            sys.exit(str(error))
        # Kamailio stores times in its own time zone, NGNPro in UTC
        environment = {**os.environ, "TZ": "UTC"}
        sockets = Path(self._sockets.name)
        supervisor.add(
            "proxy", sip_proxy_command(self._folder / "kamailio", sockets, self._ports, databases), environment
        )
        supervisor.add(
            "dns", dns_server_command(self._folder / "pdns", sockets, self._ports.dns, databases), environment
        )
        for name, command in phone_commands(self._ports.sip):
            supervisor.add(name, command, phone_environment(os.environ, self._password))

    def begin_calls(self) -> str:
        """Add the accounts of the phones, once the server answers, and return what can be seen."""
        try:
            add_accounts(service_ngnpro(), self._password)
        except errors.NgnproError as error:
            return f"The accounts of the phones could not be added: {error}\n"
        page = f"http://{HOST}:{settings.PORTAL_PORT}/accounts/{ANNA}/calls/"
        return f"Anna calls Bert every fifteen seconds. Her calls, two minutes from now at the latest: {page}\n"
