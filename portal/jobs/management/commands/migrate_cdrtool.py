"""`manage.py migrate_cdrtool`: takes logins, mail templates and exported files of CDRTool over, after a preview."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.core import servers
from portal.core.domain_files.reading import InvalidFile, parse_json
from portal.jobs.choices import DOMAIN_FILE
from portal.jobs.command_line import job_of, plan_file
from portal.jobs.importing import UPDATE
from portal.jobs.models import Job
from portal.mail.templates.cdrtool import PlannedTemplate, plan_templates
from portal.mail.templates.services import add_template
from portal.mail.text.wording import LANGUAGES
from portal.ngnpro import errors
from portal.people.operators.cdrtool.planning import PlannedLogin, plan_logins
from portal.people.operators.cdrtool.reading import UnreadableLogins, read_database, read_dump
from portal.people.operators.management.commands.list_operators import rights_of
from portal.people.operators.models import FirstSignIn, Operator, OperatorState
from portal.people.operators.services import add_operator

BY = "manage.py migrate_cdrtool"
SOURCES = ("dump", "database", "templates", "export")
OTHER = (
    "Not taken over: passwords (MD5), Yubikeys, and filters of call records other than domains. Records are in NGNPro,"
    " also phonebooks: their groups (vip, business, coworkers, friends, family) have the same names in the portal."
)
GAPS = (
    "A template is only added if everything in it has a counterpart. Remove these lines from a copy of the files and"
    " start the command again, or write the template under Mails."
)


class Command(BaseCommand):
    help = (
        "Show what the logins, mail templates and exported files of CDRTool become here, and with --apply add the"
        " operators, each with a link that is shown once, with which they choose a password, and the templates, and"
        " start the jobs of the files. Nothing is written to CDRTool."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        source = parser.add_mutually_exclusive_group()
        source.add_argument("--dump", type=Path, metavar="FILE", help="what mysqldump wrote of CDRTool's database")
        source.add_argument("--database", metavar="URL", help="mysql://user:password@host/cdrtool")
        parser.add_argument("--templates", type=Path, metavar="FOLDER", help="CDRTool's folder of templates")
        parser.add_argument(
            "--export", action="append", default=[], type=Path, metavar="FILE", help="a JSON file of domains or zones"
        )
        parser.add_argument("--operator", default="", metavar="NAME", help="whose plans those of the files are")
        parser.add_argument("--engine", default="", metavar="NAME", help="the NGNPro server of resellers and files")
        parser.add_argument("--apply", action="store_true", help="without it only plans of jobs are stored")

    def handle(self, *args: Any, **options: Any) -> None:
        if not any(options[source] for source in SOURCES):
            raise CommandError("Say what to read: --dump or --database, --templates, --export.")
        if options["engine"] and options["engine"] not in servers.engines().engines:
            raise CommandError(f"There is no NGNPro server {options['engine']!r} in the settings.")
        self.engine = servers.engine(options["engine"]).name
        jobs = [
            job_of(options["operator"], options["engine"], title=f"Import {file.name}") for file in options["export"]
        ]
        if options["dump"] or options["database"]:
            self.take_logins(options)
        if options["templates"]:
            self.take_templates(options["templates"], is_applied=options["apply"])
        for job, file in zip(jobs, options["export"], strict=True):
            self.take_export(job, file, is_applied=options["apply"])
        self.stdout.write(f"\n{OTHER}")

    def take_logins(self, options: dict[str, Any]) -> None:
        try:
            rows = read_dump(options["dump"]) if options["dump"] else read_database(options["database"])
            planned = plan_logins(rows, self.is_reseller)
        except (UnreadableLogins, errors.Outage) as error:
            raise CommandError(f"{error} Nothing was changed.") from None
        for login in planned:
            self.show(login, self.add(login.operator) if options["apply"] and login.operator else "")
        self.end(planned, is_applied=options["apply"])

    def take_templates(self, folder: Path, *, is_applied: bool) -> None:
        try:
            planned = plan_templates(folder, self.engine, self.is_reseller)
        except (OSError, errors.Outage) as error:
            raise CommandError(f"{error} No template was added.") from None
        if not planned:
            raise CommandError(f"There are no files *.tpl in {folder}. No template was added.")
        count = sum(self.take_template(one, is_applied=is_applied) for one in planned)
        if any(one.source is None for one in planned):
            self.stdout.write(GAPS)
        done = f"{count} templates were added. Look at their previews under Mails."
        self.stdout.write(done if is_applied else f"{count} templates would be added. Add --apply.")

    def take_template(self, planned: PlannedTemplate, *, is_applied: bool) -> bool:
        """Show what becomes of a template and add it; return whether it is added or would be."""
        names = " and ".join(f"{file.parent.name}/{file.name}" for file in planned.files)
        if planned.kind is None or planned.source is None:
            self.stdout.write("\n    ".join([f"- {names}: not added:", *planned.reasons]))
            return False
        whose = f"reseller {planned.owner.reseller}" if planned.owner.reseller else "the platform"
        mail = f"“{planned.kind.label}” of {whose}, {LANGUAGES.get(planned.language, 'all languages')}"
        if is_applied and not add_template(planned.owner, planned.kind, planned.language, planned.source, BY):
            self.stdout.write(f"- {names}: not added: another file or person has added {mail}.")
            return False
        self.stdout.write(f"+ {names}: {mail}")
        self.stdout.write(indent(f"Subject: {planned.source.subject}\n{planned.source.text}", "    | "))
        return True

    def take_export(self, job: Job, file: Path, *, is_applied: bool) -> None:
        """Make the plan of a file, as `plan` does, and start it."""
        plan_file(job, kind_of_file(file), file, UPDATE, self.stdout)
        if is_applied:
            call_command("apply", str(job.pk), stdout=self.stdout)
        else:
            self.stdout.write(f"Nothing was changed. Start this plan under Jobs, or with: manage.py apply {job.pk}")

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


def kind_of_file(file: Path) -> str:
    """Return the kind of records in an exported file: zones, or domains; ``CommandError`` if it is no JSON."""
    try:
        found = parse_json(file.read_bytes())
    except (OSError, InvalidFile) as error:
        raise CommandError(f"{file}: {error}") from None
    return "zone" if isinstance(found, dict) and "dns_zones" in found else DOMAIN_FILE
