"""`manage.py plan FILE --kind account --operator NAME`: makes a plan from a spreadsheet, or from a domain's file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.core.rooms import resources
from portal.jobs.choices import DOMAIN_FILE
from portal.jobs.command_line import job_of, plan_file
from portal.jobs.importing import ADD, CHANGE, UPDATE


def kinds() -> list[str]:
    """List the kinds of records that can be imported."""
    return sorted(name for (name, part), one in resources().items() if not part and one.add and one.fetch)


class Command(BaseCommand):
    help = "Make a plan from a CSV or XLSX file, or a domain's JSON file. It writes nothing: `apply` carries it out."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--kind", required=True, choices=[*kinds(), DOMAIN_FILE], help="what is in the file")
        parser.add_argument("--operator", required=True, metavar="NAME", help="whose plan it is")
        parser.add_argument("--engine", default="", metavar="NAME", help="the NGNPro server; the default one without")
        mode = parser.add_mutually_exclusive_group()
        mode.add_argument(
            "--add-only", action="store_const", dest="mode", const=ADD, help="change no record that exists"
        )
        mode.add_argument("--change-only", action="store_const", dest="mode", const=CHANGE, help="add no record")
        parser.set_defaults(mode=UPDATE)

    def handle(self, *_args: Any, file: Path, kind: str, operator: str, **options: Any) -> None:
        job = job_of(operator, options["engine"], title=f"Import {file.name}")
        plan_file(job, kind, file, options["mode"], self.stdout)
