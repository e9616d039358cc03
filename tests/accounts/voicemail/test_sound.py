"""Sound formats are recognised by the content of the file."""

from __future__ import annotations

import struct

import pytest

from portal.accounts.voicemail.sound import MP3, WAV, NotSoundError, examine_sound
from tests.support.sounds import make_mp3, make_wav


def test_a_wav_tells_its_length() -> None:
    sound = examine_sound(make_wav(2.5))
    assert (sound.media_type, sound.seconds) == (WAV, 2.5)


def test_a_wav_of_telephone_quality_counts_by_its_bytes_a_second() -> None:
    body = struct.pack("<4sIHHIIHH", b"fmt ", 16, 7, 1, 8000, 8000, 1, 8) + struct.pack("<4sI", b"data", 8000)
    data = b"RIFF" + struct.pack("<I", 4 + len(body) + 8000) + b"WAVE" + body + bytes(8000)
    assert examine_sound(data).seconds == 1.0


def test_an_mp3_tells_its_length() -> None:
    sound = examine_sound(make_mp3(100))
    assert sound.media_type == MP3
    assert sound.seconds == pytest.approx(100 * 1152 / 44100)


def test_tags_around_an_mp3_are_passed_over() -> None:
    tagged = b"ID3\x04\x00\x00\x00\x00\x01\x00" + bytes(128) + make_mp3(10) + b"TAG" + bytes(125)
    assert examine_sound(tagged).seconds == pytest.approx(10 * 1152 / 44100)


def test_mpeg_2_has_frames_of_half_the_length() -> None:
    frame = b"\xff\xf3\x40\x00" + bytes(140)  # MPEG-2 layer III, 32 kbit/s, 22.05 kHz: 104 bytes
    assert examine_sound((frame[:104]) * 50).seconds == pytest.approx(50 * 576 / 22050)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "neither WAV nor MP3"),
        (b"<html>sound.mp3</html>", "neither WAV nor MP3"),
        (b"OggS" + bytes(100), "neither WAV nor MP3"),
        (make_wav()[:-10], "cut off"),
        (make_wav() + b"<script>alert(1)</script>", "cut off"),
        (make_wav(0), "contains no sound"),
        (b"RIFF\x04\x00\x00\x00WAVE", "contains no sound"),
        (make_mp3(2), "damaged"),
        (make_mp3(10) + b"<script>alert(1)</script>" * 20, "damaged"),
        (b"ID3\x04\x00\x00\x00\x00\x01\x00" + bytes(128), "damaged"),
        (b"ID3", "damaged"),
    ],
)
def test_a_file_that_is_not_a_sound_is_refused_with_a_reason(data: bytes, said: str) -> None:
    with pytest.raises(NotSoundError, match=said):
        examine_sound(data)


def test_a_wav_in_a_format_that_telephones_lack_is_refused() -> None:
    data = bytearray(make_wav())
    data[20:22] = struct.pack("<H", 85)
    with pytest.raises(NotSoundError, match="use PCM"):
        examine_sound(bytes(data))
