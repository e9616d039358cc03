"""Creates the views of the platform beside the tables, and gives the proxy and the DNS server their rights."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, inspect

from ngnpro_server.call import utc_now
from ngnpro_server.store.engine import transaction
from ngnpro_server.store.migrate import downgrade_database, upgrade_database
from ngnpro_server.store.proxy import create_tables

from . import dns, grants, preferences, routing, sip, voicemail
from .sql import View
from .versions import PROXY_VERSION, VERSION
from .zones import fill_zone_offsets

VIEWS: tuple[View, ...] = (
    VERSION,
    *sip.VIEWS,
    preferences.VIEW,
    *routing.VIEWS,
    *dns.VIEWS,
    *dns.BESIDE,
    voicemail.VIEW,
)


def upgrade_platform(engine: Engine, sip_user: str = "", dns_user: str = "") -> None:
    """Apply all migrations, create the views anew, and let the users of the SIP proxy and the DNS server read theirs.

    The views are dropped before, because databases refuse to change the columns that a view shows.
    """
    with transaction(engine, write=True) as connection:
        drop_views(connection)
    upgrade_database(engine)
    with transaction(engine, write=True) as connection:
        fill_zone_offsets(connection, utc_now())
        create_views(connection)
        for user, views in ((sip_user, grants.READ_BY_PROXY), (dns_user, grants.READ_BY_DNS)):
            if user:
                grants.grant_reading(connection, user, views)


def downgrade_platform(engine: Engine, revision: str) -> None:
    """Drop the views and undo the migrations down to ``revision``."""
    with transaction(engine, write=True) as connection:
        drop_views(connection)
    downgrade_database(engine, revision)


def prepare_proxy(engine: Engine, sip_user: str = "") -> None:
    """Create the tables that the proxy writes, and the view by which its modules recognise them; let its user write."""
    create_tables(engine)
    with transaction(engine, write=True) as connection:
        inspector = inspect(connection)
        there = {*inspector.get_table_names(), *inspector.get_view_names()}
        # in a database of its own, or created by the proxy's own package
        if PROXY_VERSION.name not in there:
            PROXY_VERSION.create(connection)
        if sip_user:
            grants.grant_writing(connection, sip_user)


def create_views(connection: Connection) -> None:
    """Create all views; none of them may exist."""
    for view in VIEWS:
        view.create(connection)


def drop_views(connection: Connection) -> None:
    """Drop the views that exist."""
    for view in VIEWS:
        view.drop(connection)
