"""The tokens with which programs work with an account: made on a page of the account, shown once, stored as a hash."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from portal.core import servers
from portal.ngnpro import Engine, errors
from portal.ngnpro.records import SipAccount, SipId
from portal.people.directory import proof_of
from portal.people.links import hash_of_token

from .models import ProgramToken

# Tokens begin with it, so that people and tools recognize one that was published by mistake.
PREFIX = "ngnpro_"
MOST_TOKENS = 20
# How exactly the last use is stored: not every request has to write.
USE_NOTED_EVERY = timedelta(hours=1)


def tokens_of(engine: str, address: str) -> QuerySet[ProgramToken]:
    """List the tokens of an account, oldest first."""
    return ProgramToken.objects.filter(engine=servers.engine(engine).name, address=address)


def make_token(engine: str, account: SipAccount, name: str) -> str:
    """Store a new token of an account and return it; it is not stored in clear."""
    token = PREFIX + secrets.token_urlsafe(32)
    ProgramToken.objects.create(
        engine=servers.engine(engine).name,
        address=str(account.id),
        name=name,
        token_hash=hash_of_token(token),
        proof=proof_of(account),
    )
    return token


def delete_token(engine: str, address: str, number: int) -> ProgramToken | None:
    """Delete a token of an account and return what it was; ``None`` if the account has no such token."""
    found = tokens_of(engine, address).filter(pk=number)
    token = found.first()
    return token if token and found.delete()[0] else None


def is_valid_for(token: ProgramToken, account: SipAccount) -> bool:
    """Return whether the passwords and the e-mail address of an account are those for which a token was made."""
    return constant_time_compare(proof_of(account), token.proof)


def account_of_token(text: str) -> tuple[Engine, SipAccount] | None:
    """Return the account of a token with its NGNPro server; ``None`` if the token is not valid, or no longer."""
    token = ProgramToken.objects.filter(token_hash=hash_of_token(text)).first()
    if token is None:
        return None
    engine = servers.engine(token.engine)
    try:
        account = servers.service_ngnpro(engine.name).sip.get_account(SipId.parse(token.address))
    except errors.Missing:
        return None
    if engine.name != token.engine or not is_valid_for(token, account):
        return None
    _note_use(token)
    return engine, account


def _note_use(token: ProgramToken) -> None:
    now = timezone.now()
    old = Q(used_at=None) | Q(used_at__lt=now - USE_NOTED_EVERY)
    ProgramToken.objects.filter(old, pk=token.pk).update(used_at=now)
