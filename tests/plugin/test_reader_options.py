"""What single clients' readers are given: by the hook, by the call, renewed while the load runs"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from bad_streams.front import Front, Request, http, plain

from pytest_hlsload.journal.reading import read_journal
from pytest_hlsload.model.records import CommandRecord
from pytest_hlsload.origin import Origin

from .soaks import journal_of

HOOK = """
import pathlib

def pytest_hlsload_reader_options(config, client):
    token = pathlib.Path("token").read_text()
    own = {"headers": {"Authorization": f"Bearer {token}-{client}"}, "user_agent": f"viewer-{client}"}
    return own | ({"url": config.getoption("hls_url")[0] + f"?viewer={token}-2"} if client == 2 else {})
"""

# Each reader lives until it is killed; its successor is given the latest.
RENEWED = """
import json, os, pathlib, signal, time

TOKEN = pathlib.Path("token")

def told(load, kind):
    return [record for record in map(json.loads, load.journal.read_text().splitlines()) if record["kind"] == kind]

def kill_readers(load):
    readers, opened = told(load, "reader"), len(told(load, "opened"))
    for reader in readers[-2:]:
        os.kill(reader["pid"], signal.SIGKILL)
    while len(told(load, "opened")) < opened + 2:  # until both successors have had what they asked for
        time.sleep(0.1)

def test_soak(hls_load):
    hls_load.wait_until_streaming("40s")
    TOKEN.write_text("pl4nted-second")
    hls_load.soak("2s")  # while it waits, it asks
    kill_readers(hls_load)
    hls_load.wait_until_streaming("40s")
    TOKEN.write_text("pl4nted-third")
    hls_load.refresh_options()
    kill_readers(hls_load)
    hls_load.wait_until_streaming("40s")
    hls_load.refresh_options()  # nothing has changed
    hls_load.soak("2s")
"""


@pytest.fixture
def front(hls_origin: Origin) -> Iterator[Front]:
    """An origin that lets nobody in without a token."""

    def guarded(request: Request) -> Iterable[bytes]:
        known = request.headers.get("authorization", "").startswith("Bearer pl4nted-")
        return plain(request) if known else http(b"", status="401 Unauthorized")

    with Front(hls_origin.channel().url, guarded) as it:
        yield it


Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(pytester: pytest.Pytester, ffmpeg: str, front: Front) -> Run:
    """Runs a test with two clients, and a hook."""

    def run(test: str, hook: str, *options: str) -> pytest.RunResult:
        pytester.makepyfile(test_it=test)
        pytester.makeconftest(hook)
        Path("token").write_text("pl4nted-first", encoding="utf-8")
        settings = (f"--hls-ffmpeg={ffmpeg}", f"--hls-url={front.url}", "--hls-clients=2", "--hls-min-backoff=100ms")
        return pytester.runpytest_subprocess(*settings, *options, timeout=120)

    return run


def test_a_reader_s_next_start_uses_the_latest_that_the_hook_says(
    run: Run, front: Front, pytester: pytest.Pytester
) -> None:
    result = run(RENEWED, HOOK, "-l", "--log-level=DEBUG", "--junitxml=junit.xml", "-rA")
    result.assert_outcomes(passed=1)

    tokens: dict[str, list[str]] = defaultdict(list)
    for request in front.asked:
        told = tokens[request.headers["user-agent"]]
        token = request.headers["authorization"].removeprefix("Bearer pl4nted-")
        if token not in told:
            told.append(token)
    # Nobody was ever without, and nobody had another's.
    assert tokens == {
        "viewer-1": ["first-1", "second-1", "third-1"],
        "viewer-2": ["first-2", "second-2", "third-2"],
    }
    assert {path for path in (r.path for r in front.asked) if "viewer=" in path} == {
        f"/live.m3u8?viewer=pl4nted-{token}-2" for token in ("first", "second", "third")
    }

    journal = journal_of(pytester.path)
    commands = [r for r in read_journal(journal).records if isinstance(r, CommandRecord) and r.command == "options"]
    assert [command.text for command in commands] == ["clients 1-2: Authorization, User-Agent, url"] * 2
    urls = [r["url"] for r in map(json.loads, journal.read_text("utf-8").splitlines()) if r["kind"] == "client"]
    assert urls == [front.url, f"{front.url}?…"]
    for path in (journal, journal.with_suffix(".report.json"), Path("junit.xml")):
        assert "pl4nted" not in path.read_text("utf-8"), path
    assert "pl4nted" not in result.stdout.str().replace(RENEWED, "")


def test_what_the_call_gives_goes_before_the_hook(run: Run, front: Front) -> None:
    test = """
    def test_soak(hls_load_factory):
        with hls_load_factory(reader_options=lambda client: {"user_agent": f"mine-{client}"}) as load:
            load.wait_until_streaming("40s")
    """
    run(test, HOOK).assert_outcomes(passed=1)
    assert {request.headers["user-agent"] for request in front.asked} == {"mine-1", "mine-2"}
    assert {request.headers["authorization"][-2:] for request in front.asked} == {"-1", "-2"}


@pytest.mark.parametrize(
    ("hook", "outcome", "said"),
    [
        ("    raise ValueError('mine')", {"errors": 1}, ["E * ValueError: mine"]),
        (
            "    if pathlib.Path('seen').exists(): raise ValueError('mine')\n    pathlib.Path('seen').touch()",
            {"failed": 1},
            ["> *hls_load.soak('5s')*", "E * ValueError: mine", "*- hls load -*"],
        ),
        (
            "    return {'token': 's3cret'}",
            {"errors": 1},
            ["hls load: unknown option 'token' of a client from the hook pytest_hlsload_reader_options; known are: *"],
        ),
    ],
    ids=["before the start", "while it waits", "what cannot be used"],
)
def test_what_is_wrong_with_a_hook_is_the_test_s(run: Run, hook: str, outcome: dict[str, int], said: list[str]) -> None:
    definition = f"import pathlib\ndef pytest_hlsload_reader_options(config, client):\n{hook}\n"
    result = run("def test_soak(hls_load):\n    hls_load.soak('5s')", definition, "--hls-clients=1")
    assert result.parseoutcomes() == outcome
    result.stdout.fnmatch_lines(said)
    assert "s3cret" not in "".join(line for line in result.stdout.lines if "hls load" in line)


def test_asking_where_nobody_answers_is_an_error_that_tells_the_way(run: Run) -> None:
    result = run("def test_soak(hls_load): hls_load.refresh_options()", "", "--hls-startup-timeout=9s")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E *LoadError: nobody gives options of single clients: write a hook pytest_hlsload_*"])
