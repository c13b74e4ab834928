"""What the plugin costs a run that does not use it"""

import subprocess
import sys

import pytest

import pytest_hlsload

HEAVY = (
    *("asyncio", "plotly", "jinja2", "m3u8", "aiohttp", "ssl", "urllib.request"),
    *("pytest_hlsload.load", "pytest_hlsload.model.report"),
)

# Nor does a run that has these settings and no load.
OF_EXTRAS = ("rich", "prometheus_client")


def imported_by(code: str) -> set[str]:
    """The modules that ``code`` adds to what pytest itself imports."""
    program = f"import sys, pytest; before = set(sys.modules); {code}; print(*set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_plugin_imports_nothing_heavy() -> None:
    modules = imported_by("import pytest_hlsload.plugin")
    assert "pytest_hlsload.plugin" in modules
    assert modules.isdisjoint({*HEAVY, *OF_EXTRAS, "subprocess"})


def imported_in_a_run(pytester: pytest.Pytester, *options: str) -> set[str]:
    """The modules at the end of a run without a load."""
    pytester.makepyfile("def test_other(): pass")
    pytester.makeconftest(
        "import sys\ndef pytest_unconfigure(): print('MODULES', *sorted(sys.modules), file=sys.__stdout__)"
    )
    result = pytester.runpytest_subprocess(*options)
    result.assert_outcomes(passed=1)
    [line] = [line for line in result.stdout.lines if line.startswith("MODULES")]
    return set(line.split())


def test_a_run_without_a_load_imports_little(pytester: pytest.Pytester) -> None:
    modules = imported_in_a_run(pytester)
    # Each costs a fifth of a millisecond, whatever is in it.
    assert {name for name in modules if name.startswith("pytest_hlsload")} == {
        "pytest_hlsload",
        "pytest_hlsload.model",
        "pytest_hlsload.model.setting_table",
        "pytest_hlsload.plugin",
        "pytest_hlsload.plugin.fixtures",
        "pytest_hlsload.plugin.gate",
        "pytest_hlsload.plugin.hookspecs",
        "pytest_hlsload.plugin.options",
        "pytest_hlsload.plugin.run",
    }


def test_a_run_that_has_settings_but_no_load_imports_nothing_heavy(pytester: pytest.Pytester) -> None:
    modules = imported_in_a_run(pytester, "--hls-live=full", "--hls-metrics-port=0")
    assert "pytest_hlsload.plugin.settings" in modules
    assert [name for name in HEAVY if name.startswith("pytest_hlsload") and name in modules] == []
    assert modules.isdisjoint(OF_EXTRAS)


def test_every_public_name_is_there_and_is_imported_when_it_is_used_first() -> None:
    assert imported_by("import pytest_hlsload") == {"pytest_hlsload"}
    for name in pytest_hlsload.__all__:
        assert getattr(pytest_hlsload, name) is not None
    assert set(dir(pytest_hlsload)) == set(pytest_hlsload.__all__)
    with pytest.raises(AttributeError, match="no attribute 'HlsLoads'"):
        _ = pytest_hlsload.HlsLoads


def test_a_run_that_disables_the_plugin_has_none_of_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(hls_load): pass")
    result = pytester.runpytest_subprocess("-p", "no:hls_load")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*fixture 'hls_load' not found"])
