"""Whoever says what single clients' readers are given: the hook, and the call that made the load"""

from typing import TYPE_CHECKING

import pytest

from pytest_hlsload.model.client_options import ClientOptions, asking, client_options

from .run import current_test

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_hlsload.model.client_options import ReaderOptions

_HOOK = "the hook pytest_hlsload_reader_options"


def asking_for(
    config: pytest.Config, reader_options: "ReaderOptions | None"
) -> "Callable[[int], ClientOptions] | None":
    """
    Asks them for one client's; None where there is nobody to ask.

    Args:
        config: of the run. A ``conftest.py`` is asked for the loads of tests below its folder.
        reader_options: what the call gives, which is nearer than any hook.
    """
    item = current_test(config)
    hook = (item.ihook if item else config.hook).pytest_hlsload_reader_options

    def ask(client: int) -> ClientOptions:
        __tracebackhide__ = True
        # pluggy has the nearest first.
        return client_options(reversed(hook(config=config, client=client)), _HOOK)

    return asking(reader_options, under=ask if hook.get_hookimpls() else None)
