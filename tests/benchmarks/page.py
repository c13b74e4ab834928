"""
How large the page is and how soon it shows, for 1,000 clients and an hour of made-up history

    PYTHONPATH=tests python -m benchmarks.page [CLIENTS [SECONDS]]
"""

import sys
import tempfile
import time
from pathlib import Path

from page.browser import browsing
from page.made_up import long_load

from pytest_hlsload.render.page.page import Load, page

_TIMES = """
const paint = performance.getEntriesByName("first-contentful-paint")[0];
return [paint.startTime, performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd];
"""

_FIRST_FIGURE = "document.querySelector('#load-1-states .main-svg') !== null"

RUNS = 5


def main(clients: int = 1000, seconds: float = 3600.0) -> None:
    report = long_load(clients, seconds)
    changes = sum(len(client.history) for client in report.clients)
    stalls = sum(len(client.stalls) for client in report.clients)
    print(f"{clients} clients, {seconds:g} s: {changes} changes of state, {stalls} stalls")
    page([Load(name="warm", report=long_load(2, 60))], version="0")
    begun = time.process_time()
    # Anew: a report remembers what it has worked out.
    text = page([Load(name="made up", report=report.between(0.0, report.duration))], version="0")
    print(f"made in {time.process_time() - begun:.2f} s of CPU time; {len(text.encode()) / 1e6:.2f} MB", end="")
    plotly = text.index('<script type="text/plain"')
    figures = text.index('<script type="application/json"')
    print(f", of which figures {(plotly - figures) / 1e6:.2f}, words and style {figures / 1e6:.2f}, the rest plotly")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        path.write_text(text, encoding="utf-8")
        for run in range(RUNS):
            with browsing(Path(folder) / f"profile-{run}") as browser:
                begun = time.perf_counter()
                browser.open(path)
                browser.wait_for(_FIRST_FIGURE)
                first = time.perf_counter() - begun
                browser.draw_all()
                everything = time.perf_counter() - begun
                paint, loaded = (moment / 1000 for moment in browser.run(_TIMES))
                print(
                    f"first paint {paint:.2f} s, document loaded {loaded:.2f} s, first figures {first:.2f} s,"
                    f" all figures, scrolled to {everything:.2f} s; complaints: {browser.complaints()}"
                )


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
