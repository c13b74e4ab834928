"""The sentinel's rules, as looks written as data."""

from dataclasses import replace

import pytest

from pytest_hlsload.sentinel.checks import Checks
from pytest_hlsload.sentinel.snapshot import Segment, Snapshot


def playlist(first: int, last: int, **more: object) -> Snapshot:
    """Segments of two seconds by their numbers."""
    segments = tuple(Segment(f"s{number}.ts", 2.0) for number in range(first, last + 1))
    return replace(Snapshot(target_duration=2.0, sequence=first, segments=segments), **more)  # type: ignore[arg-type]


def looks(*history: tuple[float, Snapshot | str]) -> list[tuple[float, str, str, float, float | None]]:
    """What is found: when, which rule, how bad, since when, how long."""
    checks = Checks()
    return [
        (at, it.check, it.level, it.since, it.lasted)
        for at, seen in history
        for it in (checks.failed(at, seen) if isinstance(seen, str) else checks.see(at, seen))
    ]


def test_a_playlist_that_goes_on_is_in_order() -> None:
    assert looks(*((2.0 * n, playlist(n, n + 5)) for n in range(20))) == []


def test_a_playlist_that_stands_still_is_told_when_it_is_stale_when_it_is_worse_and_when_it_goes_on() -> None:
    still = [(float(at), playlist(4, 9)) for at in range(9)]

    assert looks(*still, (9.0, playlist(8, 13))) == [
        (4.0, "stale_manifest", "warning", 0.0, None),
        (7.0, "stale_manifest", "error", 0.0, None),
        (9.0, "stale_manifest", "error", 0.0, 9.0),
    ]


def test_a_stale_playlist_says_for_how_long() -> None:
    checks = Checks()
    checks.see(0.0, playlist(4, 9))

    (found,) = checks.see(12.4, playlist(4, 9))
    assert found.text == "playlist unchanged for 12.4 s, target duration 2 s"


def test_a_playlist_that_cannot_be_had_is_told_once_and_when_it_is_back() -> None:
    assert looks((0.0, playlist(4, 9)), (1.0, "HTTP 503"), (2.0, "HTTP 503"), (3.5, playlist(5, 10))) == [
        (1.0, "manifest_retrieval", "error", 1.0, None),
        (3.5, "manifest_retrieval", "error", 1.0, 2.5),
    ]


@pytest.mark.parametrize(
    ("check", "later"),
    [
        ("media_sequence", playlist(0, 5)),
        ("playlist_size", replace(playlist(4, 7))),
        ("discontinuity_sequence", playlist(5, 10, discontinuity_sequence=2)),
        ("extinf_over_target", playlist(5, 10, target_duration=1.0)),
        ("unexpected_endlist", playlist(5, 10, ended=True)),
        ("window_short", playlist(9, 10)),
    ],
)
def test_each_breach_has_its_name(check: str, later: Snapshot) -> None:
    first = playlist(4, 9, discontinuity_sequence=3)
    if check != "discontinuity_sequence":
        later = replace(later, discontinuity_sequence=3)

    assert check in [found[1] for found in looks((0.0, first), (1.0, later))]


def test_the_same_number_under_another_address_is_another_playlist() -> None:
    renamed = playlist(5, 10)
    renamed = replace(renamed, segments=(Segment("other.ts", 2.0), *renamed.segments[1:]))

    assert [found[1] for found in looks((0.0, playlist(4, 9)), (2.0, renamed))] == ["playlist_content"]


def test_program_dates_that_leave_the_durations_are_told_once() -> None:
    segments = tuple(Segment(f"s{n}.ts", 2.0, date=1000.0 + 3.5 * n) for n in range(6))
    adrift = Snapshot(target_duration=2.0, sequence=3, segments=segments)

    assert [found[1] for found in looks((0.0, adrift), (1.0, adrift))] == ["pdt_drift"]


def test_a_discontinuity_may_break_the_program_dates() -> None:
    segments = (Segment("a.ts", 2.0, date=1000.0), *(Segment(f"{n}.ts", 2.0, True, 5000.0 + n) for n in range(3)))

    assert looks((0.0, Snapshot(target_duration=2.0, sequence=3, segments=segments))) == []


def test_half_a_second_over_is_rounded_up_and_less_is_not() -> None:
    def longest(duration: float) -> Snapshot:
        return replace(playlist(4, 9), segments=(Segment("s.ts", duration),) * 6)

    assert looks((0.0, longest(2.49))) == []
    assert [found[1] for found in looks((0.0, longest(2.5)))] == ["extinf_over_target"]
