"""`manage.py remove_second_factor NAME`: removes the second factors of an operator who lost them all."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.people.customer_factors import remove_factors_of
from portal.people.operators.models import Operator
from portal.people.operators.services import remove_lost_factors


class Command(BaseCommand):
    help = (
        "Remove the authenticator app, passkeys and recovery codes of an operator, reseller or customer; the password"
        " alone signs in then."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the name to sign in with")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        operator = Operator.objects.filter(username__iexact=name).first()
        if operator is None and remove_factors_of(name):
            self.stdout.write(f"The reseller or customer {name} signs in with the password alone.")
            return
        if operator is None:
            raise CommandError(
                f"There is no operator {name!r}; manage.py list_operators names them. No reseller or customer of that "
                "name has a second factor."
            )
        remove_lost_factors(operator)
        self.stdout.write(f"{operator.username} signs in with the password alone, and was signed out everywhere.")
