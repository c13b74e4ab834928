"""What one client's readers are given that others' are not: headers, user agent, URL"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .client_numbers import client_numbers
from .setting_table import BY_NAME, SettingError

ReaderOptions = Callable[[int], Mapping[str, object] | None]
"""
From a client's number to what its next reader is given: a mapping with any of the keys ``headers`` (beside those of the
setting, or instead), ``user_agent`` and ``url``; or None.
"""

_KNOWN = ("headers", "user_agent", "url")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientOptions:
    """
    What goes before the load's own settings. It holds secrets, so its representation shows none of it.

    Attributes:
        url: the playlist; None for the load's.
        headers: beside those of the setting ``headers``, or instead; the user agent is one of them.
    """

    url: str | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """What is given, without the values."""
        return (*(["url"] if self.url else []), *self.headers)


NOTHING = ClientOptions()
"""Of a client that is given what all are."""


def with_own(headers: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """Headers, with ``own`` in place of those of the same names, in any case of letters."""
    replaced = {name.lower() for name in own}
    return {name: value for name, value in headers.items() if name.lower() not in replaced} | dict(own)


def client_options(answers: Iterable[Any], source: str, *, under: ClientOptions = NOTHING) -> ClientOptions:
    """
    The options of a client from what was answered for it.

    Args:
        answers: mappings with any of the keys "headers", "user_agent" and "url", or None; the nearest last.
        source: who answered, as it reads after "from".
        under: what they go before.

    Raises:
        SettingError: where an answer cannot be used; it does not repeat the values.
    """
    url, headers = under.url, dict(under.headers)
    for answer in answers:
        given = _checked(answer, source)
        if "url" in given:
            url = _one_url(_parse("url", "url", given["url"], source), source)
        if "headers" in given:
            headers = with_own(headers, _parse("headers", "headers", given["headers"], source))
        if "user_agent" in given:
            headers = with_own(headers, _parse("user_agent", "headers", {"User-Agent": given["user_agent"]}, source))
    return ClientOptions(url=url, headers=headers)


def asking(
    reader_options: ReaderOptions | None, under: Callable[[int], ClientOptions] | None = None
) -> Callable[[int], ClientOptions] | None:
    """
    From a client's number to its options; None where nobody gives any.

    Args:
        reader_options: gives them.
        under: gives what those go before.
    """
    if reader_options is None:
        return under

    def ask(client: int) -> ClientOptions:
        __tracebackhide__ = True
        below = under(client) if under else NOTHING
        return client_options([reader_options(client)], "reader_options", under=below)

    return ask


def in_words(options: Mapping[int, ClientOptions]) -> str:
    """Whose options they are, and which, without the values."""
    if not options:
        return ""
    names = sorted({name for own in options.values() for name in own.names})
    return f"client{'s' * (len(options) > 1)} {client_numbers(options)}: {', '.join(names) or 'none of its own'}"


def _checked(answer: Any, source: str) -> dict[str, Any]:
    if answer is None:
        return {}
    if not isinstance(answer, Mapping):
        raise SettingError(
            f"the options of a client from {source} are of type {type(answer).__name__}: return a mapping with any of"
            f" the keys {', '.join(_KNOWN)}, or None"
        )
    for name in answer:
        if name not in _KNOWN:
            raise SettingError(f"unknown option {name!r} of a client from {source}; known are: {', '.join(_KNOWN)}")
    return {name: value for name, value in answer.items() if value is not None}


def _one_url(urls: Sequence[tuple[str, int]], source: str) -> str:
    if len(urls) != 1:
        raise SettingError(f"url of a client from {source} is more than one: a client reads one playlist")
    return urls[0][0]


def _parse(name: str, setting: str, value: object, source: str) -> Any:
    try:
        return BY_NAME[setting].parse(value)
    except ValueError as error:
        raise SettingError(f"{name} of a client from {source} {error}") from None
