"""Uploaded sounds, converted to what telephones play: WAV with one channel at 8 kHz.

FFmpeg (by PyAV) decodes them in a process of its own (``decoder``), with limits of time, memory and output, and without
the portal's environment: a file that crashes or misuses a decoder reaches neither the portal nor its secrets.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.accounts.voicemail.choices import MOST_BYTES
from portal.accounts.voicemail.sound import WAV, NewGreeting, NotSoundError, SoundFacts

PROGRAM = Path(__file__).with_name("decoder.py")
SECONDS = 30
REASONS: Mapping[str, str | Promise] = {
    "unknown": _("The content of this file is not a sound in a known format. Save it as WAV, MP3, M4A, OGG or FLAC."),
    "video": _("This is a video. Save only its sound, as WAV, MP3 or M4A."),
    "no sound": _("This file contains no sound."),
    "silent": _("There is nothing to hear in this file: the recording is silent."),
    "too long": _("It lasts more than 60 seconds, which are the most."),
    "cut off": _("The WAV file is cut off."),
    "damaged": _("This file is damaged: its sound cannot be decoded. Save or record it again."),
}


def convert_sound(data: bytes, program: Path = PROGRAM) -> NewGreeting:
    """Return a sound as a greeting that telephones can play. Raises ``NotSoundError`` with the reason if it is none.

    ``program`` is the decoder.
    """
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as made:
        given.write(data)
        given.seek(0)
        command = [sys.executable, "-I", str(program), str(MOST_BYTES)]
        try:
            ended = subprocess.run(  # noqa: S603 - our own program, without a shell
                command,
                stdin=given,
                stdout=made,
                stderr=subprocess.DEVNULL,
                env={},
                cwd="/",
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise NotSoundError(str(REASONS["damaged"])) from None
        made.seek(0)
        said, _line_end, wav = made.read(MOST_BYTES * 2).partition(b"\n")
    if ended.returncode != 0:
        raise NotSoundError(str(REASONS["damaged"]))
    facts = json.loads(said)
    if "refused" in facts:
        raise NotSoundError(str(REASONS[facts["refused"]]))
    return NewGreeting(data=wav, sound=SoundFacts(WAV, facts["seconds"]))
