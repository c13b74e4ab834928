"""
What the live view costs the owner of a load, in CPU time a second: ``python -m benchmarks.live_view``

A load of so many clients, a tenth of whom stand still, is told to a board twenty times a second, as its journal's
thread would; what is drawn goes nowhere.
"""

import contextlib
import time

from live.screens import Recorded
from model.histories import STALLS_ONCE, History, journal

from pytest_hlsload.live.board import Board
from pytest_hlsload.live.drawing import drawing
from pytest_hlsload.live.lines import SummaryLines
from pytest_hlsload.live.picture import MOST_STALLED, Picture, picture_of, why_stalled_now
from pytest_hlsload.model.fold import Fold

STALLED: History = ((0.0, "come"), (1.0, "play"), (20.0, "stall"), (24.0, "log", "refused"))
PLAYS: History = STALLS_ONCE[:-1]

SECONDS = 10.0


def cost(clients: int) -> tuple[float, int]:
    """CPU seconds a second, and how often it was drawn."""
    lines, fold = SummaryLines(clients), Fold()
    histories = [STALLED if n % 10 == 0 else PLAYS for n in range(clients)]
    for record in journal(*histories, ends=""):
        lines.see(record)
        fold.add(record)
    screen = Recorded()
    board = Board(screen, drawing("full", encoding="utf-8", colour=True))
    reasons: dict[int, str] = {}
    asked = 0.0

    def picture() -> Picture:
        nonlocal asked
        now = time.monotonic()
        if now >= asked + 1.0:
            asked = now
            seen = fold.report(at=30.0, running=True).clients
            reasons.update((client, why_stalled_now(seen[client - 1])) for client, _ in lines.stalled[:MOST_STALLED])
        return picture_of(lines, now % 1000, name="x", left=9.0, why=lambda client: reasons.get(client, ""))

    board.show("x", picture)  # rich is imported now
    began, used = time.monotonic(), time.process_time()
    with contextlib.suppress(KeyboardInterrupt):
        while time.monotonic() - began < SECONDS:
            board.show("x", picture)
            time.sleep(0.1)
    return (time.process_time() - used) / (time.monotonic() - began), screen.shows


if __name__ == "__main__":
    for clients in (20, 200, 1000):
        share, shows = cost(clients)
        print(f"{clients} clients: {share:.2%} of a core, drawn {shows / SECONDS:.1f} times a second")
