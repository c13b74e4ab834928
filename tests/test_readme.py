"""The README says what is so."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from pytest_hlsload.model.setting_table import SETTINGS, Setting

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = README + "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md")))
QUOTED = re.findall(r"<!-- (examples/\S+) -->\n```python\n(.*?)```", PAGES, re.DOTALL)


@pytest.mark.parametrize(("path", "quoted"), QUOTED, ids=[path for path, _ in QUOTED])
def test_an_example_is_quoted_as_it_runs(path: str, quoted: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == quoted


def test_every_example_test_is_quoted() -> None:
    examples = {str(path.relative_to(ROOT)) for path in (ROOT / "examples").rglob("test_*.py")}

    assert examples <= {path for path, _ in QUOTED}


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_has_a_row(setting: Setting) -> None:
    assert f"| `{setting.name}` | {setting.help} |" in README


def test_two_commands_do_all_the_set_up() -> None:
    commands = re.findall(r"```console\n(.*?)\n```", README, re.DOTALL)

    assert 'pip install ".[demo]" && pytest examples' in commands
    assert 'pip install ".[test]" && pytest -n 8 --dist worksteal' in commands
    assert all("\n" not in command for command in commands)


@pytest.mark.parametrize("picture", sorted((ROOT / "docs/pictures").glob("*.svg")), ids=lambda path: path.name)
def test_pictures_are_shown_and_ask_for_nothing_from_elsewhere(picture: Path) -> None:
    drawing = picture.read_text(encoding="utf-8")

    assert f"docs/pictures/{picture.name})" in README
    ET.fromstring(drawing)
    assert set(re.findall(r"url\((.)", drawing)) == {"#"}
    assert not re.search(r"href|@import|src=", drawing)


def test_links_into_the_repository_lead_somewhere() -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)]+)\)", README):
        assert (ROOT / target).exists(), target


MEASURED = re.findall(r"^\| (.+) \| .+ \| (.+) \| \[[^]]*\]\(docs/figures\.md#([a-z-]+)\) \|$", README, re.MULTILINE)


@pytest.mark.parametrize(("cell", "anchor"), [row[1:] for row in MEASURED], ids=[row[0] for row in MEASURED])
def test_a_figure_stands_in_the_table_that_its_benchmark_has_written(cell: str, anchor: str) -> None:
    page = (ROOT / "docs/figures.md").read_text(encoding="utf-8")
    sections = {
        title.lower().replace(" ", "-"): text
        for title, text in re.findall(r"^## (.+)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    }
    figures = re.findall(r"\*\*(.+?)\*\*", cell)

    assert figures
    for figure in figures:
        assert figure in sections[anchor].replace("*", ""), figure


def test_every_section_of_figures_is_told_of() -> None:
    sections = re.findall(r"^## (.+)$", (ROOT / "docs/figures.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert {title.lower().replace(" ", "-") for title in sections} == {anchor for _, _, anchor in MEASURED}
