"""Which variant is read"""

import pytest

from pytest_hlsload.model.variant import parse_variant
from pytest_hlsload.sentinel.variants import Variant, choose

LOW = Variant(uri="low", bandwidth=800_000, width=640, height=360)
SD = Variant(uri="sd", bandwidth=1_500_000, width=1280, height=720)
HD = Variant(uri="hd", bandwidth=3_000_000, width=1280, height=720)
FULL = Variant(uri="full", bandwidth=6_000_000, width=1920, height=1080)
ALL = (SD, FULL, LOW, HD)


@pytest.mark.parametrize(
    ("wanted", "variant"),
    [
        ("highest", FULL),
        ("lowest", LOW),
        ("720p", HD),
        ("360p", LOW),
        ("1500000", SD),
        ("2.9Mb/s", SD),
        ("3M", HD),
        (9_000_000, FULL),
    ],
)
def test_one_variant_is_chosen(wanted: object, variant: Variant) -> None:
    assert choose(ALL, parse_variant(wanted)) == ((variant,), "")


@pytest.mark.parametrize(
    ("wanted", "variant", "note"),
    [
        ("900p", HD, "no variant is 900p: read is 1280x720"),
        ("144p", LOW, "no variant is 144p: read is 640x360"),
        ("100k", LOW, "no variant is within 100000 b/s: the lowest is read, of 800000 b/s"),
    ],
)
def test_what_is_not_there_is_told_and_the_nearest_below_is_read(wanted: str, variant: Variant, note: str) -> None:
    assert choose(ALL, parse_variant(wanted)) == ((variant,), note)


def test_a_playlist_that_tells_no_resolutions_gives_its_lowest() -> None:
    bare = (Variant(uri="a", bandwidth=2), Variant(uri="b", bandwidth=1))
    assert choose(bare, "720p") == ((bare[1],), "no variant is 720p: read is the lowest")


def test_all_variants_are_those_that_differ_in_what_is_read() -> None:
    again = Variant(uri="hd", bandwidth=3_100_000)
    with_sound = Variant(uri="hd", audio="sound")
    assert choose((*ALL, again, with_sound), "all")[0] == (SD, FULL, LOW, HD, with_sound)


@pytest.mark.parametrize("value", ["", "best", "0", "-1", "720", 0.5, True, None, "p", "0p", ["720p"]])
def test_what_is_no_variant_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="write highest, lowest, all, a height like 720p or a bandwidth like"):
        parse_variant(value)
