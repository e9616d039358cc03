"""Sound files for tests, generated when needed."""

from __future__ import annotations

import io
import math
import wave
from array import array

import av

PITCH = 440


def make_wav(seconds: float = 2, rate: int = 8000, *, loudness: float = 0.3) -> bytes:
    """Return a tone as PCM with 16 bits; without loudness, silence."""
    kept = io.BytesIO()
    with wave.open(kept, "wb") as sound:
        sound.setparams((1, 2, rate, 0, "NONE", ""))
        sound.writeframes(_tone(seconds, rate, 1, loudness).tobytes())
    return kept.getvalue()


def make_sound(kind: str, codec: str, rate: int = 44100, layout: str = "stereo", seconds: float = 2) -> bytes:
    """Return a tone in a file of FFmpeg's format and codec, as a phone or an editor writes it."""
    kept = io.BytesIO()
    with av.open(kept, "w", format=kind) as file:
        stream = file.add_stream(codec, rate=rate, layout=layout)
        channels = 2 if layout == "stereo" else 1
        frame = av.AudioFrame(format="s16", layout=layout, samples=int(rate * seconds))
        frame.planes[0].update(_tone(seconds, rate, channels, 0.3).tobytes())
        frame.rate = rate
        context = stream.codec_context
        resampler = av.AudioResampler(context.format, layout, rate, frame_size=context.frame_size or 0)
        for part in (*resampler.resample(frame), *resampler.resample(None)):
            file.mux(stream.encode(part))
        file.mux(stream.encode(None))
    return kept.getvalue()


def make_video() -> bytes:
    """Return an MP4 file with a picture."""
    kept = io.BytesIO()
    with av.open(kept, "w", format="mp4") as file:
        stream = file.add_stream("mpeg4", rate=25)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        file.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p")))
        file.mux(stream.encode(None))
    return kept.getvalue()


def _tone(seconds: float, rate: int, channels: int, loudness: float) -> array[int]:
    values = (
        int(loudness * 32767 * math.sin(2 * math.pi * PITCH * step / rate)) for step in range(int(rate * seconds))
    )
    return array("h", (value for value in values for _channel in range(channels)))
