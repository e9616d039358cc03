"""Whose plan a command makes: an operator, a customer for whom an operator acts, or the owner of an API token."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.core.management.base import CommandError, CommandParser

from portal.core import servers
from portal.core.rooms import resource_of
from portal.core.viewer import Viewer
from portal.core.writes import Author as Writer
from portal.core.writes import Writes
from portal.ngnpro import Ngnpro, errors
from portal.people.operators.models import Operator
from portal.people.tokens.models import ApiToken
from portal.people.tokens.using import TokenRefused, use_secret
from portal.people.viewers import ACTING, ENGINE, acting_for, credentials_of, viewer_of_operator

TOKEN = "PORTAL_TOKEN"  # noqa: S105 - the name of a variable
HERE = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class CommandAuthor:
    """A person as they would be signed in, with the token that limits what they may do here, if they use one."""

    viewer: Viewer
    session: SessionBase
    token: ApiToken | None = None

    def client(self) -> Ngnpro:
        """Return a client of NGNPro with their login."""
        engine, credentials = servers.engine(self.viewer.engine), credentials_of(self.viewer, self.session)
        return servers.client_for_writes(Writes(Writer(self.viewer)), engine, credentials)

    def allows(self, room: str, *, writes: bool = False) -> bool:
        """Return whether the token, if there is one, includes a room."""
        return self.token is None or self.token.allows(room, writes=writes)

    def require(self, kinds: Iterable[str]) -> None:
        """Raise ``CommandError`` unless they may change anything, and their token the rooms of these kinds."""
        if not self.viewer.may_change:
            raise CommandError("This login may not change records.")
        for kind in kinds:
            room = resource_of(kind).room
            if not self.allows(room, writes=True):
                raise CommandError(f"This token does not include “{room}: write”.")


def add_author_options(parser: CommandParser) -> None:
    """Add the options that say whose rights a command has."""
    parser.add_argument("--operator", default="", metavar="NAME", help=f"who does it; without, the token in ${TOKEN}")
    parser.add_argument("--as", default="", dest="customer", metavar="USERNAME", help="act for a reseller or customer")
    parser.add_argument("--engine", default="", metavar="NAME", help="the NGNPro server; the default one without")


def author_of(options: Mapping[str, Any]) -> CommandAuthor:
    """Return whose rights the options give; raises ``CommandError``."""
    operator, customer = options["operator"], options["customer"]
    if not operator:
        return _of_token(customer)
    viewer, session = sign_in_operator(operator, options["engine"])
    if customer:
        found = CommandAuthor(viewer, session).client().customers.find_account(customer)
        if found is None:
            raise CommandError(f"There is no customer with the username {customer!r}.")
        session[ACTING] = dataclasses.asdict(acting_for(found)) | {"may_change": True}
        viewer = viewer_of_operator(Operator.objects.get(username=operator), session)
    return CommandAuthor(viewer, session)


def _of_token(customer: str) -> CommandAuthor:
    secret = os.environ.get(TOKEN, "")
    if not secret or customer:
        raise CommandError(f"Say --operator NAME, or put an API token into the environment variable {TOKEN}.")
    try:
        use = use_secret(secret, HERE)
    except TokenRefused as refusal:
        raise CommandError(str(refusal)) from None
    except errors.Outage as outage:
        raise CommandError(f"NGNPro gave no usable answer: {outage}") from None
    return CommandAuthor(use.viewer, use.session, use.token)


def sign_in_operator(operator: str, engine_name: str) -> tuple[Viewer, SessionBase]:
    """Return the viewer of an operator and what their session would have; raises ``CommandError``."""
    found = Operator.objects.filter(username=operator, is_active=True, may_change=True).first()
    if found is None or found.has_expired:
        raise CommandError(f"There is no active operator {operator!r} who may change records.")
    if engine_name and engine_name not in servers.engines().engines:
        raise CommandError(f"There is no NGNPro server {engine_name!r} in the settings.")
    session = SessionBase()
    session[ENGINE] = engine_name
    return viewer_of_operator(found, session), session
