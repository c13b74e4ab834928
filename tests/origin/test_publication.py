from fractions import Fraction

from pytest_hlsload.origin.publication import Publication


def live(**more: object) -> Publication:
    values = {"start": 100.0, "segment_seconds": Fraction(2), "window": 3, "suffix": "ts", "has_init": False} | more
    return Publication(**values)  # type: ignore[arg-type]


def names(playlist: str) -> list[str]:
    return [line for line in playlist.splitlines() if not line.startswith("#")]


def sequence(playlist: str) -> int:
    return next(int(line.split(":")[1]) for line in playlist.splitlines() if line.startswith("#EXT-X-MEDIA-SEQUENCE"))


def test_a_segment_is_published_at_its_instant_and_not_before() -> None:
    publication = live()
    assert publication.edge(105.999) == 2
    assert publication.edge(106.0) == 3


def test_the_window_slides_and_the_media_sequence_with_it() -> None:
    publication = live(first_number=50)
    assert names(publication.playlist(104)) == ["live-000050.ts", "live-000051.ts", "live-000052.ts"]
    assert sequence(publication.playlist(104)) == 50
    assert names(publication.playlist(108)) == ["live-000052.ts", "live-000053.ts", "live-000054.ts"]
    assert sequence(publication.playlist(108)) == 52


def test_every_playlist_name_can_be_found() -> None:
    publication = live(first_number=7)
    for now in (104, 110, 117.3):
        newest = publication.edge(now)
        found = [publication.find(name, now) for name in names(publication.playlist(now))]
        assert found == [newest - 2, newest - 1, newest]


def test_a_segment_is_not_there_before_it_is_published_nor_long_after() -> None:
    publication = live()
    assert publication.find("live-000005.ts", 109.9) is None
    assert publication.find("live-000005.ts", 110.0) == 5
    assert publication.find("live-000005.ts", 120.0) == 5
    assert publication.find("live-000005.ts", 150.0) is None


def test_names_of_other_things_are_not_found() -> None:
    assert live().find("live-000001.m4s", 110) is None
    assert live().find("other.ts", 110) is None


def test_a_stale_playlist_catches_up_at_once() -> None:
    publication = live()
    before = publication.playlist(104)
    publication.freeze(104, pause=False)
    assert publication.playlist(111) == before
    publication.thaw(112)
    assert names(publication.playlist(112))[-1] == "live-000006.ts"


def test_after_a_pause_publishing_goes_on_where_it_stopped() -> None:
    publication = live()
    publication.freeze(105, pause=True)
    assert publication.edge(115) == 2
    publication.thaw(115)
    assert publication.edge(115.999) == 2
    assert publication.edge(116) == 3


def test_a_sequence_reset_renumbers_the_window_and_names_later_segments_by_it() -> None:
    publication = live(first_number=50)
    publication.reset_sequence(108, 0)
    assert sequence(publication.playlist(108)) == 0
    assert names(publication.playlist(108)) == ["live-000052.ts", "live-000053.ts", "live-000054.ts"]
    assert names(publication.playlist(110)) == ["live-000053.ts", "live-000054.ts", "live-000003.ts"]
    assert sequence(publication.playlist(110)) == 1
    assert publication.find("live-000003.ts", 110) == 5


def test_an_encoder_restart_comes_with_a_discontinuity_that_is_counted_when_it_has_gone() -> None:
    publication = live()
    publication.restart_encoder(104, restart_names=False)
    assert "#EXT-X-DISCONTINUITY\n" not in publication.playlist(104)
    lines = publication.playlist(106).splitlines()
    assert lines[lines.index("#EXT-X-DISCONTINUITY") + 2] == "live-000003.ts"
    assert "#EXT-X-DISCONTINUITY\n" in publication.playlist(110)
    gone = publication.playlist(112)
    assert "#EXT-X-DISCONTINUITY\n" not in gone
    assert "#EXT-X-DISCONTINUITY-SEQUENCE:1\n" in gone


def test_an_encoder_restart_counts_the_media_from_its_start() -> None:
    publication = live()
    publication.restart_encoder(104, restart_names=False)
    assert [publication.position(ordinal) for ordinal in (1, 2, 3, 4)] == [1, 2, 0, 1]


def test_names_may_restart_while_the_sequence_goes_on() -> None:
    publication = live(first_number=50)
    publication.restart_encoder(104, restart_names=True)
    assert names(publication.playlist(106)) == ["live-000051.ts", "live-000052.ts", "live-000000.ts"]
    assert sequence(publication.playlist(106)) == 51
    assert publication.find("live-000000.ts", 106) == 3


def test_an_ended_stream_publishes_nothing_more() -> None:
    publication = live()
    assert "#EXT-X-ENDLIST" not in publication.playlist(104)
    publication.finish(104)
    assert publication.playlist(104).endswith("#EXT-X-ENDLIST\n")
    assert names(publication.playlist(150)) == names(publication.playlist(104))


def test_a_vod_lists_everything_from_the_beginning() -> None:
    publication = live(total=5)
    playlist = publication.playlist(100)
    assert names(playlist) == [f"live-{number:06d}.ts" for number in range(5)]
    assert playlist.endswith("#EXT-X-ENDLIST\n")
    assert publication.find("live-000000.ts", 10_000) == 0


def test_the_target_duration_is_the_nearest_second() -> None:
    assert "#EXT-X-TARGETDURATION:2\n" in live(segment_seconds=Fraction("1.92")).playlist(104)
    assert "#EXT-X-TARGETDURATION:3\n" in live(segment_seconds=Fraction("2.5")).playlist(104)
    assert "#EXT-X-TARGETDURATION:1\n" in live(segment_seconds=Fraction("0.4")).playlist(104)
