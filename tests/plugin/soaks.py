"""What tests with real loads share"""

from pathlib import Path


def journal_of(folder: Path) -> Path:
    """The journal of the one load below a folder."""
    [journal] = (folder / ".hls-load").glob("*/*.jsonl")
    return journal
