"""What a change of an account may do to its block, and how it says who blocked it (``portal.core.sip_accounts``).

The pages check this themselves; these rules hold for every write, e.g. for imported groups and for undo.
"""

from __future__ import annotations

from ngnpro_wire.facts.blocks import GROUP as BLOCKED
from portal.core.sip_accounts import block_note_of, blocker_of_account, why_not_unblock, with_block_note
from portal.core.viewer import Viewer
from portal.ngnpro.records import SipAccount


def why_block_forbids(viewer: Viewer, before: object, after: object) -> str:
    """Return why this viewer may not make a change that would lift a block; empty if they may."""
    if not isinstance(before, SipAccount):
        return ""
    stays = isinstance(after, SipAccount) and blocker_of_account(after) == blocker_of_account(before)
    return "" if stays else why_not_unblock(viewer, before)


def with_own_note(viewer: Viewer, before: SipAccount | None, after: SipAccount) -> SipAccount:
    """Return an account as this viewer writes it: one that they block says who blocked it."""
    was_blocked = before is not None and BLOCKED in before.groups
    if was_blocked or BLOCKED not in after.groups:
        return after
    return with_block_note(after, block_note_of(viewer))
