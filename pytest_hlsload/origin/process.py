"""The origin process: takes commands on its standard input, a socket, and ends when that closes."""

import asyncio
import contextlib
import json
import math
import os
import resource
import socket
import sys
import time
from collections.abc import AsyncIterator
from fractions import Fraction
from typing import Any

from pytest_hlsload.origin.broadcast import Broadcast
from pytest_hlsload.origin.media import SUFFIX, EncodeError, Lap, MediaSpec, encode
from pytest_hlsload.origin.publication import Publication
from pytest_hlsload.origin.renditions import Rendition, duration_of, specs_of

Message = dict[str, Any]


class OriginProcess:
    """
    All channels of one origin, and the media that they share.

    Args:
        ffmpeg: path of the ffmpeg that encodes.
    """

    def __init__(self, ffmpeg: str) -> None:
        self._ffmpeg = ffmpeg
        self._media: dict[MediaSpec, Lap] = {}
        self._channels: list[Broadcast] = []

    async def answer(self, message: Message) -> AsyncIterator[Message]:
        """Carry out one command; the last message of an answer has `done`."""
        match message["do"]:
            case "channel":
                yield {"done": await self._open_channel(**message["options"])}
            case "fault":
                channel = self._channels[message["channel"]]
                yield {"done": channel.command(**message["fault"]).to_wire()}
            case "clear":
                self._channels[message["channel"]].faults.clear()
                yield {"done": None}
            case "faults":
                faults = self._channels[message["channel"]].faults.faults
                yield {"done": [fault.to_wire() for fault in faults]}
            case "delivery":
                for part in self._channels[message["channel"]].log.parts():
                    yield part
                    # one turn for everybody else
                    await asyncio.sleep(0)
                yield {"done": None}
            case "segment":
                yield {"done": self._channels[message["channel"]].segment(message["ordinal"]).hex()}
            case "init":
                init = self._channels[message["channel"]].init
                yield {"done": None if init is None else init.hex()}
            case "ping":
                yield {"done": os.getpid()}
            case other:
                yield {"failed": f"unknown command {other!r}"}

    async def _open_channel(
        self,
        *,
        media: Message,
        variants: dict[str, int],
        separate_audio: bool,
        kind: str,
        window: int,
        first_number: int,
        vod_seconds: float,
        port: int,
    ) -> Message:
        heights = {int(height): bits for height, bits in variants.items()}
        specs = specs_of(MediaSpec(**media), heights, separate_audio=separate_audio)
        for spec in specs.values():
            if spec not in self._media:
                self._media[spec] = await encode(self._ffmpeg, spec)
        renditions = {name: Rendition(spec, self._media[spec]) for name, spec in specs.items()}
        first = next(iter(renditions.values()))
        seconds = duration_of(renditions)
        publication = Publication(
            # the window is full at once
            start=time.monotonic() - (window - 1) * float(seconds),
            segment_seconds=seconds,
            window=window,
            suffix=SUFFIX[first.spec.container],
            has_init=first.media.init is not None,
            first_number=first_number,
            total=max(1, math.ceil(Fraction(vod_seconds) / seconds)) if kind == "vod" else None,
        )
        channel = Broadcast(publication, renditions, port)
        self._channels.append(channel)
        return {
            "channel": len(self._channels) - 1,
            "port": channel.port,
            "segment_seconds": float(seconds),
            "published_from": publication.start,
            "lap_segments": len(first.media),
        }


async def _serve(control: socket.socket, ffmpeg: str, owner: int) -> None:
    loop = asyncio.get_running_loop()
    commands: asyncio.Queue[bytes] = asyncio.Queue()
    worker = asyncio.create_task(_carry_out(control, commands, OriginProcess(ffmpeg)))
    reader = asyncio.create_task(_receive(control, commands))
    # the owner's death ends this even if a child that it forked keeps the control socket open
    with contextlib.suppress(OSError):
        loop.add_reader(os.pidfd_open(owner), reader.cancel)
    await asyncio.wait((worker, reader), return_when=asyncio.FIRST_COMPLETED)
    # in an orderly way: a running ffmpeg is ended and its folder removed
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)


async def _receive(control: socket.socket, commands: asyncio.Queue[bytes]) -> None:
    received = bytearray()
    while data := await asyncio.get_running_loop().sock_recv(control, 65536):
        received += data
        while (end := received.find(b"\n")) >= 0:
            commands.put_nowait(bytes(received[:end]))
            del received[: end + 1]


async def _carry_out(control: socket.socket, commands: asyncio.Queue[bytes], origin: OriginProcess) -> None:
    loop = asyncio.get_running_loop()
    while True:
        line = await commands.get()
        try:
            async for message in origin.answer(json.loads(line)):
                await loop.sock_sendall(control, json.dumps(message).encode() + b"\n")
        except ConnectionError:
            return
        except (ValueError, OSError, EncodeError, LookupError) as error:
            await loop.sock_sendall(control, json.dumps({"failed": str(error)}).encode() + b"\n")


def main() -> None:
    """Run the origin process; its arguments are the path of an ffmpeg and the owner's process id."""
    ffmpeg, owner = sys.argv[-2], int(sys.argv[-1])
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with socket.socket(fileno=0) as control:
        control.setblocking(False)
        asyncio.run(_serve(control, ffmpeg, owner))
