"""Calls, traces and changes of balances are deleted when they are older than `[retention]` allows."""

from __future__ import annotations

import gzip
import json
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, func, select

from ngnpro_server.config import Config, ConfigError, Retention, load_config
from ngnpro_server.store.engine import transaction
from ngnpro_server.store.retention import AT_A_TIME
from ngnpro_server.store.schema import balance_history, sip_accounts
from ngnpro_server.store.schema.proxy import acc, calls, missed_calls, sip_trace
from ngnpro_server.watch.loop import Caretaker
from ngnpro_server.watch.retention import Sweeper
from tests.support.calls import call_row
from tests.support.platform import Platform, make_platform
from tests.support.server import TestServer, make_server

NOW = datetime(2026, 3, 15, 12, 20, 0)
AGES = (timedelta(days=3), timedelta(days=30), timedelta(days=500), timedelta(days=2000))


def platform_with(tmp_path: Path, **retention: Any) -> Platform:
    """A platform with a call, a missed one, a message and a change of a balance of each age."""
    platform = make_platform(make_server(tmp_path, clock=lambda: NOW, retention=Retention(**retention)))
    platform.add_domain("own.example", platform.customer)
    platform.add_account("ada", "own.example")
    times = [NOW - age for age in AGES]
    with transaction(platform.server.proxy, write=True) as connection:
        for number, time in enumerate(times):
            row = call_row(f"call {number}", "ada@own.example", "b@else.example", time)
            connection.execute(calls.insert().values(**row))
            for table in (acc, missed_calls):
                connection.execute(table.insert().values(method="INVITE", callid=f"call {number}", time=time))
            connection.execute(sip_trace.insert().values(time_stamp=time, callid=f"call {number}", msg="INVITE"))
    with transaction(platform.server.engine, write=True) as connection:
        account = connection.execute(select(func.max(sip_accounts.c.id))).scalar_one()
        for time in reversed(times):
            movement = {
                "date": time,
                "action": "Set balance",
                "value": Decimal(1),
                "balance": Decimal(1),
                "account_id": account,
            }
            connection.execute(balance_history.insert().values(**movement))
    return platform

    return sip_accounts.c.id


def left(server: TestServer, table: Table) -> int:
    engine = server.engine if table is balance_history else server.proxy
    with transaction(engine, write=False) as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def sweep(server: TestServer) -> None:
    Sweeper(server.config.retention, server.engine, server.proxy).sweep(NOW)


def test_each_kind_of_row_has_its_own_days(tmp_path: Path) -> None:
    server = platform_with(tmp_path, calls=100, traces=10, balances=1000).server
    sweep(server)
    kept = {table.name: left(server, table) for table in (calls, acc, missed_calls, sip_trace, balance_history)}
    assert kept == {"calls": 2, "acc": 2, "missed_calls": 2, "sip_trace": 1, "balance_history": 3}


def test_zero_days_are_no_limit(tmp_path: Path) -> None:
    server = platform_with(tmp_path, calls=0, traces=0, balances=0).server
    sweep(server)
    assert {left(server, table) for table in (calls, acc, missed_calls, sip_trace, balance_history)} == {4}


def test_the_archive_has_what_is_deleted_except_traces(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    server = platform_with(tmp_path, calls=100, traces=10, balances=1000, archive=str(folder)).server
    sweep(server)
    archived = {file.name: _lines(file) for file in folder.iterdir()}
    names = ("acc", "balance_history", "calls", "missed_calls")
    assert sorted(archived) == [f"{name}-2026-03.jsonl.gz" for name in names]
    assert [row["call_id"] for row in archived["calls-2026-03.jsonl.gz"]] == ["call 3", "call 2"]
    assert archived["calls-2026-03.jsonl.gz"][0]["start_time"] == str(NOW - AGES[3])
    assert [row["date"] for row in archived["balance_history-2026-03.jsonl.gz"]] == [str(NOW - AGES[3])]
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(file.read_bytes()).decode().splitlines()]


def test_nothing_is_deleted_while_the_archive_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("a file where the folder is to be")
    server = platform_with(tmp_path, archive=str(tmp_path / "archive")).server
    with pytest.raises(OSError, match="archive"):
        sweep(server)
    assert left(server, calls) == len(AGES)


def test_more_rows_than_one_batch_are_deleted(tmp_path: Path) -> None:
    server = platform_with(tmp_path).server
    rows = [{"method": "INVITE", "callid": str(number), "time": NOW - AGES[2]} for number in range(AT_A_TIME + 5)]
    with transaction(server.proxy, write=True) as connection:
        connection.execute(missed_calls.insert(), rows)
    sweep(server)
    assert left(server, missed_calls) == 2


def test_the_server_does_it_once_a_day(tmp_path: Path) -> None:
    server = platform_with(tmp_path).server
    caretaker = Caretaker(server.app)
    caretaker.look_after(NOW)
    assert left(server, calls) == 2
    with transaction(server.proxy, write=True) as connection:
        connection.execute(calls.insert().values(**call_row("old", "a@b.example", "c@d.example", NOW - AGES[2])))
    caretaker.look_after(NOW + timedelta(hours=23))
    assert left(server, calls) == 3
    caretaker.look_after(NOW + timedelta(hours=25))
    assert left(server, calls) == 2


def test_days_are_read_from_the_configuration(tmp_path: Path) -> None:
    file = tmp_path / "ngnpro.ini"
    file.write_text("[administrator]\nusername = a\npassword = b\n[retention]\ncalls = 90\narchive = /srv/archive\n")
    config: Config = load_config(file, {"NGNPRO_RETENTION_TRACES": "3"})
    assert config.retention == Retention(calls=90, traces=3, archive="/srv/archive")
    with pytest.raises(ConfigError, match="calls must lie between 0 and 36500"):
        load_config(file, {"NGNPRO_RETENTION_CALLS": "-1"})
