"""`manage.py generate PATTERN --count N --domain D --operator NAME`: makes a plan of accounts and their numbers.

Its options are the fields of the form of the generator.
"""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.jobs import services
from portal.jobs.command_line import job_of, line_of, show_troubles, work_on
from portal.jobs.generating import generated_kind


class Command(BaseCommand):
    help = "Make a plan of new records. It writes nothing: `apply` carries it out."

    def add_arguments(self, parser: CommandParser) -> None:
        (first, field), *others = generated_kind()[1].form.base_fields.items()
        parser.add_argument(first, help=_help(field))
        for name, field in others:
            _add_option(parser, name, field)
        parser.add_argument("--operator", required=True, metavar="NAME", help="whose plan it is")
        parser.add_argument("--engine", default="", metavar="NAME", help="the NGNPro server; the default one without")

    def handle(self, *_args: Any, operator: str, engine: str, **options: Any) -> None:
        form = generated_kind()[1].form(options)
        if not form.is_valid():
            raise CommandError(form.errors.as_text())
        job = services.plan_generated(job_of(operator, engine), form.cleaned_data)
        work_on(job, self.stdout)
        show_troubles(job, self.stdout)
        self.stdout.write(line_of(job))


def _add_option(parser: CommandParser, name: str, field: forms.Field) -> None:
    """Add the option of a field: ``--call-limit`` for ``callLimit``, ``--without-numbers`` for ``with_numbers``."""
    option = re.sub(r"(?=[A-Z])|_", "-", name).lower()
    initial = "" if field.initial is None else str(field.initial)
    if isinstance(field, forms.BooleanField):
        parser.add_argument(
            f"--{option.replace('with-', 'without-', 1)}", dest=name, action="store_false", help=f"not: {field.label}"
        )
    else:
        is_needed = field.required and not initial
        parser.add_argument(f"--{option}", dest=name, default=initial, required=is_needed, help=_help(field))


def _help(field: forms.Field) -> str:
    return ": ".join(filter(None, (str(field.label), str(field.help_text)))).replace("%", "%%")
