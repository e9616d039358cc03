"""`manage.py start`: prepare all processes and keep them running until Ctrl-C; `make run` runs it."""

from __future__ import annotations

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from portal.running.commands import HOST, is_taken, portal_command, redis_command, worker_command
from portal.running.own_server import OwnServer, own_server
from portal.running.platform.whole import WholePlatform
from portal.running.preparing import checkpoint_database, require_whole_database
from portal.running.supervisor import Supervisor


class Command(BaseCommand):
    help = "Prepare and run the NGNPro server, the portal and its worker on this machine, until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--redis", action="store_true", help="run a Redis, too, and let it carry the queue")
        parser.add_argument("--platform", action="store_true", help="run a SIP proxy, a DNS server and two phones, too")

    def handle(self, *args: Any, **options: Any) -> None:
        server = None
        self.redis = self._redis_command() if options["redis"] else []
        self.platform = WholePlatform() if options["platform"] else None
        if settings.RUN_SERVER:
            more = self.platform.server_environment() if self.platform else {}
            server = own_server({**os.environ, **more})
        self._check_ports()
        # The databases of the server and the portal are prepared in parallel, to make starting fast.
        preparation = server and server.begin_preparing()
        wants_demo = bool(server and server.wants_demo and settings.DEMO_PLATFORM)
        call_command("prepare", new=True, stdout=self.stdout, note_login=settings.DEMO_OPERATOR if wants_demo else None)
        if server and preparation:
            server.finish_preparing(preparation)
            self._offer_demo(server)
        self._check_install()
        connections.close_all()
        if note := require_whole_database():
            self.stdout.write(f"Note: {note}")
        self._supervise(server)

    def _check_install(self) -> None:
        """Print what is to be mended, if anything; it is not known whether it matters here, so the start goes on."""
        try:
            call_command("check_install", quiet=True, before_start=True, stdout=self.stdout)
        except CommandError as error:
            self.stdout.write(f"{error} `manage.py check_install` tells more while the portal runs.")

    def _offer_demo(self, server: OwnServer) -> None:
        if server.wants_demo and settings.DEMO_PLATFORM:
            self.stdout.write("Loading the demo platform ...")
            self.stdout.write(server.load_demo(settings.DEMO_LOGINS))
        elif server.wants_demo:
            server.refuse_demo()

    def _redis_command(self) -> list[str]:
        if is_taken(settings.REDIS_PORT):
            sys.exit(f"Port {settings.REDIS_PORT} is taken by another program: choose another as PORTAL_REDIS_PORT.")
        try:
            return redis_command(settings.REDIS_PORT, settings.VAR / "redis")
        except FileNotFoundError as error:
            sys.exit(str(error))

    def _check_ports(self) -> None:
        wanted = {"PORTAL_PORT": settings.PORTAL_PORT}
        if settings.RUN_SERVER:
            wanted["NGNPRO_PORT"] = settings.NGNPRO_PORT
        if self.platform:
            wanted |= self.platform.wanted_ports()
        for variable, port in wanted.items():
            if is_taken(port):
                sys.exit(
                    f"Port {port} is taken by another program: end that one, or choose another port, "
                    f"as in `make run {variable}={port + 1}`."
                )

    def _supervise(self, server: OwnServer | None) -> None:
        awaited = [settings.PORTAL_PORT, *([settings.NGNPRO_PORT] if server else [])]
        awaited += [settings.SIP_RPC_PORT] if self.platform else []
        environment = dict(os.environ)
        if self.redis:
            awaited.append(settings.REDIS_PORT)
            environment["PORTAL_REDIS_URL"] = f"redis://{HOST}:{settings.REDIS_PORT}/0"
        supervisor = Supervisor(awaited, self._say_ready)
        if server:
            supervisor.add("server", server.command("serve"), server.environment, serves=True)
        if self.redis:
            supervisor.add("redis", self.redis, environment, serves=True)
        if self.platform:
            self.platform.add_to(supervisor)
        supervisor.add("portal", portal_command(settings.PORTAL_PORT), environment)
        supervisor.add("worker", worker_command(), environment)
        supervisor.loop()
        checkpoint_database()

    def _say_ready(self) -> None:
        if self.platform:
            self.stdout.write(f"\n{self.platform.begin_calls()}")
        self.stdout.write(f"\nThe portal is ready: http://{HOST}:{settings.PORTAL_PORT}/ (Ctrl-C ends it)\n")
        if settings.DEMO_LOGINS.exists():
            self.stdout.write(f"A login for each role: http://{HOST}:{settings.PORTAL_PORT}/demo/\n")
        sys.stdout.flush()
