"""The program that decodes an uploaded sound, in a process of its own with narrow limits (``conversion``).

It reads a file from standard input and writes one line of JSON to standard output, followed by a WAV file with one
channel at 8 kHz: the form in which telephones play. It imports nothing of the portal, so that it starts fast and holds
no secrets.
"""

from __future__ import annotations

import io
import json
import resource
import struct
import sys
import wave
from array import array
from collections.abc import Iterator
from typing import Any

import av

HERTZ = 8000
MOST_SECONDS = 60
CPU_SECONDS, MOST_MEMORY, MOST_WRITTEN = 20, 2**31, 2_000_000
# The beginnings of files, and the reader for each. Others, such as lists that name further files, are never opened.
BEGINNINGS = (
    (0, b"RIFF", "wav"),
    (0, b"RF64", "wav"),
    (0, b"fLaC", "flac"),
    (0, b"OggS", "ogg"),
    (0, b"FORM", "aiff"),
    (0, b"#!AMR", "amr"),
    (0, b"caff", "caf"),
    (0, b".snd", "au"),
    (0, b"\x1a\x45\xdf\xa3", "matroska"),
    (0, b"\x30\x26\xb2\x75", "asf"),
    (4, b"ftyp", "mov"),
    (0, b"ID3", "mp3"),
)
# Peaks below this are noise of the recording, about -60 dB.
SILENT = 33
# Packets that could not be decoded, of a hundred.
MOST_BROKEN = 10


class Refused(Exception):
    """The file is not a usable sound; the text is one of the reasons that ``conversion`` puts into words."""


def format_of(data: bytes) -> str:
    """Return the reader for a file, by its beginning; raises ``Refused`` if none fits."""
    for place, beginning, name in BEGINNINGS:
        if data[place : place + len(beginning)] == beginning:
            return name
    if data[:1] == b"\xff" and data[1:2] and data[1] & 0xE0 == 0xE0:
        return "aac" if data[1] & 0x06 == 0 else "mp3"
    raise Refused("unknown")


def convert(data: bytes) -> tuple[dict[str, Any], array[int]]:
    """Return what a sound was, and its samples at 8 kHz; raises ``Refused``."""
    name = format_of(data)
    if name == "wav" and _is_cut_off(data):
        raise Refused("cut off")
    try:
        with av.open(io.BytesIO(data), format=name, options={"protocol_whitelist": ""}) as file:
            if any(not one.disposition & av.stream.Disposition.attached_pic for one in file.streams.video):
                raise Refused("video")
            if not file.streams.audio:
                raise Refused("no sound")
            samples = _samples(file)
    except (av.error.FFmpegError, ValueError, IndexError):
        raise Refused("damaged") from None
    if not samples:
        raise Refused("no sound")
    if max(map(abs, samples)) < SILENT:
        raise Refused("silent")
    return {"format": name, "seconds": len(samples) / HERTZ}, samples


def _is_cut_off(data: bytes) -> bool:
    """Return whether a WAV file is shorter than it says; programs that stream one write 0 or the largest number."""
    said = struct.unpack_from("<I", data, 4)[0] if len(data) >= 8 else 1
    return 0 < said < 0xFFFFFF00 and said + 8 > len(data)


def _samples(file: Any) -> array[int]:
    stream = file.streams.audio[0]
    stream.thread_count = 1
    resampler = av.AudioResampler(format="s16", layout="mono", rate=HERTZ)
    samples: array[int] = array("h")
    broken = packets = 0
    for packet in file.demux(stream):
        packets += 1
        try:
            frames = list(packet.decode())
        except av.error.InvalidDataError:
            broken += 1
            continue
        for frame in frames:
            samples.extend(_resampled(resampler, frame))
            if len(samples) > MOST_SECONDS * HERTZ:
                raise Refused("too long")
    samples.extend(_resampled(resampler, None))
    if broken * 100 > packets * MOST_BROKEN:
        raise Refused("damaged")
    return samples


def _resampled(resampler: Any, frame: Any) -> Iterator[int]:
    for part in resampler.resample(frame):
        yield from memoryview(part.planes[0]).cast("B")[: part.samples * 2].cast("h")


def as_wav(samples: array[int], most_bytes: int) -> bytes:
    """Return samples as a WAV file: PCM with 16 bits, or µ-law (ITU-T G.711) if that would be too large."""
    kept = io.BytesIO()
    if len(samples) * 2 + 44 <= most_bytes:
        with wave.open(kept, "wb") as sound:
            sound.setparams((1, 2, HERTZ, len(samples), "NONE", ""))
            sound.writeframes(samples.tobytes())
        return kept.getvalue()
    with av.open(kept, "w", format="wav") as file:
        stream = file.add_stream("pcm_mulaw", rate=HERTZ, layout="mono")
        frame = av.AudioFrame(format="s16", layout="mono", samples=len(samples))
        frame.planes[0].update(samples.tobytes())
        frame.rate = HERTZ
        for packet in (*stream.encode(frame), *stream.encode(None)):
            file.mux(packet)
    return kept.getvalue()


def main() -> None:
    """Convert the file of standard input; its only argument is the largest size of the result in bytes."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_WRITTEN, MOST_WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    av.logging.set_level(None)
    try:
        facts, samples = convert(sys.stdin.buffer.read())
        said, wav = json.dumps(facts), as_wav(samples, int(sys.argv[1]))
    except Refused as refused:
        said, wav = json.dumps({"refused": str(refused)}), b""
    sys.stdout.buffer.write(said.encode() + b"\n" + wav)


if __name__ == "__main__":
    main()
