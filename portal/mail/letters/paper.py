"""Printed letters: PDF in A4, with a typeface for every language of mails (docs/decisions/11-mail-text.md)."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import font_source_sans_pro
from django.conf import settings

from portal.mail.text.blocks import TableRow, TextBlock

from .services import Letter

if TYPE_CHECKING:
    from fpdf import FPDF

FAMILY, OTHER = "Letter", "Other"
MARGIN, SIZE, LINE = 25.0, 10.5, 5.4
LOGO_WIDTH, LOGO_HEIGHT = 55, 18
LABEL = 58.0
FONTS = Path(font_source_sans_pro.font_directory)


class Unprintable(Exception):
    """A letter contains characters that the available typefaces do not have."""

    def __init__(self, characters: str) -> None:
        super().__init__(characters)
        self.characters = characters


def to_pdf(letters: list[Letter]) -> bytes:
    """Return a PDF with a new sheet for each letter; raises ``Unprintable`` if the typeface lacks a character."""
    from fpdf import FPDF  # 15 MB with the packages that it needs, of which only letters make use
    from fpdf.fonts import TTFFont

    pdf = FPDF(format="A4")
    pdf.set_margin(MARGIN)
    pdf.set_auto_page_break(auto=True, margin=MARGIN)
    try:
        add_fonts(pdf)
        for letter in letters:
            check_characters(pdf, letter)
            pdf.set_lang(letter.language)
            pdf.add_page()
            draw_letter(pdf, letter)
        return bytes(pdf.output())
    finally:
        # fpdf does not close the files of its fonts.
        for font in pdf.fonts.values():
            if isinstance(font, TTFFont):
                font.close()


def add_fonts(pdf: FPDF) -> None:
    """Add the typefaces to a PDF."""
    pdf.add_font(FAMILY, "", FONTS / "SourceSansPro-Regular.ttf")
    pdf.add_font(FAMILY, "B", FONTS / "SourceSansPro-Bold.ttf")
    if settings.LETTER_FONT:
        pdf.add_font(OTHER, "", settings.LETTER_FONT)
        pdf.set_fallback_fonts([OTHER], exact_match=False)


def check_characters(pdf: FPDF, letter: Letter) -> None:
    """Raise ``Unprintable`` if a letter contains characters that would be missing on paper."""
    known = {code for font in pdf.fonts.values() for code in getattr(font, "cmap", {})}
    texts = [letter.subject, letter.name, letter.brand.company, letter.address, letter.day]
    for block in letter.body:
        texts += [*block.lines, *(f"{row.label}{row.value}" for row in block.rows)]
    if lacking := sorted({each for text in texts for each in text if ord(each) not in known}):
        raise Unprintable(" ".join(lacking))


def draw_letter(pdf: FPDF, letter: Letter) -> None:
    """Draw one letter: head, recipient, date, subject and text."""
    draw_head(pdf, letter)
    pdf.set_y(52)
    draw_text(pdf, letter.name or letter.address)
    draw_text(pdf, letter.address if letter.name else "")
    pdf.set_y(80)
    pdf.cell(0, LINE, letter.day, align="R", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(LINE)
    draw_text(pdf, letter.subject, bold=True)
    pdf.ln(LINE)
    for block in letter.body:
        draw_text_block(pdf, block)


def draw_head(pdf: FPDF, letter: Letter) -> None:
    """Draw the brand: a line in its colour, the company and the logo."""
    colour = letter.brand.colour.lstrip("#")
    pdf.set_draw_color(*(int(colour[place : place + 2], 16) for place in (0, 2, 4)))
    pdf.set_line_width(1)
    pdf.line(MARGIN, 15, pdf.w - MARGIN, 15)
    pdf.set_y(20)
    draw_text(pdf, letter.brand.company, bold=True)
    if letter.brand.logo:
        place = pdf.w - MARGIN - LOGO_WIDTH
        pdf.image(BytesIO(letter.brand.logo), x=place, y=20, w=LOGO_WIDTH, h=LOGO_HEIGHT, keep_aspect_ratio=True)


def draw_text_block(pdf: FPDF, block: TextBlock) -> None:
    """Draw a paragraph or a table, with space below it."""
    for line in block.lines:
        draw_text(pdf, line)
    for row in block.rows:
        draw_row(pdf, row)
    pdf.ln(LINE * 0.6)


def draw_row(pdf: FPDF, row: TableRow) -> None:
    """Draw a row of a table: the label with the value beside it."""
    pdf.set_x(MARGIN + 4)
    if row.label:
        pdf.set_font(FAMILY, "", SIZE)
        pdf.cell(LABEL, LINE, f"{row.label}:", new_x="RIGHT", new_y="TOP")
    pdf.set_font(FAMILY, "B" if row.label else "", SIZE)
    pdf.multi_cell(0, LINE, row.value, align="L", new_x="LMARGIN", new_y="NEXT")


def draw_text(pdf: FPDF, text: str, *, bold: bool = False) -> None:
    """Draw a text, on as many lines as it needs."""
    if text:
        pdf.set_font(FAMILY, "B" if bold else "", SIZE)
        pdf.multi_cell(0, LINE, text, align="L", new_x="LMARGIN", new_y="NEXT")
