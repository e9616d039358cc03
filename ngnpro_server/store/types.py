"""Column types that differ between databases; tables and migrations both use them."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, String, Text
from sqlalchemy.dialects.mysql import MEDIUMTEXT
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType


class Id(TypeDecorator[int]):
    """The id of a record. SQLite generates ids only for a column whose type is exactly INTEGER."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else BigInteger())


class Key(TypeDecorator[str]):
    """Text that every database compares and sorts by code point.

    Used for keys and for columns that lists are sorted and searched by. The text is stored folded, so that no other
    collation is needed, and a search by prefix can use an index. MariaDB's utf8mb4_bin would treat "a" and "a " as
    equal.
    """

    impl = String
    cache_ok = True
    _COLLATIONS = {"postgresql": "C", "mysql": "utf8mb4_nopad_bin", "mariadb": "utf8mb4_nopad_bin"}

    def __init__(self, length: int) -> None:
        super().__init__(length=length)
        self.length = length

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        collation = self._COLLATIONS.get(dialect.name)
        return dialect.type_descriptor(String(self.length, collation=collation))


class LongText(TypeDecorator[str]):
    """Text of more than 64 KiB, the limit of MariaDB's TEXT."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        is_mysql = dialect.name in ("mysql", "mariadb")
        return dialect.type_descriptor(MEDIUMTEXT() if is_mysql else Text())


class Money(TypeDecorator[Decimal]):
    """An exact amount with four decimals, stored as a whole number of ten-thousandths."""

    impl = BigInteger
    cache_ok = True
    UNIT = 10000

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else int((value * self.UNIT).to_integral_value())

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value) / self.UNIT


class _JulianDay(UserDefinedType[float]):
    """A Julian day (days since noon on 24 November 4714 BC) in an SQLite column declared as DATETIME."""

    cache_ok = True

    def get_col_spec(self, **_options: Any) -> str:
        return "DATETIME"


class KamailioTime(TypeDecorator[datetime]):
    """A time in UTC as Kamailio writes it: a Julian day on SQLite, a timestamp on other databases."""

    impl = DateTime
    cache_ok = True
    _EPOCH, _EPOCH_DAY = datetime(1970, 1, 1), 2440587.5

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(_JulianDay() if dialect.name == "sqlite" else DateTime())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None or dialect.name != "sqlite":
            return value
        return self._EPOCH_DAY + (value - self._EPOCH) / timedelta(days=1)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if isinstance(value, int | float):
            # a Julian day as a float is accurate only to about 40 microseconds; at noon SQLite stores a whole number
            return self._EPOCH + timedelta(seconds=round((value - self._EPOCH_DAY) * 86400))
        return value if isinstance(value, datetime) else None


class WholeSeconds(TypeDecorator[int]):
    """A duration. Kamailio writes it with a fraction, which SQLite keeps and other databases round."""

    impl = Integer
    cache_ok = True

    def process_result_value(self, value: float | None, dialect: Dialect) -> int | None:
        return None if value is None else round(value)
