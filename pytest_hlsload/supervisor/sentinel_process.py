"""The probe and the sentinel as the supervisor sees them: one process that answers with lines"""

import contextlib
import json
import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_hlsload.model.record_lines import from_plain
from pytest_hlsload.model.records import FindingRecord, LookRecord, PlaylistRecord
from pytest_hlsload.model.redaction import redact_url

from .loop import Loop
from .spawn import read_piece

# A playlist that takes longer will not keep viewers waiting: the readers start without the answer.
PATIENCE = 5.0

# The probe answers by then; the supervisor gives it this much longer.
_MARGIN = 1.0


@dataclass(frozen=True, slots=True)
class Look:
    """
    What the probe saw of a media playlist.

    Attributes:
        playlist: a record without its time and its number.
        url: the URL to give to readers; "" for the one that was asked for.
        audio_url: the playlist that holds the sound; "" where that is in the same segments.
        audio_join: how many segments from the end of that a reader starts.
    """

    playlist: PlaylistRecord
    url: str = ""
    audio_url: str = ""
    audio_join: int = 3


class SentinelProcess:
    """
    One look at the playlist, and a watch over it as long as the load runs.

    Args:
        loop: on which to wait.
        command: of the process.
        url: of the playlist.
        headers: to send.
        proxy: through which to ask; None for none.
        variant: which to look at of a multivariant playlist, see the setting.
        watch: whether to go on after the first look.
        before_exec: runs in the child; see `guard.tie_to_parent`.
        looked: called once, with what was seen of each media playlist that is to be read.
        found: called with each look and finding, and the place of the playlist that it is about; times are on the
            loop's clock.
        lost: called if it ends by itself while it should watch.
    """

    def __init__(
        self,
        loop: Loop,
        command: Sequence[str],
        url: str,
        headers: Mapping[str, str],
        *,
        variant: str,
        proxy: str | None = None,
        watch: bool,
        before_exec: Callable[[], None],
        looked: Callable[[float, Sequence[Look]], None],
        found: Callable[[FindingRecord | LookRecord, int], None],
        lost: Callable[[float], None],
    ) -> None:
        self._loop = loop
        self._url = url
        self._watch = watch
        self._looked: Callable[[float, Sequence[Look]], None] | None = looked
        self._found = found
        self._lost = lost
        self._output = b""
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._process = subprocess.Popen(
                list(command),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=before_exec,  # noqa: PLW1509  the supervisor has one thread
            )
        except (OSError, subprocess.SubprocessError) as error:
            self._look(loop.now, [], f"the probe could not be started: {getattr(error, 'strerror', None) or error}")
            return
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        request = {
            "url": url,
            "headers": dict(headers),
            "proxy": proxy,
            "variant": variant,
            "timeout": PATIENCE,
            "watch": watch,
        }
        with contextlib.suppress(BrokenPipeError):
            # Its stdin stays open: when the supervisor dies, the sentinel sees it end.
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        self._descriptor = self._process.stdout.fileno()
        os.set_blocking(self._descriptor, False)
        loop.watch(self._descriptor, self._read)
        loop.call_at(loop.now + PATIENCE + _MARGIN, self._lose_patience)

    @property
    def pid(self) -> int | None:
        """Of the process; None where it does not run."""
        return self._process.pid if self._process is not None else None

    def renew(self, url: str | None, headers: Mapping[str, str]) -> None:
        """Let it look at another URL, if one is given, and with these headers."""
        if self._process is None:
            return
        assert self._process.stdin is not None
        line = json.dumps({"url": url, "headers": dict(headers)}).encode() + b"\n"
        # One that does not listen must not hold up the readers; it passes over what it gets in pieces.
        os.set_blocking(self._process.stdin.fileno(), False)
        with contextlib.suppress(OSError):
            os.write(self._process.stdin.fileno(), line)

    def close(self) -> None:
        """End the process, if it still runs."""
        process, self._process = self._process, None
        if process is None:
            return
        self._loop.forget(self._descriptor)
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            with contextlib.suppress(BrokenPipeError):
                pipe.close()

    def _lose_patience(self, at: float) -> None:
        if self._looked is not None:
            self.close()
            self._look(at, [], f"the probe did not answer within {PATIENCE + _MARGIN:g} s")

    def _read(self, at: float) -> None:
        piece = read_piece(self._descriptor)
        if piece == b"":
            self.close()
            if self._looked is None:
                self._lost(at)
            self._look(at, [], "the probe ended without an answer")
            return
        *lines, self._output = (self._output + (piece or b"")).split(b"\n")
        for line in lines:
            self._take(at, line)

    def _take(self, at: float, line: bytes) -> None:
        plain: Any = None
        with contextlib.suppress(ValueError):
            plain = json.loads(line)
        if self._looked is not None:
            self._look(at, plain, "the probe's answer could not be read")
            if not self._watch:
                self.close()
            return
        with contextlib.suppress(ValueError, TypeError, AttributeError):
            record = from_plain({**plain, "at": at})
            if isinstance(record, (FindingRecord, LookRecord)):
                self._found(record, int(plain.get("place", 0)))

    def _look(self, at: float, plain: Any, trouble: str) -> None:
        looked, self._looked = self._looked, None
        if looked is None:
            return
        looks: list[Look] = []
        with contextlib.suppress(ValueError, TypeError, AttributeError):
            looks = [_look_of(it) for it in plain]
        looked(at, looks or [Look(PlaylistRecord(at=0.0, url=redact_url(self._url), error=trouble))])


def _look_of(plain: Mapping[str, Any]) -> Look:
    playlist = from_plain({**plain, "at": 0.0, "kind": PlaylistRecord.kind})
    assert isinstance(playlist, PlaylistRecord)
    return Look(
        playlist,
        str(plain.get("media_url_full") or ""),
        str(plain.get("audio_url_full") or ""),
        int(plain.get("audio_join") or playlist.join),
    )
