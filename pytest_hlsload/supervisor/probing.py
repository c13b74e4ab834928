"""The probe as the supervisor sees it: a process that answers with one line"""

import contextlib
import json
import os
import subprocess
from collections.abc import Callable, Mapping, Sequence

from pytest_hlsload.model.record_lines import from_plain
from pytest_hlsload.model.records import PlaylistRecord
from pytest_hlsload.model.redaction import redact_url

from .loop import Loop
from .spawn import read_piece

# A playlist that takes longer will not keep viewers waiting: the readers start without the answer.
PATIENCE = 5.0

# The probe ends itself by then; the supervisor gives it this much longer.
_MARGIN = 1.0


class Probing:
    """
    One look at the playlist.

    Args:
        loop: on which to wait.
        command: of the probe.
        url: of the playlist.
        headers: to send.
        before_exec: runs in the child; see `guard.tie_to_parent`.
        done: called once, with what was seen (a record without its time) and the URL to give to readers.
    """

    def __init__(
        self,
        loop: Loop,
        command: Sequence[str],
        url: str,
        headers: Mapping[str, str],
        *,
        before_exec: Callable[[], None],
        done: Callable[[float, PlaylistRecord, str], None],
    ) -> None:
        self._loop = loop
        self._url = url
        self._done: Callable[[float, PlaylistRecord, str], None] | None = done
        self._answer = b""
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
            self._finish(loop.now, f"the probe could not be started: {getattr(error, 'strerror', None) or error}")
            return
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        question = {"url": url, "headers": dict(headers), "timeout": PATIENCE}
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(question).encode() + b"\n")
            self._process.stdin.close()
        self._output = self._process.stdout.fileno()
        os.set_blocking(self._output, False)
        loop.watch(self._output, self._read)
        loop.call_at(loop.now + PATIENCE + _MARGIN, self.give_up)

    def give_up(self, at: float) -> None:
        """Wait no longer."""
        if self._done is not None:
            self._close()
            self._finish(at, f"the probe did not answer within {PATIENCE + _MARGIN:g} s")

    def _read(self, at: float) -> None:
        piece = read_piece(self._output)
        if piece:
            self._answer += piece
        if piece == b"" or b"\n" in self._answer:
            self._close()
            self._finish(at, "the probe ended without an answer")

    def _close(self) -> None:
        self._loop.forget(self._output)
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _finish(self, at: float, trouble: str) -> None:
        done, self._done = self._done, None
        if done is None:
            return
        media_url = ""
        record = PlaylistRecord(at=0.0, url=redact_url(self._url), error=trouble)
        with contextlib.suppress(ValueError, TypeError):
            plain = json.loads(self._answer)
            media_url = str(plain.get("media_url_full") or "")
            seen = from_plain({**plain, "at": 0.0, "kind": PlaylistRecord.kind})
            if isinstance(seen, PlaylistRecord):
                record = seen
        done(at, record, media_url)
