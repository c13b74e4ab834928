"""What is told of a load that has ended, made of what xdist can carry"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path
    from typing import Any, TypedDict

    from pytest_hlsload.model.report import LoadReport
    from pytest_hlsload.render.lines import Line

    class Told(TypedDict):
        """
        No longer than what people read.

        Attributes:
            name: of the test, or what else the load was for.
            test: the node id of the test that it was made in; "session" where there is none.
            journal: the journal's file name.
            path: the journal's path.
            verdict: "pass", "fail" or "invalid".
            problems: why it is not "pass", a sentence each.
            offenders: the table of those who breached a threshold.
            summary: lines, each with its style (`render.lines.Style`).
            compact: the same in a line or two.
            strips: the load over time (`render.strips.Strips`); None where nothing is known.
            figures: for JUnit's properties (`render.junit.figures_of`).
            system_out: for JUnit's element of that name.
            junit: the setting.
            beside: lines of the summary that do not come from the report.
        """

        name: str
        test: str
        journal: str
        path: str
        verdict: str
        problems: list[str]
        offenders: list[str]
        summary: list[tuple[str, str]]
        compact: list[tuple[str, str]]
        strips: dict[str, Any] | None
        figures: dict[str, str | int | float]
        system_out: str
        junit: str
        beside: list[str]


def tell(
    report: "LoadReport",
    *,
    name: str,
    test: str,
    journal: "Path",
    problems: "Sequence[str]" = (),
    more: "Sequence[str]" = (),
) -> "Told":
    """
    What is told of a report.

    Args:
        report: the load's.
        name: as it is to be shown.
        test: the node id of the test that it was made in.
        journal: its journal.
        problems: further reasons for a test to fail.
        more: further lines for the summary.
    """
    from pytest_hlsload.model.breaches import offender_lines
    from pytest_hlsload.model.one_line import without_controls
    from pytest_hlsload.model.plain import to_data
    from pytest_hlsload.render.junit import figures_of, system_out
    from pytest_hlsload.render.lines import Line, Style
    from pytest_hlsload.render.strips import strips_of
    from pytest_hlsload.render.summary import compact_summary, summary

    bad = [Line(f"  problem: {problem}", Style.BAD) for problem in problems]
    verdict = "fail" if problems and report.verdict == "pass" else str(report.verdict)
    first, *others = summary(report, name=name)
    if verdict != report.verdict:
        first = Line(f"{name}: {verdict.upper()}", Style.BAD)
    lines = [first, *bad, *others, *map(Line, more)]
    compact, *also = compact_summary(report, name=name)
    if verdict != report.verdict:
        compact = Line(compact.text.replace(f"{name}: {report.verdict}", f"{name}: {verdict.upper()}", 1), Style.BAD)
    figures = {**figures_of(report), "verdict": verdict}
    return {
        "name": name,
        "test": test,
        "journal": journal.name,
        "path": str(journal.resolve()),
        "verdict": verdict,
        "problems": [without_controls(str(problem)) for problem in (*report.problems, *problems)],
        "offenders": [without_controls(line) for line in offender_lines(report.breaches)],
        "summary": _plain(lines),
        "compact": _plain([compact, *also, *bad[:1]]),
        "strips": to_data(strips_of(report)),
        "figures": figures,
        "system_out": system_out(lines, figures),
        "junit": str(report.settings.get("junit") or "system-out"),
        "beside": [without_controls(str(line)) for line in more],
    }


def tell_broken(why: str, *, name: str, test: str, journal: "Path", junit: str) -> "Told":
    """What is told of a load that has no report."""
    from pytest_hlsload.model.one_line import without_controls
    from pytest_hlsload.render.junit import system_out
    from pytest_hlsload.render.lines import Line, Style

    lines = [Line(f"{name}: FAIL", Style.BAD), Line(f"  problem: {why}", Style.BAD)]
    return {
        "name": name,
        "test": test,
        "journal": journal.name,
        "path": str(journal.resolve()),
        "verdict": "fail",
        "problems": [without_controls(why)],
        "offenders": [],
        "summary": _plain(lines),
        "compact": _plain(lines),
        "strips": None,
        "figures": {"verdict": "fail"},
        "system_out": system_out(lines, {"verdict": "fail"}),
        "junit": junit,
        "beside": [],
    }


def _plain(lines: "Iterable[Line]") -> list[tuple[str, str]]:
    # Not the enum itself, which xdist cannot carry.
    return [(line.text, line.style.value) for line in lines]
