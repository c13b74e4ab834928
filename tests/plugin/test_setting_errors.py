"""What is said of settings that cannot be used"""

import pytest


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        ("--hls-clients=0", "clients '0' from option --hls-clients is too few: write 1 or more"),
        ("--hls-clients=-1", "clients '-1' from option --hls-clients is too few: write 1 or more"),
        ("--hls-clients=many", "clients 'many' from option --hls-clients is not a whole number: write 1 or more"),
        ("--hls-duration=5 minutes", "duration '5 minutes' from option --hls-duration is not a duration: write 90"),
        ("--hls-mode=fast", "mode 'fast' from option --hls-mode is none of copy, decode"),
        ("--hls-sentinel=maybe", "sentinel 'maybe' from option --hls-sentinel is neither on nor off"),
        ("--hls-cluster=local:no", "cluster 'local:no' from option --hls-cluster is no cluster: write local:2"),
        ("--hls-cluster=http://a:1", "cluster 'http://a:1' from option --hls-cluster is no cluster: write tcp://"),
        ("--hls-lease=1s", "lease '1s' from option --hls-lease is too short"),
        ("--hls-placement=here", "placement 'here' from option --hls-placement is none of free-cpu, even"),
        (
            "-ohls_cluster_insecure=maybe",
            "cluster_insecure 'maybe' from ini hls_cluster_insecure is neither on nor off",
        ),
        ("--hls-url=live.m3u8", "url from option --hls-url is not the URL of a playlist"),
        (
            "--hls-url=http://a/ 3x",
            "url from option --hls-url is not the URL of a playlist: a weight is written before",
        ),
        ("--hls-url=0x http://a/", "url from option --hls-url is too few: write 1 or more"),
        ("--hls-seed=x", "seed 'x' from option --hls-seed is not a whole number"),
        (
            "--hls-proxy=https://proxy:1",
            "proxy from option --hls-proxy is not the URL of an HTTP proxy: write http://h",
        ),
        ("--hls-user-agent=a\nb", "user_agent 'a\\nb' from option --hls-user-agent is not a user agent"),
        ("--hls-variant=best", "variant 'best' from option --hls-variant is no variant: write highest, lowest, all"),
        ("--hls-headers=Secret", "headers from option --hls-headers are not headers"),
        ("--hls-min-backoff=-1", "min_backoff '-1' from option --hls-min-backoff is not a duration"),
        ("-ohls_clients=0", "clients '0' from ini hls_clients is too few"),
    ],
)
def test_a_bad_value_for_the_whole_run_ends_it_before_it_begins(
    pytester: pytest.Pytester, option: str, sentence: str
) -> None:
    pytester.makepyfile("def test_other(): pass")
    result = pytester.runpytest_inprocess(option)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: hls load: {sentence}*"])
    result.stderr.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*INTERNALERROR*")


def test_a_bad_variable_ends_the_run_before_it_begins(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HLS_LOAD_RAMP", "slow")
    result = pytester.runpytest_inprocess()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*ramp 'slow' from environment variable HLS_LOAD_RAMP is not a duration*"])


def test_a_bad_value_ends_a_distributed_run_in_the_same_words(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_other(): pass")
    result = pytester.runpytest_subprocess("-n2", "--hls-clients=0")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: hls load: clients '0' *"])


LOAD = """
import pytest
{marker}
def test_soak(hls_load):
    pass
"""


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("clients=0", "clients 0 from the hls_load marker is too few: write 1 or more"),
        (
            "sentinel=False, thresholds=['stream.stale.max < 6s']",
            "thresholds 'stream.stale.max < 6s' from the hls_load marker speaks of the stream, which the sentinel",
        ),
        ("clients=-1", "clients -1 from the hls_load marker is too few: write 1 or more"),
        ("clients='many'", "clients 'many' from the hls_load marker is not a whole number"),
        ("duration='5 minutes'", "duration '5 minutes' from the hls_load marker is not a duration: write 90, 90s"),
        ("client=3", "unknown setting 'client' from the hls_load marker; known are: url, variant, clients"),
        ("20", "the hls_load marker takes keywords only, not 20; known are: url, variant, clients"),
        ("min_backoff=9", "min_backoff 9 s is more than max_backoff 8 s (from the hls_load marker): make it less"),
    ],
)
def test_a_bad_marker_fails_its_own_test_at_set_up(pytester: pytest.Pytester, arguments: str, sentence: str) -> None:
    pytester.makepyfile(LOAD.format(marker=f"@pytest.mark.hls_load({arguments})") + "\ndef test_other(): pass")
    result = pytester.runpytest_inprocess("--hls-url=http://a/")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines([f"hls load: {sentence.replace('[', '[[]')}*"])
    result.stdout.no_fnmatch_line("*fixtures.py*")


def test_no_url_is_an_error_that_names_all_the_ways(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(LOAD.format(marker=""))
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    said = result.stdout.str()
    for way in ("a fixture hls_url", "hls_load(url=", "--hls-url", "HLS_LOAD_URL", "hls_url in the ini file"):
        assert way in said


def test_an_unknown_ffmpeg_log_level_fails_the_tests_that_use_a_load_only(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FFMPEG_LOGLEVEL", "loud")
    pytester.makepyfile(LOAD.format(marker="") + "\ndef test_other(): pass")
    result = pytester.runpytest_inprocess("--hls-url=http://a/")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        ["hls load: loglevel 'loud' from environment variable FFMPEG_LOGLEVEL is none of quiet, panic, fatal, *"]
    )


def test_a_bad_value_from_the_fixture_hls_url_says_so(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        "import pytest\n@pytest.fixture\ndef hls_url():\n    return 'localhost'\n" + LOAD.format(marker="")
    )
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["hls load: url from the fixture hls_url is not the URL of a playlist*"])
