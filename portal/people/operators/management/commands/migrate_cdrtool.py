"""`manage.py migrate_cdrtool`: adds the administrators of CDRTool as operators, after a preview."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.core import servers
from portal.ngnpro import errors
from portal.people.operators.cdrtool.planning import PlannedLogin, plan_logins
from portal.people.operators.cdrtool.reading import UnreadableLogins, read_database, read_dump
from portal.people.operators.management.commands.list_operators import rights_of
from portal.people.operators.models import FirstSignIn, Operator, OperatorState
from portal.people.operators.services import add_operator

OTHER = (
    "Not taken over: passwords (MD5), Yubikeys, filters of call records other than domains, and templates, which are"
    " files of CDRTool: write those of your own under Mails. Records, also phonebooks with their groups, are in NGNPro."
    " Domains and zones that CDRTool exported as JSON are imported in the portal, under Domains and DNS zones."
)


class Command(BaseCommand):
    help = (
        "Show which operators the logins of CDRTool become, and with --apply add them, each with a link that is shown"
        " once, with which they choose a password. Nothing is written to CDRTool."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument("--dump", type=Path, metavar="FILE", help="what mysqldump wrote of CDRTool's database")
        source.add_argument("--database", metavar="URL", help="mysql://user:password@host/cdrtool")
        parser.add_argument("--engine", default="", metavar="NAME", help="the NGNPro server of resellers' logins")
        parser.add_argument("--apply", action="store_true", help="add the operators; without it nothing is changed")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["engine"] and options["engine"] not in servers.engines().engines:
            raise CommandError(f"There is no NGNPro server {options['engine']!r} in the settings.")
        self.engine = servers.engine(options["engine"]).name
        try:
            rows = read_dump(options["dump"]) if options["dump"] else read_database(options["database"])
            planned = plan_logins(rows, self.is_reseller)
        except (UnreadableLogins, errors.Outage) as error:
            raise CommandError(f"{error} Nothing was changed.") from None
        for login in planned:
            self.show(login, self.add(login.operator) if options["apply"] and login.operator else "")
        self.end(planned, is_applied=options["apply"])

    def is_reseller(self, number: int) -> bool:
        """Return whether NGNPro has a reseller with a number."""
        try:
            return servers.service_ngnpro(self.engine).customers.get_account(number).is_reseller
        except errors.Refusal:
            return False

    def add(self, wanted: OperatorState) -> str:
        """Add an operator; return the link for their first sign-in."""
        return add_operator(wanted, self.engine, FirstSignIn.LINK)[1]

    def show(self, login: PlannedLogin, link: str) -> None:
        name = login.username or "(no name)"
        if login.operator is None:
            self.stdout.write(f"- {name}: not added: {login.reason}.")
            return
        rights = rights_of(Operator(**{field: getattr(login.operator, field) for field in login.operator.__slots__}))
        self.stdout.write(f"+ {name}: {'; '.join([rights, *login.notes])}")
        if link:
            self.stdout.write(f"    {link}")

    def end(self, planned: list[PlannedLogin], *, is_applied: bool) -> None:
        count = sum(login.operator is not None for login in planned)
        done = f"{count} operators were added. The links are shown only now." if is_applied else ""
        self.stdout.write(f"\n{done or f'{count} operators would be added; nothing was changed. Add --apply.'}")
        self.stdout.write(OTHER)
