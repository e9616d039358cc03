"""Recognition of sound files by content, not name: media type and length; and playback of byte ranges.

WAV: RIFF chunks (Multimedia Programming Interface and Data Specifications 1.0). MP3: frames of MPEG-1 and MPEG-2
layer III (ISO/IEC 11172-3, 2.4.1; 13818-3), with or without ID3 tags.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portal.ngnpro.records.base import Record

WAV, MP3 = "audio/wav", "audio/mpeg"
FORMATS = {1, 6, 7}  # PCM, A-law, µ-law: supported by both telephone systems and browsers
FEWEST_FRAMES = 3
# kbit/s by index, for MPEG-1 and for MPEG-2 and 2.5
RATES_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
RATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
# Hz by version bits (3: MPEG-1, 2: MPEG-2, 0: MPEG-2.5) and index
SAMPLES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


class NotSoundError(ValueError):
    """Raised if a file is not a sound that a mailbox can play; the text is the reason."""


@dataclass(frozen=True, slots=True)
class SoundFacts:
    """The media type and length of a sound file."""

    media_type: str
    seconds: float


def examine_sound(data: bytes) -> SoundFacts:
    """Return the media type and length of a sound file. Raises ``NotSoundError`` if it is unusable."""
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return SoundFacts(WAV, _seconds_of_wav(data))
    if data[:3] == b"ID3" or _frame(data, 0):
        return SoundFacts(MP3, _seconds_of_mp3(data))
    raise NotSoundError(_("The content of this file is neither WAV nor MP3."))


def _seconds_of_wav(data: bytes) -> float:
    place, bytes_a_second, seconds = 12, 0, 0.0
    while place + 8 <= len(data):
        name, size = data[place : place + 4], struct.unpack_from("<I", data, place + 4)[0]
        if place + 8 + size > len(data):
            raise NotSoundError(_("The WAV file is cut off."))
        if name == b"fmt " and size >= 16:
            kind, _channels, _rate, bytes_a_second = struct.unpack_from("<HHII", data, place + 8)
            if kind not in FORMATS:
                raise NotSoundError(_("This WAV file is compressed in a way that telephones cannot play: use PCM."))
        elif name == b"data" and bytes_a_second:
            seconds = size / bytes_a_second
        place += 8 + size + size % 2
    if not seconds or place < len(data):
        raise NotSoundError(_("The WAV file contains no sound, or other data after it."))
    return float(seconds)


def _frame(data: bytes, place: int) -> tuple[int, float] | None:
    """Return the length of an MP3 frame in bytes and seconds from its header; ``None`` if there is no frame."""
    if place + 4 > len(data):
        return None
    head = int.from_bytes(data[place : place + 4], "big")
    version, layer, rate, sample = head >> 19 & 3, head >> 17 & 3, head >> 12 & 15, head >> 10 & 3
    if head >> 21 != 0x7FF or layer != 1 or version not in SAMPLES or not 0 < rate < 15 or sample == 3:
        return None
    hertz = SAMPLES[version][sample]
    bits = (RATES_1 if version == 3 else RATES_2)[rate] * 1000
    samples = 1152 if version == 3 else 576
    return samples // 8 * bits // hertz + (head >> 9 & 1), samples / hertz


def _seconds_of_mp3(data: bytes) -> float:
    place, seconds, frames = _after_id3(data), 0.0, 0
    end = len(data) - (128 if data[-128:-125] == b"TAG" else 0)
    while frame := _frame(data, place):
        place, seconds, frames = place + frame[0], seconds + frame[1], frames + 1
    if frames < FEWEST_FRAMES or place < end:
        raise NotSoundError(_("The MP3 file is damaged, or contains data other than sound."))
    return seconds


def _after_id3(data: bytes) -> int:
    """Return the offset after an ID3v2 tag, whose size uses seven bits per byte (ID3v2.4, section 6.2)."""
    if data[:3] != b"ID3" or len(data) < 10:
        return 0
    size = sum((byte & 0x7F) << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True))
    return 10 + size + (10 if data[5] & 0x10 else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGreeting(Record):
    """An uploaded greeting with its media type and length."""

    data: bytes
    sound: SoundFacts


ONE_RANGE = re.compile(r"bytes=(?P<first>[0-9]{0,12})-(?P<last>[0-9]{0,12})")


def answer_range(data: bytes, media_type: str, wanted: str) -> HttpResponse:
    """Return a response with the bytes of the ``Range`` header; all bytes if it has several ranges or none."""
    found = ONE_RANGE.fullmatch(wanted.strip())
    if found is None or not (found["first"] or found["last"]):
        return _response(data, media_type, HTTPStatus.OK)
    size = len(data)
    if found["first"]:
        first, last = int(found["first"]), min(int(found["last"] or size), size - 1)
    else:
        first, last = max(0, size - int(found["last"])), size - 1
    if first > last:
        response = _response(b"", media_type, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        response.headers["Content-Range"] = f"bytes */{size}"
        return response
    response = _response(data[first : last + 1], media_type, HTTPStatus.PARTIAL_CONTENT)
    response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def _response(data: bytes, media_type: str, status: HTTPStatus) -> HttpResponse:
    return HttpResponse(data, status=status, content_type=media_type, headers={"Accept-Ranges": "bytes"})
