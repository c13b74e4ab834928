"""However a run ends, no reader outlives it by more than two seconds, and what was collected can be read."""

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pytest

from pytest_hlsload.origin import Origin
from ways_of_dying.dying import NoMemoryLimitError, die, stubborn
from ways_of_dying.ways import WAYS, Way

pytestmark = pytest.mark.usefixtures("_signals_heeded")

# The promise, in seconds.
OUTLIVES = 2.0

Setting = tuple[bool, bool, bool]
"""Whether the origin hangs, the reader is stubborn, and the supervisor does without what only Linux has."""

_BOTH = (False, True)
ALL: list[Setting] = list(product(_BOTH, _BOTH, _BOTH))

# Each way twice, with a setting and its opposite, so that it meets both values of each; which two changes from way to
# way, so that any two values meet.
PAIRED = [(way, setting) for number, way in enumerate(WAYS) for setting in (ALL[number % 4], ALL[-1 - number % 4])]

REST = [case for case in product(WAYS, ALL) if case not in PAIRED]


def named(case: tuple[Way, Setting]) -> str:
    way, (hung, obstinate, portable) = case
    return ", ".join(
        [
            way.name,
            "hung origin" if hung else "healthy origin",
            "stubborn reader" if obstinate else "plain reader",
            "portable" if portable else "full",
        ]
    )


@pytest.fixture(scope="session")
def origin() -> Iterator[Origin]:
    with Origin() as it:
        yield it


@pytest.fixture
def nothing_is_left(
    origin: Origin, ffmpeg: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> Callable[[Way, Setting], None]:
    def check(way: Way, setting: Setting) -> None:
        hung, obstinate, portable = setting
        reader = stubborn(ffmpeg, tmp_path) if obstinate else ffmpeg
        try:
            death = die(way, origin.channel(), tmp_path, ffmpeg=reader, hung=hung, portable=portable)
        except NoMemoryLimitError as error:
            pytest.skip(f"no memory limit can be set here: {error}")
        record_property("outlived", round(death.outlived, 3))
        record_property("gone_after", round(death.after, 3))
        assert death.left == []
        assert death.outlived <= OUTLIVES
        assert death.clients == {1, 2}
        if way.supervisor_lives:
            assert death.ended
            assert death.notes == ()
        if way.status is not None and not hung:
            assert death.status == way.status, death.output

    return check


@pytest.mark.parametrize("case", PAIRED, ids=named)
def test_nothing_is_left_by_a_run_that_ends_by(
    case: tuple[Way, Setting], nothing_is_left: Callable[[Way, Setting], None]
) -> None:
    nothing_is_left(*case)


@pytest.mark.long
@pytest.mark.parametrize("case", REST, ids=named)
def test_nothing_is_left_in_the_rest_of_the_product_by(
    case: tuple[Way, Setting], nothing_is_left: Callable[[Way, Setting], None]
) -> None:
    nothing_is_left(*case)
