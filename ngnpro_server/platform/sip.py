"""Views of accounts, domains, aliases, and groups, in the columns of Kamailio's modules.

``subscriber`` (auth_db), ``domain`` and ``domain_attrs`` (domain), ``dbaliases`` (alias_db), ``grp`` (group).
docs/platform.md says what OpenSIPS reads differently.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, literal, select

from ngnpro_server.store.schema import account_groups, sip_accounts, sip_aliases, sip_domains

from .sql import View, text, view, whole

_A = sip_accounts.c


def _subscriber() -> Select[Any]:
    return select(whole(_A.id).label("id"), _A.username, _A.domain, _A.password, _A.ha1, _A.ha1b)


def _domain() -> Select[Any]:
    return select(whole(sip_domains.c.customer_id).label("id"), sip_domains.c.domain, sip_domains.c.domain.label("did"))


def _domain_attributes() -> Select[Any]:
    """The reseller of each domain, so that routing knows whose routes a call of the domain takes."""
    return select(
        sip_domains.c.domain.label("did"),
        text(literal("reseller"), 32).label("name"),
        whole(literal(2)).label("type"),
        text(sip_domains.c.reseller_id, 20).label("value"),
    )


def _aliases() -> Select[Any]:
    columns = sip_aliases.c
    return select(
        whole(columns.id).label("id"),
        columns.username.label("alias_username"),
        columns.domain.label("alias_domain"),
        columns.target_username.label("username"),
        columns.target_domain.label("domain"),
    )


def _groups() -> Select[Any]:
    joined = sip_accounts.join(account_groups, account_groups.c.account_id == _A.id)
    return select(_A.username, _A.domain, account_groups.c.name.label("grp")).select_from(joined)


VIEWS: tuple[View, ...] = (
    view("subscriber", _subscriber()),
    view("domain", _domain()),
    view("domain_attrs", _domain_attributes()),
    view("dbaliases", _aliases()),
    view("grp", _groups()),
)
