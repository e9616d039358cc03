"""The encoding of a text file of unknown origin, found by its bytes: no program says which one it wrote."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# of Windows, of Excel for Mac, and of "CSV (MS-DOS)" in Excel; the first one wins if all are as likely
LEGACY = ("cp1252", "mac_roman", "cp850")
MOST_LINES, LOOKED_AT = 2000, 64 * 1024
# what Python puts in the place of bytes that are no characters of the encoding
UNREADABLE = "\ufffd"
_CAPITALS = "[\u00c0-\u00d6\u00d8-\u00de\u0160\u0152\u017d\u0178]"
# What is odd in any language: a sign in or at a word that is no quotation mark, and a capital letter after a small one.
_ODD = re.compile(
    r"(?<=[^\W\d_])[^\x00-\x7f\w\u2019](?=[^\W\d_])"
    r"|(?<=[^\W\d_])[^\x00-\x7f\w\u2018-\u201e\u2039\u203a\xab\xbb\u2026\u2013\u2014\xa0\xae\xa9\u2122\xb7]"
    r"|[^\x00-\x7f\w\u2018-\u201e\u2039\xab\xa1\xbf\u2026\u2013\u2014\xa0\xb7](?=[a-z])"
    rf"|(?<=[a-z]){_CAPITALS}|(?<=[A-Z]){_CAPITALS}(?=[a-z])|[\x80-\x9f\ufffd]"
)


def encoding_of(start: bytes, lines: Iterable[bytes]) -> str:
    """Return the encoding of a text by its start and its lines.

    It is that of the byte order mark; UTF-16, whose letters have a zero byte each; else UTF-8, unless more lines are
    invalid in it than valid; else the one of ``LEGACY`` in which the fewest words are odd.
    """
    for mark, encoding in BYTE_ORDER_MARKS:
        if start.startswith(mark):
            return encoding
    even, odd = start[0:1000:2], start[1:1000:2]
    if odd and not any(odd) and all(even):
        return "utf-16-le"
    if odd and not any(even) and all(odd):
        return "utf-16-be"
    telling = list(islice((line for line in lines if not line.isascii()), MOST_LINES))
    wrong = [line for line in telling if not _is_utf8(line)]
    return _legacy_encoding(wrong) if 2 * len(wrong) > len(telling) else "utf-8"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _legacy_encoding(lines: list[bytes]) -> str:
    text = b"\n".join(lines)[:LOOKED_AT]
    return min(LEGACY, key=lambda encoding: len(_ODD.findall(text.decode(encoding, "replace"))))
