"""Text that a terminal can show without acting on it"""

from pytest_hlsload.model.one_line import without_controls


def clean(text: str) -> str:
    """
    Any text as one line: whatever ffmpeg or an origin put into it cannot colour, move or forge what is around it. The
    indentation stays.
    """
    return without_controls(text).rstrip()
