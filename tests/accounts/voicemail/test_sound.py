"""Recordings as phones and editors write them: converted to what telephones play, or refused for what they are."""

from __future__ import annotations

import io
import struct
import wave
from array import array
from itertools import pairwise
from pathlib import Path

import pytest

from portal.accounts.voicemail import conversion
from portal.accounts.voicemail.choices import MOST_BYTES
from portal.accounts.voicemail.conversion import convert_sound
from portal.accounts.voicemail.sound import WAV, NotSoundError
from tests.support.sounds import PITCH, make_sound, make_video, make_wav

PHONE = {"rate": 8000, "layout": "mono"}


def pitch_of(wav: bytes) -> float:
    """Return the pitch of a tone: how often a second it rises through zero."""
    with wave.open(io.BytesIO(wav)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, 8000)
        samples = array("h", sound.readframes(sound.getnframes()))
    rises = sum(one < 0 <= other for one, other in pairwise(samples))
    return rises * 8000 / len(samples)


@pytest.mark.parametrize(
    ("kind", "codec", "more"),
    [
        ("wav", "pcm_s24le", {}),
        ("wav", "pcm_f32le", {"rate": 48000}),
        ("wav", "pcm_u8", {}),
        ("wav", "pcm_alaw", PHONE),
        ("mp3", "libmp3lame", {}),
        ("ipod", "aac", {}),
        ("mp4", "alac", {}),
        ("adts", "aac", {}),
        ("ogg", "libopus", {"rate": 48000}),
        ("webm", "libopus", {"rate": 48000}),
        ("flac", "flac", {"rate": 96000}),
        ("aiff", "pcm_s16be", {}),
        ("caf", "pcm_s16be", {}),
        ("au", "pcm_s16be", {}),
        ("amr", "libopencore_amrnb", PHONE),
        ("3gp", "libopencore_amrnb", PHONE),
    ],
)
def test_a_recording_becomes_what_telephones_play(kind: str, codec: str, more: dict[str, object]) -> None:
    greeting = convert_sound(make_sound(kind, codec, **more))  # type: ignore[arg-type]
    assert greeting.sound.media_type == WAV
    assert greeting.sound.seconds == pytest.approx(2, abs=0.15)
    assert pitch_of(greeting.data) == pytest.approx(PITCH, rel=0.03)


def test_what_telephones_play_is_unchanged() -> None:
    assert convert_sound(make_wav(2.5)).data == make_wav(2.5)


def test_what_stands_before_and_after_the_sound_is_not_sent_on() -> None:
    wav = convert_sound(make_wav() + b"<script>alert(1)</script>").data
    assert wav == make_wav()
    mp3 = make_sound("mp3", "libmp3lame")
    assert b"script" not in convert_sound(mp3 + b"<script>alert(1)</script>" * 20).data


def test_a_long_recording_fits_into_a_call_of_ngnpro() -> None:
    greeting = convert_sound(make_wav(60))
    assert len(greeting.data) < MOST_BYTES
    assert greeting.sound.seconds == 60
    assert struct.unpack_from("<HHI", greeting.data, 20) == (7, 1, 8000)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not a sound"),
        (b"<html>sound.mp3</html>", "not a sound"),
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "not a sound"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "not a sound"),
        (b"PK\x03\x04" + bytes(200), "not a sound"),
        (b"OggS" + bytes(100), "damaged"),
        (b"ID3\x04\x00\x00\x00\x00\x01\x00" + bytes(128), "(damaged|no sound)"),
        (b"\x00\x00\x00\x18ftypM4A " + bytes(100), "damaged"),
        (make_wav()[:-10], "cut off"),
        (make_wav(0), "no sound"),
        (b"RIFF\x04\x00\x00\x00WAVE", "(damaged|no sound)"),
        (make_wav(2, loudness=0), "silent"),
        (make_wav(61), "more than 60 seconds"),
        (make_video(), "video"),
        (make_sound("ipod", "aac")[:5000], "damaged"),
    ],
)
def test_what_is_no_usable_sound_is_refused_for_what_it_is(data: bytes, said: str) -> None:
    with pytest.raises(NotSoundError, match=said):
        convert_sound(data)


def test_a_bomb_of_hours_ends_at_the_limit() -> None:
    header = make_wav(0)[:36]
    hours = 8000 * 2 * 3600 * 2
    data = header[:4] + struct.pack("<I", 0xFFFFFFFF) + header[8:36] + b"data" + struct.pack("<I", 0xFFFFFFFF)
    with pytest.raises(NotSoundError, match="more than 60 seconds"):
        convert_sound(data + bytes(hours // 8))


@pytest.mark.parametrize("code", ["import os; os.abort()", "while True: pass", "x = bytes(2**33)"])
def test_a_decoder_that_crashes_or_never_ends_costs_one_greeting(tmp_path: Path, code: str) -> None:
    text = conversion.PROGRAM.read_text().replace("set_level(None)\n", f"set_level(None)\n    {code}\n")
    assert code in text
    broken = tmp_path / "decoder.py"
    broken.write_text(text.replace("MOST_WRITTEN = 20,", "MOST_WRITTEN = 2,"))
    with pytest.raises(NotSoundError, match="damaged"):
        convert_sound(make_wav(), broken)
