"""Converts uploaded logos to new PNG files, so that nothing but the picture is stored."""

from __future__ import annotations

from io import BytesIO

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image

MOST_BYTES, MOST_PIXELS = 500_000, 4_000_000
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
WIDTH, HEIGHT = 480, 160


class InvalidPicture(Exception):
    """The uploaded file is not a picture that a mail can show."""


def to_png(upload: UploadedFile[bytes]) -> bytes:
    """Return an uploaded picture as a small PNG without metadata; raises ``InvalidPicture`` with the reason."""
    if (upload.size or 0) > MOST_BYTES:
        raise InvalidPicture(_("The file is larger than 500 kB."))
    try:
        with Image.open(upload, formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise InvalidPicture(_("The picture has more than four million pixels."))
            small = picture.convert("RGBA")
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        raise InvalidPicture(_("This is not a PNG, JPEG, GIF or WebP picture.")) from None
    small.thumbnail((WIDTH, HEIGHT))
    clean = Image.new("RGBA", small.size)
    clean.paste(small)
    written = BytesIO()
    clean.save(written, "PNG", optimize=True)
    return written.getvalue()
