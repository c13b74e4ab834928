from collections.abc import Iterator

import pytest

from page.browser import Browser, browsing


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One Chromium for a worker's tests."""
    with browsing(tmp_path_factory.mktemp("chromium")) as it:
        yield it
