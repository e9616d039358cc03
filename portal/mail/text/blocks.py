"""The plain text of a mail as blocks, from which its HTML and its printed letter are made, so that they are equal.

Blocks are separated by empty lines. Indented lines are a table, with ``    Label: value`` as a row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

ROW = re.compile(r"(?P<label>[^:]{1,60}):\s+(?P<value>\S.*)")
URL = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")
INDENT = "    "
# Stands at both ends of a value whose outer blanks belong to it, such as a password (a noncharacter of Unicode).
EDGE = "\ufdd0"


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table; without a label, its value takes both columns."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A paragraph with lines, or a table with rows."""

    lines: tuple[str, ...] = ()
    rows: tuple[TableRow, ...] = ()


def whole_value(value: str) -> str:
    """Return a value in a form in which ``parse_blocks`` keeps the blanks at its ends."""
    return f"{EDGE}{value}{EDGE}" if value != value.strip() else value


def parse_blocks(text: str) -> list[TextBlock]:
    """Split a text into blocks; one with both indented and other lines becomes several."""
    blocks: list[TextBlock] = []
    for part in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")):
        blocks += _blocks(part.split("\n"))
    return blocks


def _blocks(lines: list[str]) -> Iterator[TextBlock]:
    together: list[str] = []
    for line in [*lines, None]:
        is_new = together and (line is None or _is_row(line) != _is_row(together[0]))
        if is_new:
            yield _block(together)
            together = []
        if line and line.strip():
            together.append(line.rstrip())


def _is_row(line: str) -> bool:
    return line.startswith((INDENT, "\t"))


def _block(lines: list[str]) -> TextBlock:
    if not _is_row(lines[0]):
        return TextBlock(lines=tuple(line.strip().replace(EDGE, "") for line in lines))
    return TextBlock(rows=tuple(_row(line.strip()) for line in lines))


def _row(line: str) -> TableRow:
    match = ROW.fullmatch(line)
    label, value = match.groups() if match else ("", line)
    return TableRow(label, value.replace(EDGE, ""))


def to_text(blocks: Iterable[TextBlock]) -> str:
    """Return blocks as plain text, with the values of a table aligned."""
    return "\n\n".join("\n".join(_text_lines(block)) for block in blocks) + "\n"


def _text_lines(block: TextBlock) -> Iterator[str]:
    yield from block.lines
    width = max((len(row.label) for row in block.rows), default=0) + 1
    for row in block.rows:
        yield f"{INDENT}{row.label + ':':<{width}} {row.value}" if row.label else f"{INDENT}{row.value}"


def to_html(blocks: Iterable[TextBlock], links_to: str = "") -> SafeString:
    """Return blocks as HTML; web addresses that begin with ``links_to`` become links."""
    return format_html_join("\n", "{}", ((_html(block, links_to),) for block in blocks))


def _html(block: TextBlock, links_to: str) -> SafeString:
    if block.lines:
        lines = ((_linked(line, links_to),) for line in block.lines)
        return format_html("<p>{}</p>", format_html_join(mark_safe("<br>"), "{}", lines))
    rows = format_html_join("\n", "{}", ((_html_row(row, links_to),) for row in block.rows))
    return format_html('<table role="presentation" cellpadding="4" cellspacing="0">\n{}\n</table>', rows)


def _html_row(row: TableRow, links_to: str) -> SafeString:
    if not row.label:
        return format_html('<tr><td colspan="2">{}</td></tr>', _linked(row.value, links_to))
    return format_html(
        '<tr><th align="left" valign="top">{}</th><td style="white-space:pre-wrap">{}</td></tr>',
        row.label,
        _linked(row.value, links_to),
    )


def _linked(text: str, links_to: str) -> SafeString:
    written, start = mark_safe(""), 0
    for match in URL.finditer(text):
        if not match[0].startswith(links_to):
            continue
        written += format_html('{}<a href="{}">{}</a>', text[start : match.start()], match[0], match[0])
        start = match.end()
    return written + format_html("{}", text[start:])
