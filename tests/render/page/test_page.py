"""The page as text: complete, harmless, and the same colours in every light"""

import json
import re
from html.parser import HTMLParser
from typing import Any

import plotly.graph_objects
import pytest
from hypothesis import given, settings
from markupsafe import escape
from model.histories import HEALTHY, STALLS_ONCE, journals, report
from page.made_up import EVIL, eventful, long_load

from pytest_hlsload.model.cause import Cause
from pytest_hlsload.model.fold import fold
from pytest_hlsload.model.records import Record
from pytest_hlsload.render.page.look import CAUSES, STATES
from pytest_hlsload.render.page.page import Load, page

_CSS_NAME = re.compile(r"--[a-z0-9-]+")


class Elements(HTMLParser):
    """The elements of a page, and the texts in each kind."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts.setdefault(self._open[-1], []).append(data)


def made(*loads: Load) -> str:
    return page(loads, version="1.2.3")


def figures_in(text: str) -> dict[str, list[dict[str, Any]]]:
    found = re.search(r'<script type="application/json" id="figures">(.*?)</script>', text, re.DOTALL)
    assert found
    figures: dict[str, list[dict[str, Any]]] = json.loads(found[1])
    return figures


def colored(value: Any) -> Any:
    """As the browser does it: names of the style sheet's properties become colours."""
    if isinstance(value, dict):
        return {name: colored(item) for name, item in value.items()}
    if isinstance(value, list):
        return [colored(item) for item in value]
    return "#123456" if isinstance(value, str) and _CSS_NAME.fullmatch(value) else value


def test_plotly_knows_everything_in_the_figures() -> None:
    figures = figures_in(made(Load(name="a", report=long_load(60, 600)), Load(name="b", report=eventful())))
    keys = {"events", "states", "lanes", "density", "buffer", "restarts", "lines", "cpu", "lag", "startup"}
    assert {figure["key"] for figure in figures["load-1"]} == keys
    assert {figure["key"] for figure in figures["load-2"]} == keys - {"density"}
    for figure in (*figures["load-1"], *figures["load-2"]):
        plotly.graph_objects.Figure(colored({"data": figure["data"], "layout": figure["layout"]}))


@settings(max_examples=15)
@given(journals())
def test_any_load_has_a_page(records: list[Record]) -> None:
    it = fold(records)
    text = made(Load(name="x", report=it))
    assert f'data-verdict="{it.verdict}"' in text
    assert figures_in(text)["load-1"]


def test_a_load_that_never_began_has_one_too() -> None:
    figures_in(made(Load(name="x", report=report())))


def test_a_load_without_a_report_is_told_of() -> None:
    text = made(Load(name="test_a", report=None, problems=["the supervisor died"]), Load(name="b", report=eventful()))
    assert text.count('data-verdict="fail"') == 2
    assert "the supervisor died" in text


def test_the_verdict_and_the_problems_come_before_everything_else() -> None:
    it = eventful()
    text = made(Load(name="x", report=it, verdict="fail", problems=["a hook's problem"]))
    assert len(it.problems) == 3
    places = [text.index(f"<li>{escape(said)}</li>") for said in (*it.problems, "a hook's problem")]
    assert places == sorted(places)
    assert places[-1] < text.index('class="cards"') < text.index('class="plot"')


def test_nobody_s_text_becomes_anything_but_text() -> None:
    it = eventful(evil=EVIL)
    clean = Elements(made(Load(name="x", report=eventful(), problems=[""], beside=["x"])))
    evil = Elements(made(Load(name=EVIL, report=it, problems=[EVIL], beside=[EVIL])))

    assert [tag for tag, _ in evil.tags] == [tag for tag, _ in clean.tags]
    names = [sorted(attributes) for _, attributes in evil.tags]
    assert names == [sorted(attributes) for _, attributes in clean.tags]
    assert sum(EVIL.split("\u2028")[0] in text for texts in evil.texts.values() for text in texts) > 4


def test_what_plotly_is_given_has_no_markup_of_others() -> None:
    text = made(Load(name="x", report=eventful(evil=EVIL)))
    ours = re.compile(r"</?b>|<br>|<extra></extra>")
    told = [
        content
        for figure in figures_in(text)["load-1"]
        for trace in figure["data"]
        for content in _texts([trace.get(name) for name in ("text", "customdata", "hovertemplate")])
    ]
    assert sum("owned" in content for content in told) >= 4
    assert [content for content in told if "<" in ours.sub("", content)] == []


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [value] if isinstance(value, str) else []


def test_only_the_page_s_own_scripts_may_run_and_nothing_may_be_asked_for() -> None:
    elements = Elements(made(Load(name="x", report=eventful())))
    [policy] = [it["content"] for tag, it in elements.tags if tag == "meta" and "http-equiv" in it]
    assert policy is not None
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe-inline" not in policy.partition("style-src")[0]
    addresses = [it[name] for _, it in elements.tags for name in ("src", "href", "action", "data") if name in it]
    assert [address for address in addresses if not str(address).startswith(("#", "data:,"))] == []


def test_one_page_holds_plotly_once_however_many_loads_there_are() -> None:
    one, three = (made(*[Load(name="x", report=eventful())] * number) for number in (1, 3))
    assert len(three) - len(one) < len(one) / 10
    assert len(one) < 2_400_000


def test_an_index_leads_to_each_of_several_loads_and_says_what_they_differ_in() -> None:
    loads = [
        Load(name="first", report=report(HEALTHY)),
        Load(name="broken", report=None),
        Load(name="second", report=report(STALLS_ONCE, clients=2, ramp=3.0)),
    ]
    text = made(*loads)
    elements = Elements(text)
    links = [it["href"] for tag, it in elements.tags if tag == "a" and it.get("class") != "skip"]
    ids = {it.get("id") for _, it in elements.tags}
    assert links == ["#load-1", "#load-2", "#load-3"]
    assert {str(link)[1:] for link in links} <= ids
    table = text[text.index("What the loads differ in") : text.index("</details>")]
    assert re.findall(r"<th [^>]*>(.*?)</th>", table) == ["setting or machine", "first", "second", "clients", "ramp"]
    assert re.findall(r"<td[^>]*>(.*?)</td>", table) == ["1", "2", "", "3"]


def test_one_load_has_no_index() -> None:
    assert 'class="index"' not in made(Load(name="x", report=report(HEALTHY)))


def test_every_colour_is_in_the_style_sheet_for_light_and_dark() -> None:
    text = made(Load(name="x", report=eventful()), Load(name="y", report=long_load(60, 300)))
    css = Elements(text).texts["style"][0]
    light, dark = (block for block in re.findall(r":root[^{]*\{(.*?)\}", css, re.DOTALL))
    used = {look.color for look in (*STATES.values(), *CAUSES.values())}
    used |= {name for figures in figures_in(text).values() for name in _names(figures)}
    for block in light, dark:
        assert used <= set(re.findall(r"(--[a-z0-9-]+):", block))


def _names(value: Any) -> set[str]:
    return {text for text in _texts(value) if _CSS_NAME.fullmatch(text)}


def test_no_two_causes_look_the_same_and_neither_do_states() -> None:
    assert set(CAUSES) == set(Cause)
    for looks in (CAUSES.values(), STATES.values()):
        assert len({(look.color, look.pattern) for look in looks}) == len(looks)
        assert len({look.word for look in looks}) == len(looks)


@pytest.mark.parametrize("size", [1000])
def test_a_large_load_stays_within_bounds(size: int) -> None:
    text = made(Load(name="x", report=long_load(size, 120)))
    assert len(text) < 3_000_000
