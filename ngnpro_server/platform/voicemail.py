"""The view ``voicemail`` of mailboxes, in the columns of the realtime table that Asterisk's app_voicemail reads.

The columns are those of Asterisk's ``contrib/ast-db-manage/voicemail``, as far as NGNPro knows their values.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, case, func, literal

from ngnpro_server.store.schema import mailboxes, sip_accounts

from .sql import View, columns_of, text, view, whole

_CONTEXT = "default"


def _mailboxes() -> Select[Any]:
    box = mailboxes.c
    query = columns_of(
        uniqueid=whole(box.id),
        context=text(literal(_CONTEXT), 80),
        mailbox=box.mailbox,
        password=box.password,
        fullname=box.name,
        email=text(func.nullif(box.email, ""), 254),
        attach=text(literal("yes"), 3),
        deletevoicemail=text(case((box.delete_mailed, "yes"), else_="no"), 3),
        accountcode=text(sip_accounts.c.username + literal("@") + sip_accounts.c.domain, 320),
    )
    return query.select_from(mailboxes.join(sip_accounts, sip_accounts.c.id == box.account_id))


VIEW: View = view("voicemail", _mailboxes())
