"""Price tables as CSV: one row per prefix (docs/platform.md)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, TextIO

from sqlalchemy import RowMapping

from ngnpro_server.config import ConfigError
from ngnpro_wire.facts.telephone_numbers import MOST_DIGITS, leading_digits

COLUMNS = ("prefix", "destination", "per_minute", "connect_fee", "increment", "currency")
_MOST_SECONDS, _HIGHEST, _DECIMALS = 3600, Decimal(10_000), 4


def read_prices(lines: Iterable[str]) -> list[dict[str, Any]]:
    """Return the prices in a CSV file. Raises ``ConfigError`` with the line that cannot be read, and why."""
    reader = csv.DictReader(lines, strict=True)
    found: dict[str, dict[str, Any]] = {}
    try:
        if set(reader.fieldnames or ()) != set(COLUMNS):
            raise ValueError(f"the columns {', '.join(COLUMNS)} are expected")
        for row in reader:
            price = _read(row)
            if price["prefix"] in found:
                raise ValueError(f"the prefix {price['prefix'] or '(empty)'} is there twice")
            if any(price["currency"] != other["currency"] for other in found.values()):
                raise ValueError("all prices of a table must be in one currency")
            found[price["prefix"]] = price
    except (ValueError, csv.Error) as error:
        raise ConfigError(f"Line {reader.line_num}: {error}. Nothing was changed.") from error
    return list(found.values())


def write_prices(rows: Iterable[RowMapping], file: TextIO) -> None:
    """Write prices as ``read_prices`` reads them."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_plain(row[name]) for name in COLUMNS] for row in rows)


def _read(row: Mapping[str, str | None]) -> dict[str, Any]:
    texts = {name: (row[name] or "").strip() for name in COLUMNS}
    if None in row or None in row.values():
        raise ValueError(f"{len(COLUMNS)} columns are expected")
    prefix = leading_digits(texts["prefix"]) if texts["prefix"] else ""
    if prefix and not (prefix.isascii() and prefix.isdecimal() and len(prefix) <= MOST_DIGITS):
        raise ValueError(f"the prefix must be up to {MOST_DIGITS} digits, such as 44, +44 or 0044")
    currency = texts["currency"].upper()
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        raise ValueError("the currency must be three letters, such as EUR")
    return {
        "prefix": prefix,
        "destination": texts["destination"][:64],
        "per_minute": _amount("per_minute", texts["per_minute"]),
        "connect_fee": _amount("connect_fee", texts["connect_fee"] or "0"),
        "increment": _seconds(texts["increment"] or "1"),
        "currency": currency,
    }


def _amount(name: str, text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{name} must be an amount, such as 0.045, not {text!r}") from None
    if not (amount.is_finite() and 0 <= amount <= _HIGHEST) or amount != round(amount, _DECIMALS):
        raise ValueError(f"{name} must be between 0 and {_HIGHEST} with up to {_DECIMALS} decimals, not {text}")
    return amount


def _seconds(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= _MOST_SECONDS):
        raise ValueError(f"the increment must be between 1 and {_MOST_SECONDS} seconds, not {text!r}")
    return int(text)


def _plain(value: Any) -> str:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
