"""Loads that a test makes itself"""

from collections.abc import Callable
from pathlib import Path

import pytest

Install = Callable[..., Path]


def test_a_factory_s_load_runs_inside_its_with_block(pytester: pytest.Pytester, stand_in: Install) -> None:
    events = stand_in("pass")
    pytester.makepyfile(
        test_it="""
        def test_two(hls_load_factory):
            with hls_load_factory("http://a/", clients=2) as one, hls_load_factory("http://b/") as two:
                assert (one.settings.shown_urls, one.settings.clients) == (("http://a/",), 2)
                assert two.settings.shown_urls == ("http://b/",)
        """
    )
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(passed=1)
    said = [line.split()[0] for line in events.read_text().splitlines()]
    assert said[:4] == ["start", "start", "stop", "stop"]
    result.stdout.fnmatch_lines(["*= hls load =*", "test_it.py::test_two: pass", "test_it.py::test_two: pass"])


def test_the_call_is_nearer_than_option_and_environment(
    pytester: pytest.Pytester, stand_in: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in("pass")
    monkeypatch.setenv("HLS_LOAD_CLIENTS", "3")
    pytester.makepyfile("def test_it(hls_load_factory): assert hls_load_factory(clients=2).settings.clients == 2")
    pytester.runpytest_inprocess("--hls-clients=4").assert_outcomes(passed=1)


def test_what_the_call_leaves_open_comes_from_the_run(pytester: pytest.Pytester, stand_in: Install) -> None:
    stand_in("pass")
    pytester.makepyfile("def test_it(hls_load_factory): assert hls_load_factory().settings.clients == 4")
    pytester.runpytest_inprocess("--hls-clients=4").assert_outcomes(passed=1)


def test_a_bad_setting_is_raised_where_it_is_given(pytester: pytest.Pytester, stand_in: Install) -> None:
    stand_in("pass")
    pytester.makepyfile(
        """
        import pytest
        from pytest_hlsload import SettingError

        def test_it(hls_load_factory):
            with pytest.raises(SettingError, match="clients 0 from the call of hls_load_factory is too few"):
                hls_load_factory(clients=0)
            with pytest.raises(SettingError, match="unknown setting 'cleints'"):
                hls_load_factory(cleints=1)
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_what_nobody_stopped_is_stopped_at_the_end_though_a_user_s_fixture_raises(
    pytester: pytest.Pytester, stand_in: Install
) -> None:
    events = stand_in("fail")
    pytester.makepyfile(
        test_it="""
        import pytest

        @pytest.fixture(scope="session")
        def mine(hls_load_factory):
            load = hls_load_factory()
            load.start()
            yield load
            raise RuntimeError("mine")

        def test_one(mine): pass
        def test_two(mine): pass
        """
    )
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(passed=2, errors=1)
    assert [line.split()[0] for line in events.read_text().splitlines()] == ["start", "stop"]
    result.stdout.fnmatch_lines(["*RuntimeError: mine", "*= hls load =*", "test_it.py::test_one: FAIL"])


def test_a_load_that_its_test_has_stopped_is_told_of_with_that_test(
    pytester: pytest.Pytester, stand_in: Install
) -> None:
    """So that it is safe when the worker crashes in a later one."""
    stand_in("pass")
    pytester.makepyfile(
        test_it="""
        import os

        def test_one(hls_load_factory):
            with hls_load_factory(): pass

        def test_two(): os._exit(3)
        """
    )
    result = pytester.runpytest_subprocess("-n1")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*= hls load =*", "test_it.py::test_one: pass"])


def test_a_factory_s_load_does_not_fail_the_test_by_itself(pytester: pytest.Pytester, stand_in: Install) -> None:
    stand_in("fail")
    pytester.makepyfile("def test_it(hls_load_factory):\n    with hls_load_factory(): pass")
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*::test_it: FAIL"])
