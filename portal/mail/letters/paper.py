"""Printed letters: PDF in A4, with a typeface for every language of mails (docs/decisions/11-mail-text.md)."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import font_source_sans_pro
from django.conf import settings
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont

from portal.mail.text.blocks import Block, Row

from .services import Letter

FAMILY, OTHER = "Letter", "Other"
MARGIN, SIZE, LINE = 25.0, 10.5, 5.4
LOGO_WIDTH, LOGO_HEIGHT = 55, 18
LABEL = 58.0
FONTS = Path(font_source_sans_pro.font_directory)


class Unprintable(Exception):
    """A letter has signs that no typeface at hand has; it would lack them without a word."""

    def __init__(self, signs: str) -> None:
        super().__init__(signs)
        self.signs = signs


def to_pdf(letters: list[Letter]) -> bytes:
    """Make a PDF with a new sheet for each letter; ``Unprintable`` where the typeface lacks a sign."""
    pdf = FPDF(format="A4")
    pdf.set_margin(MARGIN)
    pdf.set_auto_page_break(auto=True, margin=MARGIN)
    try:
        add_fonts(pdf)
        for letter in letters:
            check(pdf, letter)
            pdf.set_lang(letter.language)
            pdf.add_page()
            draw(pdf, letter)
        return bytes(pdf.output())
    finally:
        # Their files stay open otherwise, until nobody remembers them.
        for font in pdf.fonts.values():
            if isinstance(font, TTFFont):
                font.close()


def add_fonts(pdf: FPDF) -> None:
    """Give a PDF its typefaces."""
    pdf.add_font(FAMILY, "", FONTS / "SourceSansPro-Regular.ttf")
    pdf.add_font(FAMILY, "B", FONTS / "SourceSansPro-Bold.ttf")
    if settings.LETTER_FONT:
        pdf.add_font(OTHER, "", settings.LETTER_FONT)
        pdf.set_fallback_fonts([OTHER], exact_match=False)


def check(pdf: FPDF, letter: Letter) -> None:
    """Refuse a letter with signs that would not be on the paper."""
    known = {code for font in pdf.fonts.values() for code in getattr(font, "cmap", {})}
    texts = [letter.subject, letter.name, letter.brand.company, letter.address, letter.day]
    for block in letter.body:
        texts += [*block.lines, *(f"{row.label}{row.value}" for row in block.rows)]
    if lacking := sorted({sign for text in texts for sign in text if ord(sign) not in known}):
        raise Unprintable(" ".join(lacking))


def draw(pdf: FPDF, letter: Letter) -> None:
    """Draw one letter: head, addressee, day, subject and text."""
    head(pdf, letter)
    pdf.set_y(52)
    write(pdf, letter.name or letter.address)
    write(pdf, letter.address if letter.name else "")
    pdf.set_y(80)
    pdf.cell(0, LINE, letter.day, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.ln(LINE)
    write(pdf, letter.subject, bold=True)
    pdf.ln(LINE)
    for block in letter.body:
        paragraph(pdf, block)


def head(pdf: FPDF, letter: Letter) -> None:
    """Draw whose letter it is: a line in his colour, his name and his logo."""
    colour = letter.brand.colour.lstrip("#")
    pdf.set_draw_color(*(int(colour[place : place + 2], 16) for place in (0, 2, 4)))
    pdf.set_line_width(1)
    pdf.line(MARGIN, 15, pdf.w - MARGIN, 15)
    pdf.set_y(20)
    write(pdf, letter.brand.company, bold=True)
    if letter.brand.logo:
        place = pdf.w - MARGIN - LOGO_WIDTH
        pdf.image(BytesIO(letter.brand.logo), x=place, y=20, w=LOGO_WIDTH, h=LOGO_HEIGHT, keep_aspect_ratio=True)


def paragraph(pdf: FPDF, block: Block) -> None:
    """Draw a paragraph or a table, with room below it."""
    for line in block.lines:
        write(pdf, line)
    for row in block.rows:
        table_row(pdf, row)
    pdf.ln(LINE * 0.6)


def table_row(pdf: FPDF, row: Row) -> None:
    """Draw a row: its label, and its value beside it."""
    pdf.set_x(MARGIN + 4)
    if row.label:
        pdf.set_font(FAMILY, "", SIZE)
        pdf.cell(LABEL, LINE, f"{row.label}:", new_x=XPos.RIGHT, new_y=YPos.TOP)
    pdf.set_font(FAMILY, "B" if row.label else "", SIZE)
    pdf.multi_cell(0, LINE, row.value, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def write(pdf: FPDF, text: str, *, bold: bool = False) -> None:
    """Write a line, on as many lines as it needs."""
    if text:
        pdf.set_font(FAMILY, "B" if bold else "", SIZE)
        pdf.multi_cell(0, LINE, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
