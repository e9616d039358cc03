"""Sound files for tests, generated when needed."""

from __future__ import annotations

import io
import wave

FRAME = b"\xff\xfb\x90\x00" + bytes(413)  # MPEG-1 layer III, 128 kbit/s, 44.1 kHz: 417 bytes, 1152 samples


def make_wav(seconds: float = 2, rate: int = 8000) -> bytes:
    kept = io.BytesIO()
    with wave.open(kept, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(bytes(2 * int(seconds * rate)))
    return kept.getvalue()


def make_mp3(frames: int = 100) -> bytes:
    return FRAME * frames
