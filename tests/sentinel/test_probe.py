"""What is read out of a playlist's text"""

import pytest

from pytest_hlsload.sentinel.probe import MediaPlaylist, NotAPlaylistError, parse
from pytest_hlsload.sentinel.variants import Variant


def media(*lines: str, durations: tuple[float, ...] = (4, 4, 4, 4), target: str = "4", name: str = "s{}.ts") -> str:
    head = ["#EXTM3U", f"#EXT-X-TARGETDURATION:{target}", "#EXT-X-MEDIA-SEQUENCE:7", *lines]
    return "\n".join(head + [f"#EXTINF:{d},\n{name.format(i)}" for i, d in enumerate(durations)]) + "\n"


def media_facts(text: str) -> MediaPlaylist:
    found = parse(text)
    assert isinstance(found, MediaPlaylist)
    return found


def test_a_live_playlist_is_read_whole() -> None:
    assert media_facts(media()) == MediaPlaylist(
        live=True,
        target_duration=4.0,
        segment_duration=4.0,
        segments=4,
        hold_back=12.0,
        join=3,
        container="mpegts",
    )


def test_a_playlist_with_an_end_is_not_live() -> None:
    assert not media_facts(media() + "#EXT-X-ENDLIST\n").live


def test_a_hold_back_that_the_playlist_names_counts() -> None:
    found = media_facts(media("#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.5,HOLD-BACK=6.5"))
    assert (found.hold_back, found.join) == (6.5, 2)


@pytest.mark.parametrize(
    ("durations", "join"),
    [
        ((4, 4, 4, 4), 3),
        ((6, 1, 1, 4), 4),
        ((1, 1, 12), 1),
        ((3.98, 3.98, 3.98, 3.98), 3),
        ((3.84, 3.84, 3.84, 3.84), 4),
        ((2, 2), 6),
        ((), 3),
    ],
    ids=["target", "short ones", "one is enough", "rounded", "truly short", "has only begun", "none yet"],
)
def test_a_reader_joins_with_the_fewest_segments_that_reach_the_hold_back(
    durations: tuple[float, ...], join: int
) -> None:
    assert media_facts(media(durations=durations)).join == join


def test_segments_with_a_map_are_fmp4_whatever_their_names() -> None:
    assert media_facts(media('#EXT-X-MAP:URI="init.mp4"', name="s{}.ts")).container == "fmp4"


def test_a_segment_name_may_have_a_query_and_capitals() -> None:
    assert media_facts(media(name="S{}.TS?token=a.mp4")).container == "mpegts"


def test_other_segment_names_leave_the_container_open() -> None:
    assert media_facts(media(name="s{}.aac")).container == ""


def test_what_the_probe_does_not_need_is_not_judged() -> None:
    odd = media("#EXT-X-PROGRAM-DATE-TIME:yesterday", "#EXT-X-KEY:METHOD", "#EXT-X-DATERANGE:ID", target="4.5")
    assert media_facts(odd).target_duration == 4.5


def test_a_byte_order_mark_and_windows_line_ends_are_no_obstacle() -> None:
    assert media_facts("\ufeff" + media().replace("\n", "\r\n")).segments == 4


def test_a_playlist_cut_short_counts_its_whole_segments() -> None:
    assert media_facts(media() + "#EXTINF:4,\n").segments == 4


def test_no_target_duration_leaves_the_hold_back_open() -> None:
    found = media_facts("#EXTM3U\n#EXTINF:4,\na.ts\n")
    assert (found.target_duration, found.hold_back, found.join) == (None, None, 3)


MASTER = """#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="separate",NAME="en",DEFAULT=YES,URI="en.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="inside",NAME="fr",URI="fr.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="inside",NAME="en",DEFAULT=YES
#EXT-X-STREAM-INF:BANDWIDTH=100000
low.m3u8
"""


def variants(*lines: str) -> tuple[Variant, ...]:
    found = parse(MASTER + "\n".join(lines) + "\n")
    assert isinstance(found, tuple)
    return found


def test_variants_tell_their_bandwidth_and_their_resolution() -> None:
    assert variants("#EXT-X-STREAM-INF:BANDWIDTH=900000,RESOLUTION=1280x720", "high.m3u8") == (
        Variant(uri="low.m3u8", bandwidth=100_000),
        Variant(uri="high.m3u8", bandwidth=900_000, width=1280, height=720),
    )


def test_a_variant_whose_sound_is_elsewhere_tells_where() -> None:
    assert variants('#EXT-X-STREAM-INF:BANDWIDTH=900000,AUDIO="separate"', "high.m3u8")[1].audio == "en.m3u8"


def test_a_variant_holds_its_default_sound_where_that_has_no_address() -> None:
    assert variants('#EXT-X-STREAM-INF:BANDWIDTH=900000,AUDIO="inside"', "high.m3u8")[1].audio is None


def test_a_resolution_that_cannot_be_read_costs_nothing() -> None:
    assert variants("#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=big", "high.m3u8")[1].height is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "not a playlist: it is empty"),
        ("  \n", "not a playlist: it is empty"),
        ("<html><body>no</body></html>", "not a playlist: it begins with '<html><body>no</body></html>'"),
        ("G@\x00\x11" * 50, "not a playlist: it begins with 'G@??G@??"),
        ("#EXTM3U\n", "the playlist is empty: it lists neither segments nor variants"),
        ("#EXTM3U\n#EXTINF:soon,\na.ts\n", "not a playlist that can be read: could not convert string to float"),
    ],
)
def test_what_is_no_playlist_is_said_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(NotAPlaylistError) as caught:
        parse(text)
    assert str(caught.value).startswith(sentence)
