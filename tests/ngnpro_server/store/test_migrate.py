"""Migrations: up to what the tables are, and down to nothing."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, select

from ngnpro_server.store.engine import open_engine, transaction
from ngnpro_server.store.migrate import downgrade, is_current, upgrade
from ngnpro_server.store.schema import counts, metadata
from tests.support.databases import empty_database
from tests.support.server import TestServer


def test_the_migrations_make_the_tables_that_the_program_knows(server: TestServer) -> None:
    with server.engine.connect() as connection:
        assert is_current(connection)
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        differences = compare_metadata(context, metadata)
    proxys = {"location", "calls", "sip_trace", "media_reports"}
    assert [d for d in differences if not (d[0].startswith("remove_") and _table(d) in proxys)] == []


def test_every_migration_goes_down_and_up_again(tmp_path: Path) -> None:
    database = empty_database(tmp_path)
    if not database.url.startswith("sqlite"):
        return  # the tests share one database of a server, and the way is the same
    engine = open_engine(database.url, database)
    downgrade(engine, "base")
    with transaction(engine, write=False) as connection:
        assert not is_current(connection)
        assert set(inspect(connection).get_table_names()) == {"alembic_version"}
    upgrade(engine)
    with transaction(engine, write=False) as connection:
        assert is_current(connection)
        assert connection.execute(select(counts)).all() == []
    engine.dispose()


def _table(difference: object) -> str:
    element = difference[1]  # type: ignore[index]
    return str(getattr(element, "table", element).name)
