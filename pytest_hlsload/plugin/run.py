"""What is known of a run before it has a load: so that one without needs nothing else of the plugin"""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_hlsload.load import HlsLoad

LOADS: "pytest.StashKey[list[HlsLoad]]" = pytest.StashKey()
"""On a config, from the first load on: those that have not been ended."""

_TEST: "pytest.StashKey[pytest.Item]" = pytest.StashKey()


def has_loads(config: pytest.Config) -> bool:
    """Whether the run has made any load."""
    return LOADS in config.stash


def begin_test(item: pytest.Item) -> None:
    """A test begins; loads that are made from now on are its."""
    item.config.stash[_TEST] = item


def current_test(config: pytest.Config) -> pytest.Item | None:
    """The test that began last; None before the first."""
    return config.stash.get(_TEST, None)
