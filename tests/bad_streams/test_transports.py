"""TLS, IPv6, encryption and renditions: streams that are not bad, but differently made."""

import re
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path

import pytest

from bad_streams.front import Front, Request, http, plain
from bad_streams.rows import Row
from bad_streams.test_bad_streams import judge
from pytest_hlsload.origin import Origin

CERTIFICATES = Path(__file__).parent / "certificates"

KEY = bytes(range(16))


def tls(certificate: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / certificate, CERTIFICATES / "server.key")
    return context


def test_a_client_copes_with_tls_and_a_private_ca(
    origin: Origin, ffmpeg: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATES / "ca.pem"))
    with Front(origin.channel().url, plain, tls=tls("server.pem")) as front:
        # Readers and probe alike: an ffmpeg that does not look at certificates plays in any case.
        judge(Row(name="TLS", says=r'"kind":"playlist".*"error":""'), front.url, ffmpeg, tmp_path)


@pytest.mark.parametrize("certificate", ["server.pem", "expired.pem"], ids=["of an unknown CA", "that has expired"])
def test_a_client_tells_of_a_certificate(
    certificate: str, origin: Origin, ffmpeg: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if certificate == "expired.pem":
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATES / "ca.pem"))
    with Front(origin.channel().url, plain, tls=tls(certificate)) as front:
        said = (
            "unable to get local issuer certificate|self.signed"
            if certificate == "server.pem"
            else "certificate has expired"
        )
        # Older ffmpegs do not look at certificates; the probe tells in any case.
        row = Row(name="TLS", says=said)
        if verifies(ffmpeg):
            row = replace(row, plays=False, states="starting backoff", cause="tls")
        judge(row, front.url, ffmpeg, tmp_path)


def verifies(ffmpeg: str) -> bool:
    """Whether this ffmpeg refuses bad certificates unless told otherwise."""
    answer = subprocess.run([ffmpeg, "-h", "protocol=tls"], capture_output=True, text=True, check=True).stdout
    return bool(re.search(r"-(?:tls_)?verify .*default (?:true|1)", answer))


def test_a_client_copes_with_ipv6(origin: Origin, ffmpeg: str, tmp_path: Path) -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    with Front(origin.channel().url, plain, host="::1") as front:
        judge(Row(name="IPv6"), front.url, ffmpeg, tmp_path)


@pytest.fixture
def encrypt(ffmpeg: str, tmp_path: Path) -> Callable[[bytes, int], bytes]:
    """AES-128 as HLS has it, by ffmpeg itself: Python has none."""

    def run(data: bytes, number: int) -> bytes:
        clear, secret = tmp_path / f"{number}.ts", tmp_path / f"{number}.aes"
        clear.write_bytes(data)
        options = ["-encryption_key", KEY.hex(), "-encryption_iv", f"{number:032x}"]
        command = [ffmpeg, "-v", "error", "-nostdin", "-y", "-f", "data", "-i", str(clear), "-map", "0", "-c", "copy"]
        subprocess.run([*command, "-f", "data", *options, f"crypto:{secret}"], check=True, timeout=30)
        return secret.read_bytes()

    return run


def test_a_client_copes_with_aes_128(
    origin: Origin, ffmpeg: str, tmp_path: Path, encrypt: Callable[[bytes, int], bytes]
) -> None:
    def answer(request: Request) -> Iterable[bytes]:
        if request.is_playlist:
            text = request.original()
            return http(text.replace(b"#EXTINF", b'#EXT-X-KEY:METHOD=AES-128,URI="key?token=s3cret"\n#EXTINF', 1))
        if request.path.startswith("/key"):
            return http(KEY)
        number = int(re.findall(r"\d+", request.path)[-1])
        return http(encrypt(request.original(), number))

    with Front(origin.channel().url, answer) as front:
        judge(Row(name="AES-128", says='"streaming"'), front.url, ffmpeg, tmp_path)


def test_a_client_copes_with_sound_in_a_rendition_of_its_own(origin: Origin, ffmpeg: str, tmp_path: Path) -> None:
    picture, sound = origin.channel(audio=False), origin.channel(video=False)

    def answer(request: Request) -> Iterable[bytes]:
        if request.path == "/live.m3u8":
            return http(
                b'#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="a",DEFAULT=YES,URI="sound/live.m3u8"\n'
                b'#EXT-X-STREAM-INF:BANDWIDTH=400000,AUDIO="a"\npicture/live.m3u8\n'
            )
        _, which, name = request.path.split("/")
        return http(fetch(sound.port if which == "sound" else picture.port, name))

    with Front(picture.url, answer) as front:
        judge(Row(name="renditions", for_seconds=5), front.url, ffmpeg, tmp_path)
        asked = {request.path.split("/")[1] for request in front.asked}
    assert asked == {"live.m3u8", "sound", "picture"}


def test_a_client_copes_with_a_discontinuity_and_new_timestamps(origin: Origin, ffmpeg: str, tmp_path: Path) -> None:
    # The one that begins earlier has what is asked for of the other.
    advertisement, programme = origin.channel(first_timestamp=50_000), origin.channel()

    def break_in(found: re.Match[bytes]) -> bytes:
        """Three segments of an advertisement after three of the programme."""
        head, number = found[1], int(found[2])
        name = b"ad-%06d.ts" % number if number % 6 >= 3 else b"live-%06d.ts" % number
        return (b"" if number % 3 else b"#EXT-X-DISCONTINUITY\n") + head + name

    def answer(request: Request) -> Iterable[bytes]:
        if request.is_playlist:
            return http(re.sub(rb"(?m)^(#EXTINF.*\n)live-(\d+)\.ts$", break_in, request.original()))
        if request.path.startswith("/ad-"):
            return http(fetch(advertisement.port, request.path.replace("/ad-", "live-")))
        return plain(request)

    with Front(programme.url, answer) as front:
        # From the first break on, and over the next.
        judge(Row(name="a discontinuity", for_seconds=10, says='"reset":true'), front.url, ffmpeg, tmp_path)
        asked = {request.path[1:5] for request in front.asked if not request.is_playlist}
    assert asked == {"ad-0", "live"}


def fetch(port: int, name: str) -> bytes:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", f"/{name}")
        return connection.getresponse().read()
    finally:
        connection.close()
