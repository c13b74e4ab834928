"""What the owner tells the supervisor: the order that starts it, and commands while it runs"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from pytest_hlsload.model.client_options import ClientOptions
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
        options: of single clients, by their numbers.
        portable: whether to do without what only Linux has: for tests of what is left elsewhere.
        first: the number of the first client; on one of several hosts it is not 1.
        of_all: how many clients the load has at a time on all hosts; 0 where this is the only one.
        lease: how long to go on without a word from the owner, in seconds; None for as long as the owner is there.
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
    options: Mapping[int, ClientOptions] = field(default_factory=dict)
    portable: bool = False
    first: int = 1
    of_all: int = 0
    lease: float | None = None

    @property
    def clients(self) -> range:
        """Their numbers."""
        return range(self.first, self.first + self.settings.clients)

    @property
    def agent(self) -> str:
        """The beginning of what readers call themselves."""
        own = f"pytest-hlsload/{self.id}"
        return f"{self.settings.user_agent} {own}" if self.settings.user_agent else own

    def to_line(self) -> bytes:
        """As sent."""
        plain = {f.name: getattr(self, f.name) for f in fields(self)}
        plain |= {"settings": asdict(self.settings), "options": _plain(self.options)}
        return json.dumps(plain).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> "Order":
        """As received."""
        plain = json.loads(line)
        plain |= {"settings": LoadSettings(**plain["settings"]), "options": _options(plain["options"])}
        return cls(**plain)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """
    A later line.

    Attributes:
        id: the owner's number, repeated in the journal's record of the command.
        command: "refresh", "mark", "phase", "end_phase", "options", "abort" or "stop"; "renew" only renews the lease,
            as every line does, and is not recorded.
        text: the mark's text or the phase's name.
        options: of single clients, in place of what they had before; for their next readers.
    """

    id: int
    command: str
    text: str = ""
    options: Mapping[int, ClientOptions] = field(default_factory=dict)

    def to_line(self) -> bytes:
        """As sent."""
        return json.dumps({**asdict(self), "options": _plain(self.options)}).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> "Command":
        """As received."""
        plain = json.loads(line)
        return cls(**{**plain, "options": _options(plain["options"])})


# Pairs, because JSON's names are no numbers.
def _plain(options: Mapping[int, ClientOptions]) -> list[tuple[int, dict[str, Any]]]:
    return [(client, asdict(own)) for client, own in options.items()]


def _options(plain: Sequence[tuple[int, Mapping[str, Any]]]) -> dict[int, ClientOptions]:
    return {client: ClientOptions(**own) for client, own in plain}
