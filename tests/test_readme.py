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
        assert (ROOT / target.partition("#")[0]).exists(), target


MEASURED = re.findall(r"^(\| .+) \| \[[^]]*\]\(docs/figures\.md#([a-z-]+)\) \|$", README, re.MULTILINE)
FIGURES = {
    title.lower().replace(" ", "-"): text
    for title, text in re.findall(
        r"^## ([^\n]+)\n(.*?)(?=^## |\Z)",
        (ROOT / "docs/figures.md").read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
}


@pytest.mark.parametrize(("row", "anchor"), MEASURED, ids=[row.split(" | ")[0].strip("| ") for row, _ in MEASURED])
def test_a_figure_stands_in_the_table_that_its_benchmark_has_written(row: str, anchor: str) -> None:
    figures = re.findall(r"\*\*(.+?)\*\*", row)

    assert figures
    assert [figure for figure in figures if figure not in FIGURES[anchor].replace("*", "")] == []


def test_errors_stand_in_the_tables_that_benchmarks_have_written() -> None:
    errors = re.findall(r"\d\.\d{3} / \d\.\d{3} / \d\.\d{3}", README)

    assert errors
    assert [it for it in errors if it not in "".join(FIGURES.values())] == []


def test_every_section_of_figures_is_told_of() -> None:
    assert set(FIGURES) == {anchor for _, anchor in MEASURED}
