"""The sentinel's rules, as looks written as data."""

from dataclasses import replace

import pytest

from pytest_hlsload.sentinel.checks import Checks
from pytest_hlsload.sentinel.served import Served
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


def test_what_lasts_is_told_again_when_it_is_twice_as_long() -> None:
    told = [found for found in looks(*((float(at), playlist(4, 9)) for at in range(80))) if found[2] == "error"]

    assert [found[0] for found in told] == [7.0, 19.0, 43.0]
    assert {found[3] for found in told} == {0.0}


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
        ("target_duration", playlist(5, 10, target_duration=3.0)),
        ("gap", replace(playlist(5, 10), segments=(*playlist(5, 9).segments, Segment("s10.ts", 2.0, gap=True)))),
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


def test_a_removed_discontinuity_must_be_counted() -> None:
    first = playlist(4, 9)
    first = replace(first, segments=(replace(first.segments[0], discontinuity=True), *first.segments[1:]))

    assert looks((0.0, first), (2.0, playlist(5, 10, discontinuity_sequence=1))) == []
    assert [found[1:3] for found in looks((0.0, first), (2.0, playlist(5, 10)))] == [
        ("discontinuity_sequence", "warning")
    ]


def test_a_playlist_that_takes_longer_than_its_target_duration_is_slow_until_it_is_not() -> None:
    checks = Checks()
    took = [0.1, 2.5, 4.0, 0.2]
    found = [it for n, slow in enumerate(took) for it in checks.see(4.0 * n, playlist(n, n + 5), took=slow)]
    slow = [it for it in found if it.check == "slow_retrieval"]

    assert [(it.since, it.lasted) for it in slow] == [(4.0, None), (4.0, 8.0)]
    assert slow[-1].text == "the playlist took up to 4.0 s to come, target duration 2 s"


def test_segments_marked_as_missing_are_counted_until_there_are_no_more() -> None:
    def window(first: int, *gaps: int) -> Snapshot:
        segments = tuple(Segment(f"s{n}.ts", 2.0, gap=n in gaps) for n in range(first, first + 6))
        return Snapshot(target_duration=2.0, sequence=first, segments=segments)

    found = looks((0.0, window(0)), (2.0, window(1, 6)), (4.0, window(2, 6, 7)), (6.0, window(3, 6, 7)))

    assert found == [(2.0, "gap", "error", 2.0, None), (6.0, "gap", "error", 2.0, 4.0)]


def dated(first: int, wall: float) -> Snapshot:
    """Its newest segment ends at that moment."""
    segments = tuple(Segment(f"s{first + n}.ts", 2.0, date=wall - 2.0 * (6 - n)) for n in range(6))
    return Snapshot(target_duration=2.0, sequence=first, segments=segments)


def test_an_edge_that_comes_later_and_later_by_its_dates_is_told() -> None:
    checks = Checks()
    found = []
    for n, lag in enumerate([1.0, 1.9, 4.0, 1.2]):
        found += checks.see(2.0 * n, dated(n, 1000.0 + 2 * n - lag), wall=1000.0 + 2 * n)

    assert [(it.check, it.since, it.lasted) for it in found] == [("edge_lag", 4.0, None), ("edge_lag", 4.0, 2.0)]
    assert "3.0 s later than it had" in found[-1].text


def test_program_dates_in_the_future_are_told_once() -> None:
    checks = Checks()
    found = [it for n in range(3) for it in checks.see(2.0 * n, dated(n, 1003.0 + 2 * n), wall=1000.0 + 2 * n)]

    assert [it.check for it in found] == ["pdt_future"]


@pytest.mark.parametrize(
    ("served", "text"),
    [
        (Served(), ""),
        (Served(age=11, cache="HIT"), "; a cache has held it for 11 s (Age; X-Cache: HIT): the edge is stale"),
        (Served(age=1), "; a cache fetched it 1 s ago (Age): the origin is stale"),
        (Served(cache="MISS from edge"), "; no cache had it (X-Cache: MISS from edge): the origin is stale"),
        (Served(cache="Hit from cloudfront"), " (X-Cache: Hit from cloudfront)"),
    ],
)
def test_headers_tell_whose_copy_is_stale(served: Served, text: str) -> None:
    checks = Checks()
    checks.see(0.0, playlist(4, 9))

    (found,) = checks.see(12.0, playlist(4, 9), served=served)
    assert found.text == f"playlist unchanged for 12.0 s, target duration 2 s{text}"
