"""What a channel offers at the same time: variants of its picture, its sound alone; and the playlist of them."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from pytest_hlsload.origin.media import Lap, MediaSpec

SOUND = "audio"
"""The name of the rendition that holds the sound alone."""

_GROUP = "sound"


@dataclass(frozen=True, slots=True)
class Rendition:
    """
    One media playlist of a channel.

    Attributes:
        spec: what was encoded.
        media: its segments.
    """

    spec: MediaSpec
    media: Lap

    @property
    def bandwidth(self) -> int:
        """Bits a second of its largest segment, as RFC 8216 4.3.4.2 has it."""
        largest = max(len(self.media.segment(position)) for position in range(len(self.media)))
        return math.ceil(8 * largest / self.spec.segment_seconds)


def specs_of(spec: MediaSpec, variants: Mapping[int, int], *, separate_audio: bool) -> dict[str, MediaSpec]:
    """
    What to encode for a channel, by the renditions' names; the first is the one that the channel's own URL names.

    Args:
        spec: of a channel without variants.
        variants: video bits a second by height of the picture; none for a channel with one rendition, called "".
        separate_audio: whether the sound is a rendition of its own.
    """
    # Cut where picture and sound both end, whether they are in one segment or in two.
    spec = replace(spec, wanted_seconds=float(spec.segment_seconds))
    if not variants:
        return {"": spec}
    picture = replace(spec, audio=spec.audio and not separate_audio)
    specs = {str(height): replace(picture, height=height, bitrate=bits) for height, bits in variants.items()}
    return specs | ({SOUND: replace(spec, fps=0)} if separate_audio else {})


def multivariant(renditions: Mapping[str, Rendition]) -> str:
    """The multivariant playlist's text."""
    return "\n".join(("#EXTM3U", *_lines(renditions))) + "\n"


def _lines(renditions: Mapping[str, Rendition]) -> Iterator[str]:
    sound = renditions.get(SOUND)
    if sound is not None:
        yield f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="{_GROUP}",NAME="tone",DEFAULT=YES,URI="{SOUND}/live.m3u8"'
    for name, rendition in renditions.items():
        if name == SOUND:
            continue
        attributes = [f"BANDWIDTH={rendition.bandwidth + (sound.bandwidth if sound is not None else 0)}"]
        if rendition.spec.fps:
            attributes.append(f"RESOLUTION={rendition.spec.width}x{rendition.spec.height}")
        if sound is not None:
            attributes.append(f'AUDIO="{_GROUP}"')
        yield f"#EXT-X-STREAM-INF:{','.join(attributes)}"
        yield f"{name}/live.m3u8".lstrip("/")


def duration_of(renditions: Mapping[str, Rendition]) -> Fraction:
    """Of every segment (s), which is the same in all."""
    return next(iter(renditions.values())).spec.segment_seconds
