"""What a week may cost, since sixteen will: 5,000 lines, 60 files, 12 exercises, an explorer of eight files.

Four of the first five weeks are larger than that. None of them may grow: `AT_MOST` holds each near what it counted
last, and whoever makes one smaller lowers its row. The seconds of a week's tests, 100 at most, stand in pytest's
summary.
"""

from pathlib import Path

import pytest

from course_lib.curriculum.weeks import WEEKS, Week
from tests.week_parts import BUDGET, belongs, costs, files_of, seconds_of_weeks, written_weeks

COLUMNS = ("lines", "files", "exercises", "explorer")
AT_MOST = {
    # lines, files, exercises, files of the explorer
    "w04": [7500, 60, 12, 9],
    "w08": [6150, 60, 13, 8],
    "w12": [6350, 60, 12, 8],
    "w14": [9050, 60, 12, 8],
}


def table() -> str:
    """What each written week counts beside what it may."""
    rows = [("week", *COLUMNS), *((week.id, *map(str, costs(week).values())) for week in written_weeks())]
    rows.append(("bar", *(str(BUDGET[name]) for name in COLUMNS)))
    return "\n".join("".join(f"{cell:>11}" for cell in row) for row in rows)


@pytest.mark.parametrize("week", list(written_weeks()), ids=lambda week: week.id)
def test_a_week_keeps_its_budget(week: Week) -> None:
    print(table())
    bar = [BUDGET[name] for name in COLUMNS]
    may = dict(zip(COLUMNS, map(max, bar, AT_MOST.get(week.id, bar)), strict=True))
    over = {name: f"{count}, at most {may[name]}" for name, count in costs(week).items() if count > may[name]}
    assert over == {}, f"{week.id} grew:\n{table()}"


def test_no_row_is_looser_than_it_need_be() -> None:
    """A week that became smaller may not grow back: its row is lowered to what is counted now, or to the bar."""
    now = {week.id: list(costs(week).values()) for week in written_weeks()}
    bar = [BUDGET[name] for name in COLUMNS]
    slack = {id: now[id] for id, row in AT_MOST.items() if row[0] - max(now[id][0], bar[0]) > 250}
    assert slack == {}, "lower these rows of AT_MOST"


def test_the_rule_finds_a_weeks_files_and_no_other(tmp_path: Path) -> None:
    week = WEEKS["w12"]
    own = ["exercises/w12/laws.py", "layers/gnn.py", "models/graph_conv.py", "widgets/message_passing/explorer.js"]
    other = ["exercises/feedback/message_parts.py", "layers/subgraph.py", "models/unet.py", "widgets/x/pic.png"]
    for name in [*own, *other]:
        (tmp_path / "course_lib" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "course_lib" / name).write_text("1\n2\n3\n")
    found = [file.relative_to(tmp_path / "course_lib").as_posix() for file in files_of(week, tmp_path)]
    assert found == sorted(own)
    assert costs(week, tmp_path) == {"lines": 12, "files": 4, "exercises": 0, "explorer": 1}


def test_seconds_go_to_the_weeks_that_a_test_names() -> None:
    tests = {
        "tests/notebooks/test_lectures.py::test_run[w07_attention/lecture.ipynb]": 5.0,
        "tests/layers/test_graph_attention.py::test_law": 2.0,
        "tests/data/test_fetch.py::test_slow": 50.0,
    }
    spent = seconds_of_weeks(tests)
    assert (spent["w07"], spent["w12"], spent["w04"]) == (7.0, 2.0, 0)
    assert not belongs("tests/layers/test_inattention.py", WEEKS["w07"])
