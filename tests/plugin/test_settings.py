"""Where settings come from"""

import json

import pytest

from pytest_hlsload.model.setting_table import SETTINGS, Setting

# A test that tells its settings as the plugin resolves them.
TELL = """
import json, os
import pytest
from pytest_hlsload.model.setting_table import Given
from pytest_hlsload.plugin.settings import settings_of

{marker}
def test_tell(request):
    call = json.loads(os.environ.get("TEST_CALL", "{{}}"))
    call = {{name: Given(value, "the call") for name, value in call.items()}}
    settings = settings_of(request.config, call=call, item=request.node)
    with open("settings.json", "w") as file:
        json.dump({{name: getattr(settings, name) for name in settings.__slots__}}, file, default=dict)
"""


def resolved(pytester: pytest.Pytester, *options: str, marker: str = "") -> dict[str, object]:
    pytester.makepyfile(TELL.format(marker=marker))
    pytester.runpytest_inprocess(*options).assert_outcomes(passed=1)
    settings = json.loads((pytester.path / "settings.json").read_text())
    assert isinstance(settings, dict)
    return settings


NEAREST_FIRST = ["call", "option", "variable", "older variable", "marker", "ini"]


@pytest.mark.parametrize("nearest", range(len(NEAREST_FIRST)), ids=NEAREST_FIRST)
def test_the_nearest_source_wins(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, nearest: int) -> None:
    """Every source gives another value; those nearer than ``nearest`` are left out."""
    monkeypatch.setenv("HLS_LOAD_URL", "http://a/")
    given = {source: 10 + place for place, source in enumerate(NEAREST_FIRST) if place >= nearest}
    options, marker = [], ""
    if "call" in given:
        monkeypatch.setenv("TEST_CALL", json.dumps({"stable_after": given["call"]}))
    if "option" in given:
        options = [f"--hls-stable-after={given['option']}"]
    if "variable" in given:
        monkeypatch.setenv("HLS_LOAD_STABLE_AFTER", str(given["variable"]))
    if "older variable" in given:
        monkeypatch.setenv("LOAD_TEST_STABLE_AFTER", str(given["older variable"]))
    if "marker" in given:
        marker = f"@pytest.mark.hls_load(stable_after={given['marker']})"
    pytester.makeini(f"[pytest]\nhls_stable_after = {given['ini']}")
    assert resolved(pytester, *options, marker=marker)["stable_after"] == 10 + nearest


def test_what_nobody_gives_is_the_default(pytester: pytest.Pytester) -> None:
    settings = resolved(pytester, "--hls-url=http://a/")
    assert (settings["clients"], settings["duration"], settings["mode"]) == (1, 60, "copy")


VALUES = {
    "url": "https://a/b.m3u8 3x http://c/",
    "variant": "2.5Mb/s",
    "clients": "7",
    "duration": "10m",
    "warmup": "3s",
    "ramp": "2s",
    "churn": "45s",
    "seed": "11",
    "mode": "decode",
    "thresholds": "restarts == 0; startup_time.p95<3s",
    "abort": "restarts <= 9",
    "ffmpeg": "/opt/ffmpeg",
    "headers": "X-A: 1",
    "user_agent": "MyPlayer/1.0 (TV)",
    "proxy": "http://user:pw@proxy:3128",
    "startup_buffer": "3",
    "resume_buffer": "4",
    "startup_timeout": "50",
    "mute_after": "60",
    "stable_after": "7",
    "min_backoff": "800ms",
    "max_backoff": "9",
    "forward_buffer": "1h",
    "sentinel": "off",
    "summary_interval": "0",
    "live": "line",
    "metrics_port": "9464",
    "report_dir": "/tmp/reports",
    "html": "/tmp/page.html",
    "baseline": "/tmp/report.json",
    "junit": "both",
    "cluster": "tls://scheduler:8786",
    "cluster_insecure": "on",
    "lease": "1m",
    "placement": "even",
    "unfit_hosts": "leave-out",
    "loglevel": "debug",
}
READ = VALUES | {
    "metrics_port": 9464,
    "url": [["https://a/b.m3u8", 1], ["http://c/", 3]],
    "variant": "2500000",
    "clients": 7,
    "duration": 600,
    "warmup": 3,
    "ramp": 2,
    "churn": 45,
    "seed": 11,
    "thresholds": ["restarts == 0", "startup_time.p95 < 3s"],
    "abort": ["restarts <= 9"],
    "headers": {"X-A": "1"},
    "startup_buffer": 3,
    "resume_buffer": 4,
    "startup_timeout": 50,
    "mute_after": 60,
    "stable_after": 7,
    "min_backoff": 0.8,
    "max_backoff": 9,
    "forward_buffer": 3600,
    "sentinel": False,
    "summary_interval": 0,
    "cluster_insecure": True,
    "lease": 60,
}


def option(name: str) -> str:
    return "--hls-threshold" if name == "thresholds" else f"--hls-{name.replace('_', '-')}"


def test_the_values_below_are_of_all_settings() -> None:
    assert list(VALUES) == [setting.name for setting in SETTINGS]


def test_every_setting_is_an_option(pytester: pytest.Pytester) -> None:
    switches = {setting.name for setting in SETTINGS if not setting.metavar}
    options = [option(name) if name in switches else f"{option(name)}={value}" for name, value in VALUES.items()]
    assert resolved(pytester, *options) == READ


def test_every_setting_is_an_environment_variable(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in VALUES.items():
        monkeypatch.setenv(f"HLS_LOAD_{name.upper()}", value)
    assert resolved(pytester) == READ


def test_every_setting_is_a_marker_keyword(pytester: pytest.Pytester) -> None:
    assert resolved(pytester, marker=f"@pytest.mark.hls_load(**{VALUES})") == READ


def test_every_setting_is_an_ini_name(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\n" + "\n".join(f"hls_{name} = {value}" for name, value in VALUES.items()))
    assert resolved(pytester) == READ


def test_a_toml_file_may_hold_numbers_and_lists(pytester: pytest.Pytester) -> None:
    pytester.makefile(
        ".toml",
        pytest="""
        [pytest]
        hls_url = "http://a/"
        hls_clients = 3
        hls_duration = 2.5
        hls_ramp = "1m"
        hls_headers = ["A: 1", "B: 2"]
        """,
    )
    settings = resolved(pytester)
    assert (settings["clients"], settings["duration"], settings["ramp"]) == (3, 2.5, 60)
    assert settings["headers"] == {"A": "1", "B": "2"}


def test_the_older_variables_still_count(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOAD_TEST_SUMMARY_INTERVAL", "11")
    monkeypatch.setenv("LOAD_TEST_STABLE_AFTER", "12")
    monkeypatch.setenv("LOAD_TEST_MIN_BACKOFF", "1.5")
    monkeypatch.setenv("LOAD_TEST_MAX_BACKOFF", "14")
    monkeypatch.setenv("FFMPEG_LOGLEVEL", "warning")
    settings = resolved(pytester, "--hls-url=http://a/")
    assert [settings[name] for name in ("summary_interval", "stable_after", "min_backoff", "max_backoff")] == [
        11,
        12,
        1.5,
        14,
    ]
    assert settings["loglevel"] == "warning"


def test_an_empty_variable_is_not_given(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HLS_LOAD_CLIENTS", "")
    assert resolved(pytester, "--hls-url=http://a/")["clients"] == 1


def test_an_option_for_headers_may_be_repeated(pytester: pytest.Pytester) -> None:
    settings = resolved(pytester, "--hls-url=http://a/", "--hls-headers=A: 1", "--hls-headers=B: x:y")
    assert settings["headers"] == {"A": "1", "B": "x:y"}


def test_an_option_for_urls_may_be_repeated_and_each_have_its_weight(pytester: pytest.Pytester) -> None:
    settings = resolved(pytester, "--hls-url=http://a/", "--hls-url=3x http://b/?x=3x")
    assert settings["url"] == [["http://a/", 1], ["http://b/?x=3x", 3]]


@pytest.mark.parametrize("url", ["['http://a/', ('http://b/', 3)]", "('http://a/', '3x http://b/')"])
def test_a_marker_has_urls_in_a_list_and_weights_in_pairs(pytester: pytest.Pytester, url: str) -> None:
    settings = resolved(pytester, marker=f"@pytest.mark.hls_load(url={url})")
    assert settings["url"] == [["http://a/", 1], ["http://b/", 3]]


def test_the_marker_nearest_to_the_test_wins_name_by_name(pytester: pytest.Pytester) -> None:
    marker = "@pytest.mark.hls_load(clients=2, url='http://a/')\n@pytest.mark.hls_load(clients=3, duration=4)"
    settings = resolved(pytester, marker=marker)
    assert (settings["clients"], settings["duration"]) == (3, 4)


def test_a_back_off_may_fit_the_one_that_a_marker_gives(pytester: pytest.Pytester) -> None:
    settings = resolved(
        pytester,
        "--hls-min-backoff=10",
        "--hls-url=http://a/",
        marker="@pytest.mark.hls_load(max_backoff=20)",
    )
    assert (settings["min_backoff"], settings["max_backoff"]) == (10, 20)


def test_help_shows_every_option_and_ini_name(pytester: pytest.Pytester) -> None:
    text = pytester.runpytest_inprocess("--help").stdout.str()
    for setting in SETTINGS:
        assert f"{option(setting.name)}={setting.metavar}".rstrip("=") in text
        assert f"hls_{setting.name} (" in text


def test_markers_shows_the_marker_with_every_keyword(pytester: pytest.Pytester) -> None:
    text = pytester.runpytest_inprocess("--markers").stdout.str()
    [line] = [line for line in text.splitlines() if line.startswith("@pytest.mark.hls_load(")]
    for setting in SETTINGS:
        assert f"{setting.name}=" in line


def test_the_header_says_what_this_run_was_given_without_secrets(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HLS_LOAD_CLIENTS", "30")
    result = pytester.runpytest_inprocess("--hls-url=http://ann:s3cret@a/x?t=s3cret", "--hls-headers=Token: s3cret")
    [line] = [line for line in result.stdout.lines if line.startswith("hls load: ")]
    assert line.removeprefix("hls load: ").split(", ") == [
        "clients=30 (environment variable HLS_LOAD_CLIENTS)",
        "url=http://a/x?… (option --hls-url)",
        "headers=Token (option --hls-headers)",
    ]
    assert "s3cret" not in result.stdout.str()


def test_the_header_is_silent_where_this_run_was_given_nothing(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nhls_clients = 3")
    pytester.runpytest_inprocess().stdout.no_fnmatch_line("hls load*")


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_has_a_judge(setting: Setting) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  each says something else
        setting.parse(object())
