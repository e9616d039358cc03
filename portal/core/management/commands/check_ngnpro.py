"""`manage.py check_ngnpro`: check the connections between the portal and its NGNPro servers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.core import servers
from portal.ngnpro import errors, wsdl_files
from portal.ngnpro.checkup import Grade, check_engine, check_wsdl
from portal.ngnpro.rights_check import compare_rights


class Command(BaseCommand):
    help = (
        "Ask each port of each NGNPro engine, check login and impersonation, and compare the server's WSDL with ours."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--engine", default="", help="only this engine; the usual one for --save-wsdl")
        parser.add_argument(
            "--impersonate", type=int, default=0, metavar="ID", help="a customer to act for in the check"
        )
        parser.add_argument(
            "--compare-rights",
            action="store_true",
            help="add a test reseller and a test customer, try what they must not do, and delete them again",
        )
        parser.add_argument("--save-wsdl", metavar="FILE", help="fetch the server's own WSDL and keep it in FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        known = servers.engines().engines
        if options["engine"] and options["engine"] not in known:
            raise CommandError(f"There is no engine {options['engine']!r} in the settings.")
        if options["save_wsdl"]:
            self._save(options["engine"], Path(options["save_wsdl"]))
            return
        wanted = [servers.engine(options["engine"])] if options["engine"] else list(known.values())
        problems = 0
        for engine in wanted:
            self.stdout.write(f"{engine.name}:")
            rights = compare_rights(engine) if options["compare_rights"] else ()
            for finding in (*check_engine(engine, options["impersonate"]), *check_wsdl(engine), *rights):
                self.stdout.write(f"  {finding.grade.value:8} {finding.text}")
                problems += finding.grade is Grade.BAD
        if problems:
            raise CommandError(f"{problems} to mend.")

    def _save(self, name: str, path: Path) -> None:
        try:
            url = wsdl_files.save_wsdl_of(servers.engine(name), path)
        except errors.NgnproError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"The WSDL of {url} is kept in {path}. Let the engine name it: wsdl = {path.resolve()}")
