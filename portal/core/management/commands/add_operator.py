"""`manage.py add_operator NAME`: lets another person sign in as an operator."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.operators.models import Operator


class Command(BaseCommand):
    help = "Add an operator with a random password, which is shown once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the name to sign in with")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        password = secrets.token_urlsafe(12)
        try:
            operator = Operator.objects.create_user(name, password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(
            f"Sign in as:   {operator.username}\n"
            f"Password:     {password}\n"
            f"Change it with .venv/bin/python manage.py changepassword {operator.username}"
        )
