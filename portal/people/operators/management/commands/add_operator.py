"""`manage.py add_operator NAME`: adds an operator."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.people.operators.models import FirstSignIn, Operator
from portal.people.operators.services import set_first_sign_in


class Command(BaseCommand):
    help = "Add an operator with a one-time password, which is shown once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the name to sign in with")
        parser.add_argument("--full-name", default="", help="the name that others see")
        parser.add_argument("--email", default="", help="where a link goes when the password is forgotten")
        parser.add_argument("--read-only", action="store_true", help="may look at everything and change nothing")
        parser.add_argument("--no-passwords", action="store_true", help="may see no passwords")
        parser.add_argument("--no-calls", action="store_true", help="may see no call data")
        parser.add_argument("--reseller", type=int, default=0, metavar="ID", help="sees only this reseller's tree")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        try:
            operator = Operator.objects.create_user(
                name,
                name=options["full_name"],
                email=options["email"],
                may_change=not options["read_only"],
                may_see_passwords=not options["no_passwords"],
                may_see_calls=not options["no_calls"],
                tree=options["reseller"],
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(
            f"Sign in as:   {operator.username}\n"
            f"Password:     {set_first_sign_in(operator, FirstSignIn.PASSWORD)}\n"
            "It is good for the first sign-in, at which another one is chosen."
        )
