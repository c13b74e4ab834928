"""Text from elsewhere, made fit for a sentence: one line, no control characters, not too long"""

import re

_ESCAPE_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])?")


def without_controls(text: str) -> str:
    """
    The text without anything that a terminal acts on: escape sequences go, and every other character that is not
    printable (controls, line ends, marks that turn the direction of writing, lone surrogates) becomes a space.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else " " for c in _ESCAPE_SEQUENCE.sub("", text))


def one_line(text: str, limit: int = 160) -> str:
    """The text on one line of at most ``limit`` characters; what is cut off shows as ``…``."""
    line = " ".join(without_controls(text).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
