"""The base classes of all records, and the mapping of their fields to names on the wire."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

# Names of properties, and of members of other servers, that hold secrets; the records declare their own secrets.
SECRET_NAME = re.compile(r"passw|secret|token|(private|api)_?key|(^|[_.])(pin|ha1b?)$", re.IGNORECASE)

_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record of NGNPro; each subclass is one type of the WSDL.

    A record that came from NGNPro keeps the data from the wire in ``source``. An update sends every member that
    was not changed exactly as it came, and also members that this portal does not know, because an update replaces
    the whole record. Therefore edit records with ``dataclasses.replace``, which keeps ``source``.
    """

    camel: ClassVar[bool] = True

    source: Mapping[str, Any] = field(default_factory=lambda: _NOTHING, repr=False, compare=False)

    @property
    def was_read(self) -> bool:
        """Whether the record came from NGNPro, even without members, and was not created here."""
        return self.source is not _NOTHING

    @property
    def extra(self) -> dict[str, Any]:
        """The members from NGNPro for which this record has no field, by wire name."""
        known = shape_of(type(self)).wire_names.values()
        return {name: value for name, value in self.source.items() if name not in known}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter(Record):
    """The conditions of a list, which must all be met; a field at its default is no condition.

    A text matches only itself, ignoring case; a ``Pattern`` has wildcards (contract: Listing).
    """

    def texts(self, record: Any, name: str) -> tuple[str, ...]:
        """Return the texts of a record that the filter's field is compared with; one of them must be equal."""
        return (getattr(record, name),)


def wire_field(
    default: Any,
    *,
    name: str | None = None,
    secret: bool = False,
    always: bool = False,
    read: Callable[[Any], Any] | None = None,
) -> Any:
    """Declare a field with options.

    ``name``: its name on the wire. ``secret``: left out of ``repr``. ``always``: sent even if it is empty.
    ``read``: converts the member's value to the field's, if the type alone does not determine how.
    """
    metadata = {"wire": name, "secret": secret, "always": always, "read": read}
    return field(default=default, repr=not secret, metadata=metadata)


@dataclass(frozen=True, slots=True)
class Shape:
    """The declarations of a record's fields, read once per class.

    ``wire_names``: field to name on the wire; ``call_limit`` is ``callLimit`` unless the field says
    otherwise. ``defaults``: field to default, if it has one. ``always``: fields that a new record sends even if
    they are empty. ``secrets``: fields that must not be shown, logged or stored in clear text. ``readers``: field
    to function, for fields declared with ``read``.
    """

    wire_names: Mapping[str, str]
    defaults: Mapping[str, Any]
    always: frozenset[str]
    secrets: frozenset[str]
    readers: Mapping[str, Callable[[Any], Any]]


def shape_of(record: type[Any]) -> Shape:
    """Return the declarations of a dataclass's fields."""
    known = _SHAPES.get(record)
    if known is None:
        declared = [entry for entry in dataclasses.fields(record) if entry.name != "source"]
        defaults = {entry.name: entry.default for entry in declared if entry.default is not dataclasses.MISSING}
        known = _SHAPES[record] = Shape(
            wire_names={entry.name: _wire_name(record, entry) for entry in declared},
            defaults=defaults,
            always=frozenset(e.name for e in declared if e.metadata.get("always") or e.name not in defaults),
            secrets=frozenset(entry.name for entry in declared if entry.metadata.get("secret")),
            readers={entry.name: entry.metadata["read"] for entry in declared if entry.metadata.get("read")},
        )
    return known


def _wire_name(record: type[Any], declared: dataclasses.Field[Any]) -> str:
    named = declared.metadata.get("wire")
    if named or not getattr(record, "camel", True):
        return str(named or declared.name)
    first, *rest = declared.name.split("_")
    return first + "".join(word.capitalize() for word in rest)


_SHAPES: dict[type[Any], Shape] = {}
