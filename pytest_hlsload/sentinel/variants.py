"""Which variants of a multivariant playlist the clients get"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """
    One variant stream (RFC 8216 4.3.4.2).

    Attributes:
        uri: of its media playlist, as written in the multivariant playlist.
        bandwidth: BANDWIDTH, in bits a second; 0 where it does not say.
        width: of its picture in pixels; None where it does not say.
        height: likewise.
        audio: URI of the media playlist that holds its sound; None where the sound is in its own segments.
    """

    uri: str
    bandwidth: int = 0
    width: int | None = None
    height: int | None = None
    audio: str | None = None

    @property
    def resolution(self) -> str:
        """``1280x720``; "" where it does not say."""
        return f"{self.width}x{self.height}" if self.width and self.height else ""


def choose(variants: Sequence[Variant], wanted: str) -> tuple[tuple[Variant, ...], str]:
    """
    The variants that are read, and a sentence where what was wanted is not there.

    A bandwidth is a limit, as for a player on such a line: the highest variant that does not exceed it. So is a height
    that no variant has. Where all exceed it, the lowest is read.

    Args:
        variants: at least one.
        wanted: "highest", "lowest", "all", a bandwidth in digits or a height like "720p", see ``model.variant``.
    """
    if wanted == "all":
        apart: dict[tuple[str, str | None], Variant] = {}
        for variant in variants:
            apart.setdefault((variant.uri, variant.audio), variant)
        return tuple(apart.values()), ""
    if wanted == "highest":
        return (max(variants, key=_bandwidth),), ""
    lowest = min(variants, key=_bandwidth)
    if wanted == "lowest":
        return (lowest,), ""
    if wanted.endswith("p"):
        return _by_height(variants, lowest, int(wanted[:-1]))
    limit = int(wanted)
    best = max((variant for variant in variants if variant.bandwidth <= limit), key=_bandwidth, default=None)
    if best is not None:
        return (best,), ""
    return (lowest,), f"no variant is within {limit} b/s: the lowest is read, of {lowest.bandwidth} b/s"


def _by_height(variants: Sequence[Variant], lowest: Variant, height: int) -> tuple[tuple[Variant, ...], str]:
    below = [variant for variant in variants if variant.height is not None and variant.height <= height]
    best = max(below, key=lambda variant: (variant.height or 0, variant.bandwidth), default=lowest)
    note = "" if best.height == height else f"no variant is {height}p: read is {best.resolution or 'the lowest'}"
    return (best,), note


def _bandwidth(variant: Variant) -> int:
    return variant.bandwidth
