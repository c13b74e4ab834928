"""Evidence, thinned."""

from pytest_hlsload.model.client_records import LogRecord
from pytest_hlsload.model.records import Record
from pytest_hlsload.reader.log_lines import read_line
from pytest_hlsload.supervisor.troubles import Troubles

NOT_FOUND = read_line(b"[warning] HTTP error 404 Not Found")
BROKEN = read_line(b"[warning] HTTP error 503 Service Unavailable")


def records(*lines: tuple[float, object], flush: float) -> list[tuple[float, str, int | None, int]]:
    written: list[Record] = []
    troubles = Troubles(1, written.append)
    for at, line in lines:
        troubles.add(at, line)  # type: ignore[arg-type]
    troubles.flush(flush)
    return [(r.at, r.log, r.status, r.count) for r in written if isinstance(r, LogRecord)]


def test_the_first_of_a_kind_is_recorded_at_once() -> None:
    assert records((1.0, NOT_FOUND), flush=1.0) == [(1.0, "http_error", 404, 1)]


def test_more_of_the_kind_are_counted_and_recorded_after_five_seconds() -> None:
    many = [(1.0 + n / 100, NOT_FOUND) for n in range(300)]

    assert records(*many, flush=3.9) == [(1.0, "http_error", 404, 1)]
    assert records(*many, flush=6.0) == [(1.0, "http_error", 404, 1), (3.99, "http_error", 404, 299)]


def test_statuses_are_kinds_of_their_own() -> None:
    assert [status for _, _, status, _ in records((1.0, NOT_FOUND), (1.1, BROKEN), flush=2)] == [404, 503]


def test_nothing_is_kept_back_at_the_end() -> None:
    written: list[Record] = []
    troubles = Troubles(1, written.append)
    for _ in range(4):
        troubles.add(1.0, NOT_FOUND)
    troubles.flush_all()

    assert sum(r.count for r in written if isinstance(r, LogRecord)) == 4


def test_of_many_lines_the_newest_of_the_worst_is_told() -> None:
    written: list[Record] = []
    troubles = Troubles(1, written.append)
    for raw in (
        b"[verbose] a: Connection refused",
        b"[error] b: Connection refused",
        b"[verbose] c: Connection refused",
    ):
        troubles.add(1.0, read_line(b"[verbose] x: Connection refused"))
        troubles.add(1.0, read_line(raw))
    troubles.flush_all()

    (_, record) = (r for r in written if isinstance(r, LogRecord))
    assert (record.level, record.text, record.count) == ("error", "b: Connection refused", 5)
