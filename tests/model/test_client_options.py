"""What single clients' readers are given that others' are not"""

import pytest

from pytest_hlsload.model.client_options import NOTHING, ClientOptions, client_options, in_words, with_own
from pytest_hlsload.model.setting_table import SettingError


def test_the_nearest_answer_counts_header_by_header() -> None:
    own = client_options(
        [{"headers": {"A": "1", "B": "2"}, "url": "http://h/1"}, None, {"headers": {"b": "3"}, "user_agent": "me"}],
        "it",
    )
    assert own == ClientOptions(url="http://h/1", headers={"A": "1", "b": "3", "User-Agent": "me"})


def test_a_call_goes_before_a_hook() -> None:
    under = client_options([{"user_agent": "hook", "url": "http://h/1"}], "a hook")
    assert client_options([{"user_agent": "call"}], "a call", under=under) == ClientOptions(
        url="http://h/1", headers={"User-Agent": "call"}
    )


@pytest.mark.parametrize("answers", [[], [None], [{}], [{"url": None, "headers": None, "user_agent": None}]])
def test_nothing_is_nothing(answers: list[object]) -> None:
    assert client_options(answers, "it") == NOTHING


def test_headers_are_the_same_in_any_case_of_letters() -> None:
    assert with_own({"authorization": "a", "X": "b"}, {"Authorization": "c"}) == {"X": "b", "Authorization": "c"}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"header": {}}, "unknown option 'header' of a client from it; known are: headers, user_agent, url"),
        ("Bearer s3cret", "the options of a client from it are of type str: return a mapping"),
        ({"headers": {"A": "s3cret\r\nB: c"}}, "headers of a client from it are not headers: a name or value has"),
        ({"headers": 7}, "headers of a client from it are not headers: write a mapping"),
        ({"user_agent": "s3\ncret"}, "user_agent of a client from it are not headers"),
        ({"url": "file:///s3cret"}, "url of a client from it is not the URL of a playlist"),
    ],
)
def test_what_cannot_be_used_is_named_without_its_value(answer: object, said: str) -> None:
    with pytest.raises(SettingError, match=said) as caught:
        client_options([answer], "it")
    assert "s3cret" not in str(caught.value)


def test_neither_words_nor_representation_show_a_value() -> None:
    own = client_options([{"headers": {"Authorization": "s3cret"}, "url": "http://s3cret/"}], "it")
    options = {1: own, 2: own, 3: own}
    assert in_words(options) == "clients 1-3: Authorization, url"
    assert in_words({2: NOTHING}) == "client 2: none of its own"
    assert "s3cret" not in repr(options)
