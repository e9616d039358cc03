"""The typeface of pages: Source Sans from its package, cut down to what pages write, as WOFF2 files.

With a typeface of its own, a page is as wide on every machine. The package has fonts of 290 kB; pages need two of them.
Each is divided by script, so that a browser fetches Greek and Cyrillic letters only for a page that has some. The files
are made when the static files are collected, and stay in the folder of the portal's own files. Their names and ranges
are those of ``@font-face`` in ``static/portal.css``.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import font_source_sans_pro
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage
from fontTools.subset import Options, Subsetter, load_font, save_font

PACKAGED = Path(font_source_sans_pro.font_directory)
FOLDER = "fonts"
WEIGHTS = {"400": "Regular", "600": "Semibold"}
# First and last code points. The first script has all letters of the portal's languages,
# the second the rest of the Latin ones.
SCRIPTS: dict[str, tuple[tuple[int, int], ...]] = {
    "latin": (
        (0x20, 0xFF),
        (0x102, 0x103),
        (0x131, 0x131),
        (0x152, 0x153),
        (0x218, 0x21B),
        (0x2C6, 0x2DD),
        (0x2000, 0x206F),
        (0x20AC, 0x20AC),
        (0x2190, 0x2193),
        (0x2212, 0x2212),
    ),
    "extended": (
        (0x100, 0x101),
        (0x104, 0x130),
        (0x132, 0x151),
        (0x154, 0x217),
        (0x21C, 0x24F),
        (0x300, 0x36F),
        (0x1E00, 0x1EFF),
        (0x20A0, 0x20AB),
        (0x20AD, 0x20BF),
        (0x2100, 0x218F),
        (0x2213, 0x2265),
    ),
    "greek": (
        (0x370, 0x3FF),
        (0x1F00, 0x1FFF),
    ),
    "cyrillic": ((0x400, 0x52F),),
}
# Kerning, ligatures, marks, and the letters of single languages. Its digits have equal widths without any of these.
FEATURES = ["kern", "liga", "locl", "mark", "mkmk", "ccmp"]


def file_names() -> Iterator[tuple[str, Path, str]]:
    """Yield the name of each file, the font that it is made of, and the script that it has."""
    for weight, name in WEIGHTS.items():
        for script in SCRIPTS:
            yield f"sans-{weight}-{script}.woff2", PACKAGED / f"SourceSansPro-{name}.ttf", script


def code_points(script: str) -> Iterator[int]:
    """Yield the code points of a script."""
    for first, last in SCRIPTS[script]:
        yield from range(first, last + 1)


def folder_of_fonts() -> Path:
    """Return the folder of the files; another one after every change of what they are made of."""
    made_of = f"{version('font-source-sans-pro')} {version('fonttools')} {WEIGHTS} {SCRIPTS} {FEATURES}"
    return Path(settings.VAR) / FOLDER / hashlib.sha256(made_of.encode()).hexdigest()[:12]


def make_fonts(folder: Path) -> None:
    """Write the files that a folder does not have yet; several processes may do so at the same time."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, source, script in file_names():
        if not (folder / name).exists():
            _write_subset(source, folder / name, code_points(script))


def _write_subset(source: Path, target: Path, points: Iterable[int]) -> None:
    options = Options(flavor="woff2", layout_features=FEATURES, hinting=False, notdef_outline=True)
    with load_font(source, options) as font:
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=points)
        subsetter.subset(font)
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as unfinished:
            save_font(font, unfinished, options)
    os.replace(unfinished.name, target)


class TypefaceFinder(BaseFinder):
    """Finds the files among the static files; makes those that do not exist yet."""

    def find(self, path: str, find_all: bool = False, **_others: Any) -> Any:
        """Return the place of a file; a list, empty if it is no font of the portal, if all places are wanted."""
        name = path.removeprefix(f"{FOLDER}/")
        if name == path or name not in {name for name, _source, _script in file_names()}:
            return []
        make_fonts(folder_of_fonts())
        found = str(folder_of_fonts() / name)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """Yield the files with their storage."""
        make_fonts(folder_of_fonts())
        storage = FileSystemStorage(location=folder_of_fonts())
        storage.prefix = FOLDER  # type: ignore[attr-defined] # where collectstatic puts the files
        for name, _source, _script in file_names():
            yield name, storage
