"""Every client has a token of its own, which is renewed before it is due."""

import time

LASTS = 60.0

_tokens: dict[int, tuple[float, str]] = {}


def issue_token(client: int) -> str:  # yours asks the service that issues them
    return f"token-{client}-{time.time():.0f}"


def pytest_hlsload_reader_options(client: int) -> dict[str, object]:
    due, token = _tokens.get(client, (0.0, ""))
    if time.monotonic() > due:
        token = issue_token(client)
        _tokens[client] = (time.monotonic() + LASTS / 2, token)
    return {"headers": {"Authorization": f"Bearer {token}"}, "user_agent": f"viewer-{client}"}
