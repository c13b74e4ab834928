from collections.abc import Iterator

import pytest

from pytest_hlsload.origin import Origin


@pytest.fixture
def few_plugins(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Options of an inner pytest without the plugins that happen to be installed, which take a second to load."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    return ["-p", "pytest_hlsload.plugin", "-p", "pytest_timeout"]


@pytest.fixture
def _job_page(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """An inner pytest runs as in a GitHub job, whose page is ``job.md``."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(pytester.path / "job.md"))


@pytest.fixture(scope="session")
def origin() -> Iterator[Origin]:
    """One for a worker's tests; each test has a channel of its own."""
    with Origin() as it:
        yield it
