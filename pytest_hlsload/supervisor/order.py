"""What the owner tells the supervisor: the order that starts it, and commands while it runs"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from pytest_hlsload.model.settings import LoadSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """
    The first line on the supervisor's stdin. It holds secrets, which is why it is no argument.

    Attributes:
        id: of the load.
        journal: path of the file to append to.
        settings: of the load.
        shown_settings: the same without secrets, for the journal.
        machine: for the journal.
        ffmpeg: path of the executable.
        hls_options: the options that its HLS demuxer knows.
        probe: command that looks at the playlist, see ``sentinel``; empty for none.
        owners: number and start of each process that the load must not outlive, the owner first; see `owners`.
        portable: whether to do without what only Linux has: for tests of what is left elsewhere.
    """

    id: str
    journal: str
    settings: LoadSettings
    shown_settings: Mapping[str, Any]
    machine: Mapping[str, Any]
    ffmpeg: str
    hls_options: Sequence[str]
    probe: Sequence[str]
    owners: Sequence[tuple[int, int]] = ()
    portable: bool = False

    def to_line(self) -> bytes:
        """As sent."""
        plain = {f.name: getattr(self, f.name) for f in fields(self)}
        return json.dumps({**plain, "settings": asdict(self.settings)}).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> "Order":
        """As received."""
        plain = json.loads(line)
        return cls(**{**plain, "settings": LoadSettings(**plain["settings"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """
    A later line.

    Attributes:
        id: the owner's number, repeated in the journal's record of the command.
        command: "refresh", "mark", "phase", "end_phase" or "stop".
        text: the mark's text or the phase's name.
    """

    id: int
    command: str
    text: str = ""

    def to_line(self) -> bytes:
        """As sent."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> "Command":
        """As received."""
        return cls(**json.loads(line))
