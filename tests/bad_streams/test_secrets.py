"""What must not be known is in no report, no journal, no log: search them for planted secrets."""

import json
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from bad_streams.front import Front, Request, http, plain
from pytest_hlsload.journal.reading import read_journal, read_report
from pytest_hlsload.model.client_records import LogRecord
from pytest_hlsload.model.records import CommandRecord
from pytest_hlsload.origin import Origin

# Each as it would be found: in the URL's user and query, in headers, in what the origin answers.
SECRETS = {
    "user": "pl4nted-user",
    "password": "pl4nted-password",
    "query": "pl4nted-query",
    "header": "pl4nted-header",
    "cookie": "pl4nted-cookie",
    "set-cookie": "pl4nted-set-cookie",
    "segment": "pl4nted-segment",
    "redirect": "pl4nted-redirect",
    "own header": "pl4nted-own-header",
    "own agent": "pl4nted-own-agent",
    "own query": "pl4nted-own-query",
    "renewed": "pl4nted-renewed",
}

# As of a client's own; what is renewed while it waits is given to the next reader.
HOOK = """
import os
os.environ |= {environment!r}

asked = []

def pytest_hlsload_reader_options(client):
    asked.append(client)
    renewed = "{renewed}" if len(asked) > 1 else ""
    headers = {{"X-Token": "{header}", "X-Renewed": renewed}}
    return {{"headers": headers, "user_agent": "{agent}", "url": os.environ["HLS_LOAD_URL"] + "&own={query}"}}
"""

SUITE = """
import json
import pytest

@pytest.mark.hls_load(summary_interval="0.3s", loglevel="verbose", startup_timeout="3s")
def test_soak(hls_load, capsys):
    if {plays}:
        hls_load.wait_until_streaming("30s")
    report = hls_load.soak("3s")
    print(hls_load, report, report.clients, json.dumps(report.to_dict()))
    with open("report.json", "w") as file:
        json.dump(report.to_dict(), file)
    raise AssertionError(f"look at {{report}} and {{hls_load.settings.clients}}")
"""


def guarded(request: Request) -> Iterable[bytes]:
    """An origin with tokens in all that it says; every other segment fails."""
    cookie = f"Set-Cookie: session={SECRETS['set-cookie']}"
    if request.path.startswith("/live.m3u8") and SECRETS["redirect"] not in request.path:
        return http(b"", f"Location: /live.m3u8?token={SECRETS['redirect']}", cookie, status="302 Found")
    if request.is_playlist:
        text = request.original().decode()
        comment = f'#EXT-X-SECRET:URI="https://user:{SECRETS["segment"]}@cdn.example/x?y={SECRETS["segment"]}"'
        # A query without an address before it, too.
        text = re.sub(r"(?m)^([^#\n]+\.ts)$", rf"\1?token={SECRETS['segment']}", text)
        return http(text.replace("#EXTINF", f"{comment}\n#EXTINF", 1).encode(), cookie)
    if request.path.partition("?")[0].endswith(("1.ts", "3.ts", "5.ts", "7.ts", "9.ts")):
        return http(b"no", cookie, status="404 Not Found")
    return plain(request)


def refusing(request: Request) -> Iterable[bytes]:
    """An origin that repeats in its refusal what it was asked."""
    body = f"<html>{request.path} {request.headers}</html>".encode()
    return http(body, f'WWW-Authenticate: Basic realm="{request.path}"', status="403 Forbidden")


@pytest.mark.usefixtures("_job_page")
@pytest.mark.parametrize("answer", [guarded, refusing])
def test_no_secret_is_in_anything_that_is_left(
    answer: object,
    origin: Origin,
    ffmpeg: str,
    pytester: pytest.Pytester,
    few_plugins: list[str],
) -> None:
    plays = answer is guarded
    pytester.makepyfile(test_it=SUITE.format(plays=plays))
    with Front(origin.channel().url, answer) as front:  # type: ignore[arg-type]
        host = front.url.removeprefix("http://")
        url = f"http://{SECRETS['user']}:{SECRETS['password']}@{host}?token={SECRETS['query']}"
        headers = f"Authorization: Bearer {SECRETS['header']}\nCookie: id={SECRETS['cookie']}"
        given = {"HLS_LOAD_URL": url, "HLS_LOAD_HEADERS": headers}
        # Not on the command line, which pytest itself may show.
        pytester.makeconftest(
            HOOK.format(
                environment=given,
                renewed=SECRETS["renewed"],
                header=SECRETS["own header"],
                agent=SECRETS["own agent"],
                query=SECRETS["own query"],
            )
        )
        result = pytester.runpytest_subprocess(
            *few_plugins,
            f"--hls-ffmpeg={ffmpeg}",
            "--log-level=DEBUG",
            "--log-file=log.txt",
            "--junitxml=junit.xml",
            "--hls-html=page.html",
            "-rA",
            "--showlocals",
            timeout=90,
        )
    result.assert_outcomes(failed=1)
    sent = "\n".join(f"{request.path} {request.headers}" for request in front.asked)
    given_to_readers = ("query", "cookie", "own header", "own agent", "own query")
    # Only what fails at once has another reader within the few seconds.
    for name in (*given_to_readers, *(("segment", "redirect") if plays else ("renewed",))):
        assert SECRETS[name] in sent, f"{name} was not sent: the search below shows nothing"

    (journal,) = pytester.path.glob(".hls-load/*/*.jsonl")
    records = read_journal(journal).records
    assert any(isinstance(record, LogRecord) for record in records)
    renewals = [r.text for r in records if isinstance(r, CommandRecord) and r.command == "options"]
    assert renewals == ["client 1: User-Agent, X-Renewed, X-Token, url"]
    places = {"stdout": result.stdout.str(), "stderr": result.stderr.str(), "repr": repr(read_report(journal))}
    files = [Path(name) for name in ("report.json", "junit.xml", "log.txt", "page.html", "job.md")]
    left = [*files, *pytester.path.glob(".hls-load/**/*")]
    places |= {str(path): path.read_text("utf-8", "replace") for path in left if path.is_file()}
    assert all(path.is_file() for path in files)
    assert len(places) >= 10
    found = [
        (name, place, text[max(0, at - 100) : at + 60])
        for place, text in places.items()
        for name, secret in SECRETS.items()
        if (at := text.find(secret)) >= 0
    ]
    assert found == [], json.dumps(found, indent=1)
