"""Which variant of a multivariant playlist is wanted, as people write it"""

import re

from .metrics import Unit, parse_amount

WORDS = ("highest", "lowest", "all")

# Whoever writes 720 means lines, not bits.
_LEAST = 1000


def parse_variant(value: object) -> str:
    """
    ``highest``, ``lowest``, ``all``, a height like ``720p``, or a bandwidth in bits a second as digits: from
    ``2500000`` or ``2.5Mb/s``.

    Raises:
        ValueError: where it is none of these; the message ends the sentence "variant X ...".
    """
    text = str(value).strip().lower() if isinstance(value, str) else str(value)
    if text in WORDS or re.fullmatch(r"[1-9]\d*p", text, re.ASCII):
        return text
    try:
        bandwidth = parse_amount(str(value), Unit.BITRATE)
    except ValueError:
        bandwidth = 0.0
    if bandwidth < _LEAST or isinstance(value, bool):
        raise ValueError(f"is no variant: write {', '.join(WORDS)}, a height like 720p or a bandwidth like 2.5Mb/s")
    return str(round(bandwidth))
