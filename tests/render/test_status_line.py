"""The line that says how a running load is doing"""

from pytest_hlsload.model.states import State
from pytest_hlsload.render.status_line import status_line


def test_it_names_every_state_that_a_running_client_may_be_in() -> None:
    counts = {State.STREAMING: 18, State.BUFFERING: 1, State.BACKOFF: 1}

    assert status_line(counts, 3) == "Streaming:18 | Buffering:1 | Starting:0 | Backoff:1 | Idle:0 | Restarts:3"


def test_ended_clients_are_named_only_where_there_are_any() -> None:
    assert status_line({State.ENDED: 2, State.IDLE: 1}, 0) == (
        "Streaming:0 | Buffering:0 | Starting:0 | Backoff:0 | Idle:1 | Restarts:0 | Ended:2"
    )
