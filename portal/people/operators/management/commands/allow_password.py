"""`manage.py allow_password NAME`: lets an operator sign in with a password where passwords are switched off."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.people.operators.models import FirstSignIn, Operator
from portal.people.operators.services import set_first_sign_in


class Command(BaseCommand):
    help = (
        "Give an operator a one-time password, and let them sign in with passwords for some hours, even if"
        " PORTAL_OPERATOR_PASSWORDS switches them off: the way back if the provider for single sign-on is gone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the name to sign in with")
        parser.add_argument("--hours", type=int, default=1, help="how long, 24 at most (default: 1)")

    def handle(self, *args: Any, name: str, hours: int, **options: Any) -> None:
        operator = Operator.objects.filter(username__iexact=name, is_active=True).first()
        if operator is None:
            raise CommandError(f"There is no operator {name!r} who may sign in; manage.py list_operators names them.")
        if not 1 <= hours <= 24:
            raise CommandError("--hours must be 1 to 24.")
        password = set_first_sign_in(operator, FirstSignIn.PASSWORD)
        operator.password_until = timezone.now() + timedelta(hours=hours)
        operator.save(update_fields=["password_until"])
        until = timezone.localtime(operator.password_until)
        self.stdout.write(
            f"Sign in as:   {operator.username}\n"
            f"Password:     {password}\n"
            f"Passwords of this operator are accepted until {until:%Y-%m-%d %H:%M}."
        )
