"""Ids are never reused: a record added after another was deleted gets a new id."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from ngnpro_server.platform.install import downgrade_platform, upgrade_platform
from ngnpro_server.store import customers as stored
from ngnpro_server.store.engine import transaction
from ngnpro_server.store.schema import customer_properties, customers, metadata
from tests.support.platform import Platform, add_party


def test_a_new_customer_never_gets_the_number_of_a_deleted_one(platform: Platform) -> None:
    last = add_party(platform.server, "last")
    platform.call("Customer", "deleteAccount", id=last.id)
    assert add_party(platform.server, "newcomer").id > last.id


def test_a_customer_with_a_number_of_their_own_sets_nothing_back(platform: Platform) -> None:
    last = add_party(platform.server, "last")
    platform.call("Customer", "deleteAccount", id=last.id)
    with transaction(platform.server.engine, write=True) as connection:
        row = stored.find_customer(connection, platform.stranger.id)
        assert row is not None
        stored.remove_customer(connection, row)
        stored.insert_customer(connection, {**row, "username": "from.elsewhere"})
    assert add_party(platform.server, "newcomer").id > last.id


def test_a_carrier_a_gateway_a_rule_and_a_route_never_get_a_number_again(platform: Platform) -> None:
    first, second = add_and_delete_routing(platform), add_and_delete_routing(platform)
    assert all(new > old for new, old in zip(second, first, strict=True))


def add_and_delete_routing(platform: Platform) -> list[int]:
    """Add a carrier with a gateway, a rule and a route, delete them, and return their ids."""
    carrier = platform.call("Sip", "addCarrier", carrier={"name": "North"})["id"]
    gateway = platform.call("Sip", "addGateway", gateway={"name": "n1", "carrier_id": carrier, "ip": "192.0.2.1"})["id"]
    rule = platform.call("Sip", "addGatewayRule", rule={"gateway_id": gateway, "prefix": "00"})["id"]
    platform.call("Sip", "addRoutes", routes=[{"prefix": "0031", "carrier_id": carrier}])
    route = platform.call("Sip", "getRoutes", query={})["routes"][0]["id"]
    platform.call("Sip", "deleteRoutes", routes=[{"id": route}])
    platform.call("Sip", "deleteGatewayRule", id=rule)
    platform.call("Sip", "deleteGateway", id=gateway)
    platform.call("Sip", "deleteCarrier", id=carrier)
    return [carrier, gateway, rule, route]


@pytest.mark.databases("sqlite")
def test_the_migration_keeps_every_row_and_what_hangs_on_it(platform: Platform) -> None:
    platform.grant(platform.customer, sip_credit=3)
    tables = (customers, customer_properties)
    with platform.server.engine.connect() as connection:
        before = [connection.execute(select(table)).all() for table in tables]
    downgrade_platform(platform.server.engine, "0003")
    upgrade_platform(platform.server.engine)
    with platform.server.engine.connect() as connection:
        assert [connection.execute(select(table)).all() for table in tables] == before
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


@pytest.mark.databases("sqlite")
def test_the_migrations_made_those_tables_so_that_the_program_knows_as_such(platform: Platform) -> None:
    with platform.server.engine.connect() as connection:
        made = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'").all()
    never = {name for name, sql in made if "AUTOINCREMENT" in sql}
    assert never == {t.name for t in metadata.sorted_tables if t.dialect_options["sqlite"]["autoincrement"]}
    assert never >= {"customers", "carriers", "gateways", "gateway_rules", "routes", "enum_mappings", "prepaid_cards"}
