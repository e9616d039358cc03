"""How records' keys stand in URLs: any text that NGNPro may hold, slashes and line breaks too."""

from __future__ import annotations

from django.urls import register_converter


class KeyConverter:
    """One key; what the text means, and whether there is such a record, the page finds out."""

    regex = r"[\s\S]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: object) -> str:
        return str(value)


register_converter(KeyConverter, "key")
