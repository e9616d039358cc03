"""The commands of docs/operations.md: blocks of shell under its headings, and files that it shows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operations.md"
_HEADING = re.compile(r"#{2,4} (.+)")
_SETTING = re.compile(r"[A-Z][A-Z0-9_]*=")


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code under a heading, of a language such as ``sh``."""

    heading: str
    language: str
    text: str

    @property
    def is_settings(self) -> bool:
        """Return whether it is the content of an environment file, not commands."""
        return self.language == "sh" and all(_SETTING.match(line) for line in self.text.splitlines())


def blocks(page: Path = PAGE) -> list[Block]:
    """Return the blocks of a page, in order."""
    found: list[Block] = []
    heading, language, lines = "", None, list[str]()
    for line in page.read_text().splitlines():
        if line.startswith("```"):
            if language is None:
                language, lines = line[3:].strip(), []
            else:
                found.append(Block(heading, language, "\n".join(lines)))
                language = None
        elif language is not None:
            lines.append(line)
        elif title := _HEADING.fullmatch(line):
            heading = title[1]
    return found


def under(heading: str, language: str = "sh") -> list[Block]:
    """Return the blocks of a language under a heading; raise ``LookupError`` if there is none."""
    found = [block for block in blocks() if block.heading == heading and block.language == language]
    if not found:
        raise LookupError(f"docs/operations.md has no block of {language} under {heading!r}.")
    return found
