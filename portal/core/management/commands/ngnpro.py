"""`manage.py ngnpro Port.operation key=value ...`: make one NGNPro call from a shell (docs/clients.md)."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.core import servers
from portal.ngnpro import command_line


class Command(BaseCommand):
    help = "Make one NGNPro call with the portal's own login; the answer is JSON, the exit status tells how it ended."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("operation", nargs="?", default="", help="Port.operation, e.g. Sip.getDomains")
        parser.add_argument("words", nargs="*", help="key=value ..., or - for JSON on standard input")
        parser.add_argument("--engine", default="", help="which NGNPro, where the settings name several")
        parser.add_argument("--impersonate", type=int, default=0, metavar="ID", help="the customer to act for")
        parser.add_argument("--show-passwords", action="store_true", help="print passwords, hashes and keys too")
        parser.add_argument("--names", action="store_true", help="list the operations that begin so, and call none")
        parser.add_argument("--describe", action="store_true", help="tell what the operation takes, and do not call it")

    def handle(self, *args: Any, operation: str, words: list[str], **options: Any) -> None:
        if options["engine"] and options["engine"] not in servers.engines().engines:
            raise CommandError(f"There is no engine {options['engine']!r} in the settings.", returncode=2)
        ngnpro = servers.service_ngnpro(options["engine"], options["impersonate"])
        schema = ngnpro.gate.document.schema
        if options["names"] or not operation:
            self.stdout.write("\n".join(command_line.list_operations(schema, operation)))
        elif options["describe"]:
            try:
                self.stdout.write(command_line.describe_operation(schema, operation))
            except ValueError as error:
                raise CommandError(str(error), returncode=2) from None
        else:
            streams: dict[str, Any] = {"stdin": sys.stdin, "stdout": sys.stdout, "stderr": sys.stderr}
            shows = options["show_passwords"]
            sys.exit(command_line.run_operation(ngnpro, operation, words, **streams, show_passwords=shows))
