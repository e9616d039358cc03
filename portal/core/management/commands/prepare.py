"""`manage.py prepare`: create everything that the portal needs to start; running it again changes nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.installed import COMMAND
from portal.running.demo import write_operator
from portal.running.preparing import (
    FIRST_OPERATOR,
    apply_migrations,
    collect_statics,
    database_name,
    first_operator,
    would_start_anew,
)


class Command(BaseCommand):
    help = "Bring the portal's database and static files up to date, and add the first operator when there is none."
    # Every start runs this command; the system checks are run by `make test`.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--note-login", type=Path, help="store the login of the first operator in this file, too")
        parser.add_argument(
            "--new",
            action="store_true",
            help="create a new portal in the folder var, without PORTAL_VAR",
        )

    def handle(self, *args: Any, new: bool, **options: Any) -> None:
        if would_start_anew() and not new:
            raise CommandError(
                f"There is no portal at {database_name()}, and no setting says that it is to be there. Nothing was "
                "created. If you have a portal already, its settings are missing, such as those of /etc/portal.env; "
                f"for a new one here: {COMMAND} prepare --new"
            )
        os.umask(0o077)  # only this user may read databases, keys, mails and the files that the processes write later
        call_command("check_database", verbosity=0)
        if apply_migrations():
            self.stdout.write(f"The portal's database {database_name()} is up to date.")
        if collect_statics():
            self.stdout.write("The portal's static files are up to date.")
        if password := first_operator():
            if options["note_login"]:
                write_operator(options["note_login"], FIRST_OPERATOR, password)
            self.stdout.write(
                f"\nSign in as:   {FIRST_OPERATOR}\n"
                f"Password:     {password}\n"
                "It is shown only this once; change it with\n"
                f"{COMMAND} changepassword {FIRST_OPERATOR}\n"
            )
