"""A channel as its owner sees it: where to read it, its faults on command, its delivery log."""

from dataclasses import dataclass, field
from typing import Any

from pytest_hlsload.origin.control import Control, OriginError
from pytest_hlsload.origin.delivery import delivery_from_parts
from pytest_hlsload.origin.faults import fault_from_wire
from pytest_hlsload.origin.records import Delivery, Fault, FaultKind


@dataclass(frozen=True, slots=True, eq=False)
class Channel:
    """
    A live (or VOD) stream on a port of its own. Made by `Origin.channel`.

    Every fault begins when its method is called, ends by itself after `seconds` or after it has struck `count`
    requests, and otherwise lasts until `clear`. Faults of different kinds add up.

    Attributes:
        port: its port on 127.0.0.1.
        segment_seconds: duration of every segment (s).
        published_from: when ordinal 0 was published (monotonic s); the channel began in the middle of its window.
        lap_segments: after so many segments the pictures repeat (the timestamps go on).
    """

    port: int
    segment_seconds: float
    published_from: float
    lap_segments: int
    _number: int = field(repr=False)
    _control: Control = field(repr=False)

    @property
    def url(self) -> str:
        """The media playlist's URL."""
        return f"http://127.0.0.1:{self.port}/live.m3u8"

    @property
    def master_url(self) -> str:
        """The multivariant playlist's URL; where the channel has no variants, the media playlist is its only one."""
        return f"http://127.0.0.1:{self.port}/master.m3u8"

    def hang(self, seconds: float | None = None, *, at_byte: int | None = None) -> Fault:
        """
        Send nothing more to anybody, with all connections kept open; afterwards everything goes on.

        Args:
            seconds: how long (s).
            at_byte: wait until some client has so many bytes of a segment that is not published yet, then begin; a
                segment shorter than that counts as a whole. The returned record has no `start` then.
        """
        return self._fault("hang", seconds, at_byte=at_byte)

    def stale(self, seconds: float | None = None, *, pause: bool = False) -> Fault:
        """
        Serve the playlist as it is now.

        Args:
            seconds: how long (s).
            pause: nothing is published meanwhile, and publishing goes on where it stopped; without it, all that was
                published meanwhile appears at once afterwards.
        """
        return self._fault("stale", seconds, pause=pause)

    def playlist_status(self, code: int, *, seconds: float | None = None, count: int | None = None) -> Fault:
        """Answer requests for playlists with an HTTP status code."""
        return self._fault("playlist_status", seconds, count, code=code)

    def segment_status(self, code: int, *, seconds: float | None = None, count: int | None = None) -> Fault:
        """Answer requests for segments with an HTTP status code."""
        return self._fault("segment_status", seconds, count, code=code)

    def slow(self, factor: float, *, seconds: float | None = None) -> Fault:
        """Send segments at `factor` times the rate at which they play, evenly by bytes."""
        if factor <= 0:
            raise ValueError("a slow factor is above 0; use hang() for 0")
        return self._fault("slow", seconds, factor=factor)

    def refuse(self, seconds: float | None = None) -> Fault:
        """Refuse connections and reset those that are open."""
        return self._fault("refuse", seconds)

    def truncate(self, share: float = 0.5, *, seconds: float | None = None, count: int | None = 1) -> Fault:
        """End segment bodies after `share` (0..1) of their Content-Length and close the connection."""
        if not 0 <= share < 1:
            raise ValueError("truncate leaves a share from 0 to below 1")
        return self._fault("truncate", seconds, count, share=share)

    def sequence_reset(self, first: int = 0) -> Fault:
        """Renumber the playlist: its media sequence is `first` now; segments published later are named by it."""
        return self._fault("sequence_reset", None, first=first)

    def encoder_restart(self, *, restart_names: bool = False) -> Fault:
        """
        From the next segment on: EXT-X-DISCONTINUITY and timestamps as from a fresh encoder.

        Args:
            restart_names: file names count from 0 again, too; the media sequence goes on.
        """
        return self._fault("encoder_restart", None, restart_names=restart_names)

    def end(self) -> Fault:
        """End the stream with the segments published so far and EXT-X-ENDLIST."""
        return self._fault("end", None)

    def clear(self) -> None:
        """End all faults."""
        self._ask("clear")

    def faults(self) -> tuple[Fault, ...]:
        """All faults so far, in the order of the commands."""
        return tuple(fault_from_wire(wire) for wire in self._ask("faults"))

    def delivery(self) -> Delivery:
        """The delivery log as it is now."""
        *parts, _ = self._control.ask_parts({"do": "delivery", "channel": self._number}, timeout=60)
        return delivery_from_parts(parts)

    def segment(self, ordinal: int) -> bytes:
        """The bytes of a segment, whether the playlist lists it or not."""
        if ordinal < 0:
            raise OriginError("ordinals count from 0")
        return bytes.fromhex(self._ask("segment", ordinal=ordinal))

    def init(self) -> bytes | None:
        """The initialisation section; None for MPEG-TS, which has none."""
        found = self._ask("init")
        return None if found is None else bytes.fromhex(found)

    def _fault(self, kind: FaultKind, seconds: float | None, count: int | None = None, **details: Any) -> Fault:
        if seconds is not None and seconds <= 0:
            raise ValueError("a fault's seconds are above 0")
        if count is not None and count < 1:
            raise ValueError("a fault's count is 1 or more")
        fault = {"kind": kind, "seconds": seconds, "count": count, "details": details}
        return fault_from_wire(self._ask("fault", fault=fault))

    def _ask(self, do: str, **more: Any) -> Any:
        return self._control.ask({"do": do, "channel": self._number, **more})
