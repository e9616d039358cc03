"""Migrations: upgrading gives the declared tables, and downgrading removes them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, column, inspect, select, table

from ngnpro_server.platform.install import downgrade_platform, upgrade_platform
from ngnpro_server.platform.zones import zone_offsets
from ngnpro_server.store.engine import open_engine, transaction
from ngnpro_server.store.migrate import MIGRATIONS, downgrade_database, is_current, upgrade_database
from ngnpro_server.store.schema import counts, metadata
from ngnpro_server.store.schema.proxy import proxy_metadata
from ngnpro_server.store.types import Money
from tests.support.databases import new_database
from tests.support.platform import Platform, kept_numbers
from tests.support.server import TestServer

# the migrations that change values and no tables
ONLY_VALUES = {"0016"}
REVISIONS = [script.revision for script in reversed(list(ScriptDirectory(str(MIGRATIONS)).walk_revisions()))]


def test_the_migrations_make_the_tables_that_the_program_knows(server: TestServer) -> None:
    with server.engine.connect() as connection:
        assert is_current(connection)
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        differences = compare_metadata(context, metadata)
    # the proxy's tables, and one that is derived from time zones, are created by init-db beside the migrations
    beside = {*proxy_metadata.tables, zone_offsets.name}
    assert [d for d in differences if not (d[0].startswith("remove_") and _table(d) in beside)] == []


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A database without tables."""
    database = new_database(tmp_path)
    engine = open_engine(database.url, database)
    yield engine
    engine.dispose()


def test_all_migrations_go_up_down_and_up_again(engine: Engine) -> None:
    upgrade_database(engine)
    downgrade_database(engine, "base")
    with transaction(engine, write=False) as connection:
        assert not is_current(connection)
        assert set(inspect(connection).get_table_names()) == {"alembic_version"}
    upgrade_database(engine)
    with transaction(engine, write=False) as connection:
        assert is_current(connection)
        assert connection.execute(select(counts)).all() == []


def test_each_migration_can_be_undone_by_itself(engine: Engine) -> None:
    for revision in REVISIONS:
        before = tables(engine)
        upgrade_database(engine, revision)
        assert (tables(engine) == before) == (revision in ONLY_VALUES)
        downgrade_database(engine, "-1")
        assert tables(engine) == before
        upgrade_database(engine, revision)


def tables(engine: Engine) -> set[str]:
    """Return the names of the tables, columns and indexes of a database."""
    inspector = inspect(engine)
    names = inspector.get_table_names()
    columns = {f"{name}.{column['name']} {column['type']}" for name in names for column in inspector.get_columns(name)}
    indexes = {f"{name}: {index['name']}" for name in names for index in inspector.get_indexes(name)}
    return {name for name in {*names, *columns, *indexes} if not name.startswith("alembic_version")}


def _table(difference: object) -> str:
    element = difference[1]  # type: ignore[index]
    return str(getattr(element, "table", element).name)


@pytest.mark.databases("sqlite")
def test_a_migration_fills_new_columns_from_existing_data(platform: Platform) -> None:
    platform.add_domain()
    platform.add_domain("other.example", platform.stranger)
    platform.add_account("alice", groups=["quota", "blocked"], owner=platform.sibling.id)
    platform.add_account("bob", "other.example", groups=["quota"])
    platform.call("Enum", "addRange", range={"id": {"prefix": "3123"}, "customer": platform.customer.id})
    number = {"id": {"number": "31235500001"}, "owner": platform.sibling.id}
    platform.call("Enum", "addNumber", number=number)
    before = kept_numbers(platform.server)
    downgrade_platform(platform.server.engine, "0002")
    upgrade_platform(platform.server.engine)
    assert kept_numbers(platform.server) == before
    assert platform.call("Enum", "getNumbers", platform.sibling.auth, query={})["total"] == 1
    assert platform.call("Sip", "getAccounts", platform.sibling.auth, query={})["total"] == 1


@pytest.mark.databases("sqlite")
def test_names_that_are_stored_already_are_found_without_accents_after_an_update(platform: Platform) -> None:
    platform.add_domain()
    platform.add_account("ayse", firstName="Ay\u015fe", lastName="G\u00fcne\u015f")
    platform.add_account("bo", firstName="Bo", lastName="Sun")
    downgrade_platform(platform.server.engine, "0015")
    found = lambda: platform.call("Sip", "getAccounts", query={"filter": {"lastName": "gunes"}})["total"]  # noqa: E731
    assert found() == 0
    upgrade_platform(platform.server.engine)
    assert found() == 1


def test_vouchers_that_exist_are_in_batches_by_name_reseller_and_value_after_an_update(platform: Platform) -> None:
    engine = platform.server.engine
    downgrade_platform(engine, "0014")
    names = ("number", "blocked", "batch", "reseller_id", "used_by")
    cards = table("prepaid_cards", column("value", Money()), *(column(name) for name in names))
    stored = [("spring", 0, 5, ""), ("spring", 0, 5, "ada@example.com"), ("spring", 0, 10, ""), ("", 7, 5, "")]
    with transaction(engine, write=True) as connection:
        for number, (batch, reseller, value, used_by) in enumerate(stored):
            row = {"number": f"{number:014d}", "value": Decimal(value), "blocked": False, "batch": batch}
            connection.execute(cards.insert().values(**row, reseller_id=reseller, used_by=used_by))
    upgrade_platform(engine)
    found = platform.call("Watch", "getVoucherBatches", query={})["batches"]
    told = {(one["name"], one["reseller"], one["value"], one["count"], one["used"]) for one in found}
    assert told == {("(1)", 7, 5.0, 1, 0), ("spring (2)", 0, 5.0, 2, 1), ("spring (3)", 0, 10.0, 1, 0)}
    [card] = platform.call("Watch", "getVouchers", number=f"{1:014d}")
    assert (card["usedBy"], card["batchName"], card["value"]) == ("ada@example.com", "spring (2)", 5.0)
    assert all(one["exported"] for one in found)
