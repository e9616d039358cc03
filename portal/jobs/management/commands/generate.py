"""`manage.py generate PATTERN --count N --domain D --operator NAME`: makes a plan of accounts and their numbers."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.jobs import services
from portal.jobs.command_line import job_of, line_of, show_troubles, work_on
from portal.jobs.forms import GenerateForm


class Command(BaseCommand):
    help = "Make a plan of accounts and numbers. It writes nothing: `apply` carries it out."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("pattern", help="3120800#### or the first number")
        parser.add_argument("--start", type=int, default=0, help="what the # begin with")
        parser.add_argument("--count", type=int, required=True)
        parser.add_argument("--domain", required=True, help="of the accounts")
        parser.add_argument("--email", required=True, help="{number} stands for the number")
        parser.add_argument("--first-name", dest="firstName", default="Number")
        parser.add_argument("--last-name", dest="lastName", default="{number}")
        parser.add_argument("--timezone", default="Europe/Amsterdam")
        parser.add_argument("--owner", default="", help="number of the customer")
        parser.add_argument("--quota", default="")
        parser.add_argument("--call-limit", dest="callLimit", default="")
        parser.add_argument("--groups", default="", help="separated by semicolons")
        parser.add_argument("--acl", default="", help="networks, separated by semicolons: 192.0.2.0 24")
        parser.add_argument("--without-numbers", action="store_true", help="add accounts only")
        parser.add_argument("--tld", default="e164.arpa")
        parser.add_argument("--operator", required=True, metavar="NAME", help="whose plan it is")
        parser.add_argument("--engine", default="", metavar="NAME", help="the NGNPro server; the default one without")

    def handle(self, *_args: Any, operator: str, engine: str, **options: Any) -> None:
        form = GenerateForm({**options, "with_numbers": "" if options["without_numbers"] else "on"})
        if not form.is_valid():
            raise CommandError(form.errors.as_text())
        job = services.plan_numbers(job_of(operator, engine), form.cleaned_data)
        work_on(job, self.stdout)
        show_troubles(job, self.stdout)
        self.stdout.write(line_of(job))
