"""Price tables: the CSV that operators import and export by command."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from ngnpro_server.commands import main
from ngnpro_server.config import ConfigError
from ngnpro_server.store.engine import transaction
from ngnpro_server.store.prices import find_price, list_prices, replace_prices
from ngnpro_server.watch.price_files import COLUMNS, read_prices, write_prices
from tests.support.platform import Platform

HEADER = ",".join(COLUMNS)
TABLE = f"""{HEADER}
,Others,1,0,1,EUR
44,United Kingdom,0.06,0,1,EUR
447,"United Kingdom, mobile",0.18,0.05,60,EUR
"""


def test_a_table_is_exported_as_it_was_imported(platform: Platform) -> None:
    with transaction(platform.server.engine, write=True) as connection:
        replace_prices(connection, 0, read_prices(io.StringIO(TABLE)))
        replace_prices(connection, platform.reseller.id, read_prices([f"{HEADER}\n", "0031,,0.0100,,,eur\n"]))
    found = {}
    with transaction(platform.server.engine, write=False) as connection:
        for reseller in (0, platform.reseller.id):
            file = io.StringIO()
            write_prices(list_prices(connection, reseller), file)
            found[reseller] = file.getvalue()
    assert found == {0: TABLE, platform.reseller.id: f"{HEADER}\n31,,0.01,0,1,EUR\n"}


@pytest.mark.parametrize(
    ("digits", "prefix"), [("442079460000", "44"), ("447700900123", "447"), ("447", "447"), ("4", ""), ("31201", "")]
)
def test_the_longest_prefix_is_found(platform: Platform, digits: str, prefix: str) -> None:
    with transaction(platform.server.engine, write=True) as connection:
        replace_prices(connection, 0, read_prices(io.StringIO(TABLE)))
        found = find_price(connection, platform.reseller.id, digits)
    assert found is not None
    assert found["prefix"] == prefix


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("44,UK,0.06,0,1,EUR\n+44,UK,0.07,0,1,EUR", "Line 3: the prefix 44 is there twice"),
        ("44,UK,0.06,0,1,EUR\n33,France,0.07,0,1,USD", "Line 3: all prices of a table must be in one currency"),
        ("4x,UK,0.06,0,1,EUR", "Line 2: the prefix must be up to 15 digits"),
        ("1234567890123456,UK,0.06,0,1,EUR", "Line 2: the prefix must be up to 15 digits"),
        ("44,UK,-1,0,1,EUR", "Line 2: per_minute must be between 0 and 10000 with up to 4 decimals, not -1"),
        ("44,UK,0.00001,0,1,EUR", "Line 2: per_minute must be between 0"),
        ("44,UK,NaN,0,1,EUR", "Line 2: per_minute must be between 0"),
        ("44,UK,cheap,0,1,EUR", "Line 2: per_minute must be an amount, such as 0.045, not 'cheap'"),
        ("44,UK,0.06,Infinity,1,EUR", "Line 2: connect_fee must be between 0"),
        ("44,UK,0.06,0,0,EUR", "Line 2: the increment must be between 1 and 3600 seconds, not '0'"),
        ("44,UK,0.06,0,1,Euro", "Line 2: the currency must be three letters"),
        ("44,UK,0.06", "Line 2: 6 columns are expected"),
        ("44,UK,0.06,0,1,EUR,more", "Line 2: 6 columns are expected"),
        ('44,"UK,0.06,0,1,EUR', "unexpected end of data"),
    ],
)
def test_a_table_with_an_error_names_its_line(row: str, reason: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_prices(io.StringIO(f"{HEADER}\n{row}\n"))
    assert reason in str(caught.value)
    assert str(caught.value).endswith("Nothing was changed.")


@pytest.mark.databases("sqlite")
def test_prices_are_imported_and_exported_by_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NGNPRO_CUSTOMER_PASSWORD", "typed")
    config, table = tmp_path / "ngnpro.ini", tmp_path / "prices.csv"

    def run(*arguments: str) -> tuple[int, str]:
        status = main(["--config", str(config), *arguments])
        said = capsys.readouterr()
        return status, said.out + said.err

    run("init-db")
    run("add-customer", "reseller")
    table.write_text(f"\ufeff{TABLE}")
    assert run("import-prices", str(table)) == (0, "Stored 3 prices; those from before are gone.\n")
    assert run("export-prices") == (0, TABLE)
    assert run("export-prices", "--reseller", "1") == (0, f"{HEADER}\n")
    assert run("import-prices", str(table), "--reseller", "7") == (
        1,
        "Customer 7 is not a reseller. Nothing was changed.\n",
    )
    table.write_bytes(f"{HEADER}\n44,\xff".encode("latin-1"))
    assert run("import-prices", str(table))[0] == 1
    assert run("export-prices") == (0, TABLE)
