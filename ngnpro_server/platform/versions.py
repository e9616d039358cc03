"""The view ``version``, by which Kamailio's modules check that each table has the columns they expect."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Select, literal

from ngnpro_server.store.schema.proxy import location

from .sql import View, columns_of, text, view, whole

# Kamailio 5.6; the files KAMAILIO/utils/kamctl/*/…-create.sql say the same
VERSIONS = {
    "acc": 5,
    "address": 6,
    "dbaliases": 1,
    "dialplan": 2,
    "domain": 2,
    "domain_attrs": 1,
    "dr_gateways": 3,
    "dr_groups": 2,
    "dr_gw_lists": 1,
    "dr_rules": 3,
    "grp": 2,
    "location": 9,
    "missed_calls": 4,
    "sip_trace": 4,
    "subscriber": 7,
    "trusted": 6,
    "usr_preferences": 2,
}


def _version(table: str, number: int) -> Select[Any]:
    return columns_of(table_name=text(literal(table), 32), table_version=whole(literal(number)))


VERSION: View = view("version", *(_version(table, number) for table, number in VERSIONS.items()))
# the same beside the tables that the proxy writes, where these have a database of their own
PROXY_VERSION = replace(VERSION, examples=(location.c.username, location.c.flags))
