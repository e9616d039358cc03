"""`manage.py export_platform FILE`: writes the records that a person may see as a platform's file."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.core.error_pages import explain_error
from portal.jobs.authors import add_author_options, author_of
from portal.jobs.platform_files.kinds import listed_kinds
from portal.jobs.platform_files.writing import PlatformExport
from portal.ngnpro import errors


class Command(BaseCommand):
    help = "Write customers, domains, accounts and so on as a YAML file, without passwords. `apply` reads such files."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="- for the standard output")
        parser.add_argument("--only", action="append", default=[], choices=list(listed_kinds()), help="only this list")
        add_author_options(parser)

    def handle(self, *_args: Any, file: Path, only: list[str], **options: Any) -> None:
        author = author_of(options)
        allowed = [name for name, one in listed_kinds().items() if author.allows(one.resource.room)]
        lists = [name for name in only or allowed if name in allowed]
        export = PlatformExport(author.client(), author.viewer, lists)
        try:
            if str(file) == "-":
                sys.stdout.writelines(export)
                return
            part = file.with_name(f"{file.name}.part")
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
                out.writelines(export)
            part.replace(file)
        except errors.NgnproError as error:
            raise CommandError(f"{explain_error(error).what} The file is not written.") from None
        except OSError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{file} is written.")
