"""Texts beside a right one, as keyboards, word processors, spreadsheets, phones and web pages make them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from hypothesis import strategies as st

# spaces, invisible signs, dashes, dots, quotes, brackets, and signs with a meaning in an address, a URI or a pattern
MARKS = (
    *(" ", "\t", "\u00a0", "\u2009", "\u3000", "\u200b", "\u200e", "\u202a", "\u202c", "\ufeff", "\u00ad", "\u2060"),
    *(
        "-",
        "\u2010",
        "\u2011",
        "\u2013",
        "\u2014",
        "\u2212",
        "\ufe63",
        "\uff0d",
        ".",
        "\u3002",
        "\uff0e",
        "/",
        "\u2044",
    ),
    *("(", ")", "(0)", "[", "]", "<", ">", '"', "'", "\u201c", "\u201d", "\u2019"),
    *(
        "@",
        "%",
        "%23",
        "%41",
        "#",
        ":",
        ":5060",
        ";",
        "?",
        "&",
        "!",
        "\\",
        "\\1",
        "*",
        "^",
        "$",
        "_",
        "~",
        "\u00e9",
        "e\u0301",
    ),
)
BEFORE = ("sip:", "SIP:", "tel:", "mailto:", "https://", "+", "00", "0", "'", "<")
AFTER = (".", "..", ":5060", ";npdi", ";ext=7", " ext. 5", "x7", ".0", ",00", "E+11", ">", "/", "?Subject=x", "\n")


def full_width(text: str) -> str:
    """Return a text with the digits and letters of East Asian keyboards."""
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


def arabic_digits(text: str) -> str:
    """Return a text with Arabic-Indic digits."""
    return "".join(chr(0x0660 + int(sign)) if sign in "0123456789" else sign for sign in text)


CHANGES = (
    str,
    str.upper,
    str.title,
    full_width,
    arabic_digits,
    lambda text: unicodedata.normalize("NFD", text),
    lambda text: f" {text} ",
)


@st.composite
def neighbours(draw: st.DrawFn, right: Sequence[str]) -> str:
    """Draw a right text, changed in up to three ways."""
    text = draw(st.sampled_from(right))
    for _time in range(draw(st.integers(0, 3))):
        way = draw(st.sampled_from(("between", "before", "after", "change")))
        if way == "between":
            at = draw(st.integers(0, len(text)))
            text = text[:at] + draw(st.sampled_from(MARKS)) + text[at:]
        elif way == "before":
            text = draw(st.sampled_from(BEFORE)) + text
        elif way == "after":
            text += draw(st.sampled_from(AFTER))
        else:
            text = draw(st.sampled_from(CHANGES))(text)
    return text
