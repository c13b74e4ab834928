"""The event loop, on a clock of its own."""

import os
from functools import partial

from pytest_hlsload.supervisor.loop import LAST, OUTPUT, PROMPT, REST, ROUND, Loop


class Clock:
    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def loop_and_clock() -> tuple[Loop, Clock]:
    clock = Clock()
    return Loop(clock=clock, sleep=clock.sleep), clock


def pipe_with(content: bytes) -> int:
    readable, writable = os.pipe()
    os.write(writable, content)
    os.close(writable)
    return readable


def test_deadlines_come_in_the_order_of_their_times() -> None:
    loop, _ = loop_and_clock()
    heard: list[str] = []
    loop.call_at(99.0, lambda _: heard.append("second"))
    loop.call_at(98.0, lambda _: heard.append("first"))
    loop.call_at(100.0, lambda _: heard.append("third"))

    loop.turn()
    assert heard == ["first", "second", "third"]


def test_the_worst_lag_is_kept_until_it_was_told() -> None:
    loop, _ = loop_and_clock()
    loop.call_at(99.5, lambda _: None)
    loop.call_at(98.0, lambda _: None)
    loop.turn()

    assert loop.reset_lag() == 2.0
    assert loop.reset_lag() == 0.0


def test_commands_come_before_what_readers_print_and_that_before_their_ends() -> None:
    loop, _ = loop_and_clock()
    heard: list[str] = []

    def hear(name: str, _: float) -> None:
        heard.append(name)

    pipes = [pipe_with(b"x") for _ in range(3)]
    orders = {"end": LAST, "output": OUTPUT, "command": PROMPT}
    for descriptor, (name, order) in zip(pipes, orders.items(), strict=True):
        loop.watch(descriptor, partial(hear, name), order)
    loop.turn()

    assert heard == ["command", "output", "end"]
    for descriptor in pipes:
        loop.forget(descriptor)
        os.close(descriptor)


def test_the_loop_rests_before_it_drains_the_output_of_readers_so_that_pipes_fill() -> None:
    clock = Clock()
    drained: list[tuple[float, bytes]] = []
    first, second = os.pipe(), os.pipe()

    def drain(descriptor: int, at: float) -> None:
        drained.append((at, os.read(descriptor, 100)))

    def while_it_rests(seconds: float) -> None:
        clock.sleep(seconds)
        os.write(first[1], b" and more")
        os.write(second[1], b"another's")

    loop = Loop(clock=clock, sleep=while_it_rests)
    for readable, _ in (first, second):
        loop.watch(readable, partial(drain, readable), OUTPUT)
    os.write(first[1], b"some")
    loop.turn()

    assert clock.slept == [REST]
    assert drained == [(100 + REST, b"some and more"), (100 + REST, b"another's")]
    for pipe in (first, second):
        loop.forget(pipe[0])
        os.close(pipe[0])
        os.close(pipe[1])


def test_who_is_patient_is_called_in_rounds_and_without_a_rest() -> None:
    loop, clock = loop_and_clock()
    heard: list[float] = []
    impatient, patient = pipe_with(b"x"), pipe_with(b"x")
    loop.watch(patient, heard.append, OUTPUT, patient=True)
    loop.turn()
    assert heard == [100.0]

    loop.watch(impatient, lambda _: None)
    clock.now = 100.0 + ROUND * 0.9
    loop.turn()
    assert heard == [100.0]

    clock.now = 100.0 + ROUND * 1.1
    loop.turn()
    assert heard == [100.0, clock.now]
    assert clock.slept == []
    for descriptor in (impatient, patient):
        loop.forget(descriptor)
        os.close(descriptor)


def test_a_round_comes_by_itself_though_nothing_else_is_due_for_long() -> None:
    loop = Loop()
    heard: list[float] = []
    patient = pipe_with(b"x")
    loop.watch(patient, heard.append, patient=True)
    loop.call_at(loop.time() + 60, lambda _: None)
    for _ in range(4):
        loop.turn()

    rounds = [int(at // ROUND) for at in heard]
    assert len(rounds) >= 3
    assert rounds == sorted(set(rounds))
    assert heard[-1] - heard[0] < 30
    loop.forget(patient)
    os.close(patient)


def test_in_a_round_what_has_come_is_read_before_anybody_is_called_because_nothing_came() -> None:
    loop, clock = loop_and_clock()
    heard: list[str] = []
    patient = pipe_with(b"x")
    loop.watch(patient, lambda _: heard.append("read"), OUTPUT, patient=True)
    loop.call_at(100.1, lambda _: heard.append("called"), patient=True)
    loop.turn()
    heard.clear()
    clock.now = 100.0 + ROUND
    loop.turn()

    assert heard == ["read", "called"]
    loop.forget(patient)
    os.close(patient)


def test_patient_deadlines_come_together_and_no_more_than_a_round_late() -> None:
    loop, clock = loop_and_clock()
    heard: list[tuple[float, float]] = []

    def hear(due: float, at: float) -> None:
        heard.append((due, at))

    for due in (100.01, 100.05, 100.12):
        loop.call_at(due, partial(hear, due), patient=True)
    while len(heard) < 3:
        loop.call_at(clock.now, lambda _: None)  # so that a turn waits for nothing
        loop.turn()
        clock.now += 0.01

    assert [due for due, _ in heard] == [100.01, 100.05, 100.12]
    assert len({at for _, at in heard}) == 1
    assert all(0 <= at - due <= ROUND + 0.02 for due, at in heard)


def test_who_has_several_descriptors_is_called_once_a_turn() -> None:
    loop, _ = loop_and_clock()
    called: list[float] = []
    pipes = [pipe_with(b"x") for _ in range(3)]
    for descriptor in pipes:
        loop.watch(descriptor, called.append)
    loop.turn()

    assert called == [100.0]
    for descriptor in pipes:
        loop.forget(descriptor)
        os.close(descriptor)


def test_a_command_is_heard_at_once() -> None:
    loop, clock = loop_and_clock()
    descriptor = pipe_with(b"x")
    loop.watch(descriptor, lambda _: None)
    loop.turn()

    assert clock.slept == []
    loop.forget(descriptor)
    os.close(descriptor)


def test_while_processes_wait_to_be_started_the_loop_does_not_rest() -> None:
    loop, clock = loop_and_clock()
    descriptor = pipe_with(b"x")
    loop.watch(descriptor, lambda _: None, OUTPUT)
    loop.start_soon(lambda _: None)
    loop.turn()

    assert clock.slept == []
    loop.forget(descriptor)
    os.close(descriptor)


def test_one_process_is_started_a_turn() -> None:
    loop, _ = loop_and_clock()
    started: list[int] = []

    def start(number: int, _: float) -> None:
        started.append(number)

    for number in range(3):
        loop.start_soon(partial(start, number))

    loop.turn()
    assert (started, loop.waiting_starts) == ([0], 2)
    loop.turn()
    assert (started, loop.waiting_starts) == ([0, 1], 1)


def test_a_descriptor_that_was_closed_earlier_in_the_turn_is_not_served() -> None:
    loop, _ = loop_and_clock()
    heard: list[str] = []
    first, second = pipe_with(b"x"), pipe_with(b"x")

    def close_second(_: float) -> None:
        loop.forget(second)
        os.close(second)

    loop.watch(first, close_second)
    loop.watch(second, lambda _: heard.append("second"), LAST)
    loop.turn()

    assert heard == []
    loop.forget(first)
    os.close(first)
