"""The reader's command line."""

from pytest_hlsload.model.media import Stream
from pytest_hlsload.reader.command import Input, ReaderOptions, reader_command

ALL = frozenset({"live_start_index", "max_reload", "m3u8_hold_counters", "http_multiple", "extension_picky"})


def command(
    *,
    hls_options: frozenset[str] = ALL,
    decode: bool = False,
    headers: dict[str, str] | None = None,
    sound: Input | None = None,
) -> list[str]:
    options = ReaderOptions(
        ffmpeg="/bin/ffmpeg", hls_options=hls_options, decode=decode, headers=headers or {}, mute_after=30
    )
    return reader_command(
        options,
        [Input(url="http://h/live.m3u8", join=4), *([sound] if sound is not None else [])],
        user_agent="pytest-hlsload/x/client-7",
        streams=(Stream.VIDEO, Stream.AUDIO),
        outputs=(7, 9),
    )


def after(line: list[str], option: str) -> str:
    return line[line.index(option) + 1]


def test_each_stream_prints_to_a_pipe_of_its_own() -> None:
    line = command()

    video = ["-map", "0:v:0", "-c", "copy", "-f", "framecrc", "pipe:7"]
    audio = ["-map", "0:a:0", "-c", "copy", "-f", "framecrc", "pipe:9"]
    assert line[line.index("-i") + 2 :] == video + audio


def test_sound_in_a_playlist_of_its_own_is_an_input_of_its_own_with_all_that_the_other_has() -> None:
    line = command(sound=Input(url="http://h/sound.m3u8", join=6), headers={"X-A": "1"}, decode=True)

    first = line.index("-i")
    second = line.index("-i", first + 1)
    assert (line[first + 1], line[second + 1]) == ("http://h/live.m3u8", "http://h/sound.m3u8")
    of_picture, of_sound = line[line.index("-f") : first], line[first + 2 : second]
    assert of_sound == ["-6" if option == "-4" else option for option in of_picture]
    assert {"-headers", "-user_agent", "-rw_timeout", "-protocol_whitelist"} <= set(of_sound)
    assert [line[i + 1] for i, option in enumerate(line) if option == "-map"] == ["0:v:0", "1:a:0"] * 2


def test_only_options_that_the_binary_knows_are_given() -> None:
    line = command(hls_options=frozenset({"live_start_index"}))

    assert after(line, "-live_start_index") == "-4"
    assert not {"-max_reload", "-http_multiple", "-extension_picky"} & set(line)


def test_a_reader_times_out_later_than_the_supervisor_loses_patience() -> None:
    assert int(after(command(), "-rw_timeout")) == 40_000_000


def test_each_client_tells_the_origin_who_it_is_unless_the_user_does() -> None:
    assert after(command(), "-user_agent") == "pytest-hlsload/x/client-7"
    assert after(command(headers={"user-agent": "TV"}), "-user_agent") == "TV"


def test_headers_are_sent_one_a_line() -> None:
    assert after(command(headers={"X-A": "1", "Cookie": "b=2"}), "-headers") == "X-A: 1\r\nCookie: b=2\r\n"
    assert "-headers" not in command()


def test_decoding_is_an_output_besides() -> None:
    assert command(decode=True)[-7:] == ["-map", "0:v:0", "-map", "0:a:0", "-f", "null", "-"]


def test_what_a_remote_playlist_names_is_fetched_by_http_and_nothing_else() -> None:
    options = ReaderOptions(ffmpeg="ffmpeg", hls_options=frozenset(), decode=False, headers={}, mute_after=30)
    line = reader_command(options, [Input(url="http://h/l.m3u8", join=3)], user_agent="a", streams=[], outputs=[])

    allowed = set(line[line.index("-protocol_whitelist") + 1].split(","))
    assert allowed == {"http", "https", "tcp", "tls", "crypto", "httpproxy", "data"}
    assert line.index("-protocol_whitelist") < line.index("-i")
