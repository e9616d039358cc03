"""Adding an alias, with words for whose the address is when it is taken."""

from __future__ import annotations

from portal.core.conflicts import taken_by
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.records import SipAlias


def add_alias(ngnpro: Ngnpro, alias: SipAlias) -> SipAlias:
    """Add an alias; where its address is taken, the refusal's note says by which alias or account."""
    try:
        return ngnpro.sip.add_alias(alias)
    except errors.AlreadyExists as refusal:
        if words := taken_by(ngnpro, alias.id):
            refusal.add_note(words)
        raise
