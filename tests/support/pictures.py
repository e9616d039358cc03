"""Pictures for tests."""

from __future__ import annotations

from io import BytesIO

from PIL import Image


def picture(form: str, size: tuple[int, int] = (600, 100)) -> bytes:
    """Make a picture in a format, e.g. ``PNG``."""
    written = BytesIO()
    Image.new("RGB", size, "navy").save(written, form)
    return written.getvalue()
