"""
The probe as a process: a request of one JSON line on stdin, the answer of one JSON line on stdout

Request: ``{"url": …, "headers": {…}, "timeout": seconds}``. It answers within the timeout, whatever happens.
"""

import json
import os
import sys
import threading
from typing import Any

from .fetch import fetch
from .look import failed, look

_DEFAULT_TIMEOUT = 5.0


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """What the probe answers; after ``timeout`` seconds that it timed out."""
    url = str(request["url"])
    headers = {str(name): str(content) for name, content in (request.get("headers") or {}).items()}
    timeout = float(request.get("timeout") or _DEFAULT_TIMEOUT)
    found: list[dict[str, Any]] = []

    def work() -> None:
        try:
            found.append(look(url, lambda address: fetch(address, headers, timeout)))
        except Exception as error:  # noqa: BLE001 - what is not foreseen must reach the journal, not stderr
            found.append(failed(url, f"the probe failed: {type(error).__name__}"))

    # A thread, because nothing else bounds name resolution and a server that sends a byte a second.
    thread = threading.Thread(target=work, name="hls-load probe", daemon=True)
    thread.start()
    thread.join(timeout)
    return found[0] if found else failed(url, f"timed out after {timeout:g} s")


def main() -> None:
    """Answer one request, and end at once even if the network still holds the thread."""
    try:
        found = answer(json.loads(sys.stdin.readline()))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        found = failed("", f"the probe was not asked properly: {type(error).__name__}")
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
