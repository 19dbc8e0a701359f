"""The chooser: cases worked out before the table was written, and laws for every combination of answers."""

import itertools
import json
import re
from pathlib import Path

import pytest

from course_lib.curriculum import chooser
from course_lib.curriculum.chooser import QUESTIONS, TABLE, Answers, advise, as_json
from course_lib.curriculum.weeks import WEEKS
from course_lib.errors import CourseError
from course_lib.paths import repo_root

ALL = [Answers(*tags) for tags in itertools.product(*(question["answers"] for question in QUESTIONS))]
WORKED = {
    "molecules -> a number": (("graph", "hundreds", "permutation", "number", "minutes"), "w12"),
    "volumes -> a class for every voxel": (("image", "hundreds", "translation", "each", "minutes"), "w04"),
    "photographs -> what is on them": (("image", "thousands", "translation", "number", "minutes"), "w02"),
    "many photographs, a GPU": (("image", "more", "translation", "number", "gpu"), "w03"),
    "words -> how they sound": (("sequence", "thousands", "none", "generate", "minutes"), "w08"),
    "a great many SMILES -> new ones": (("sequence", "more", "none", "generate", "gpu"), "w10"),
    "reviews -> how kind they are": (("sequence", "thousands", "none", "number", "hours"), "w09"),
    "a trajectory -> what comes next": (("sequence", "thousands", "time", "number", "minutes"), "w06"),
    "pictures -> new pictures": (("image", "thousands", "none", "generate", "gpu"), "w14"),
    "conformations -> their energy": (("points", "thousands", "rotation", "number", "hours"), "w13"),
    "molecules in space -> new ones": (("points", "more", "rotation", "generate", "gpu"), "w14"),
    "a network of neurons -> the kind of each": (("graph", "hundreds", "permutation", "each", "minutes"), "w12"),
    "a bag of measurements -> a class": (("set", "thousands", "permutation", "number", "minutes"), "w07"),
    "bags -> new bags": (("set", "more", "permutation", "generate", "minutes"), "w14"),
    "a spreadsheet -> a number": (("table", "hundreds", "none", "number", "minutes"), "w01"),
}


@pytest.mark.parametrize("case", WORKED)
def test_worked_cases(case: str) -> None:
    tags, first = WORKED[case]
    assert advise(Answers(*tags)).weeks[0].id == first


def test_a_planned_week_is_said_to_be_so_and_a_written_one_stands_beside_it() -> None:
    found = advise(Answers("points", "thousands", "rotation", "number", "hours"), written={"w12"})
    assert [(week.id, week.written) for week in found.weeks] == [("w13", False), ("w12", True)]
    assert "Week 13 (Equivariance, planned, not written yet), Laws of symmetry: " in found.as_text()
    assert "Week 12 (Graph networks), Who touches whom: " in found.as_text()


def test_every_combination_has_weeks_reasons_and_a_baseline() -> None:
    for answers in ALL:
        found = advise(answers)
        assert 1 <= len(found.weeks) <= TABLE["most"], answers
        assert len({week.id for week in found.weeks}) == len(found.weeks)
        assert found.baseline.startswith("First try ") and found.baseline.endswith("."), answers
        for sentence in (found.baseline, *found.notes, *(week.reason for week in found.weeks)):
            assert sentence.endswith(".") and not re.search(r"[.?!] [A-Z]", sentence), f"not one sentence: {sentence}"


def test_no_week_suggested_says_never_and_all_know_shape_and_task() -> None:
    rules = {rule["week"]: rule for rule in TABLE["rules"]}
    for answers in ALL:
        for week in advise(answers).weeks:
            rule, asked = rules[week.id], set(answers)
            assert not asked & set(rule["never"]) and {answers.shape, answers.task} <= set(rule["weights"])


def test_every_week_is_somebodys_first_or_second_choice() -> None:
    seen = {week.id for answers in ALL for week in advise(answers).weeks[:2]}
    assert seen == set(WEEKS)


def test_every_sentence_is_said_to_somebody() -> None:
    said = {text for answers in ALL for text in advise(answers).as_text().splitlines()}
    tables = [*TABLE["baselines"], *TABLE["notes"], *(each for rule in TABLE["rules"] for each in rule["reasons"])]
    heard = "\n".join(said)
    assert [row["says"] for row in tables if row["says"] not in heard] == []


def test_the_table_names_real_weeks_and_real_answers_once() -> None:
    assert [rule["week"] for rule in TABLE["rules"]] == list(WEEKS), "each week once, in order: ties go to the earlier"
    tags = [tag for question in QUESTIONS for tag in question["answers"]]
    assert len(tags) == len(set(tags))
    for rule in TABLE["rules"]:
        assert set(rule["weights"]) | set(rule["never"]) <= set(tags)
        assert not set(rule["weights"]) & set(rule["never"])
        assert rule["reasons"][-1]["when"] == [], "the last reason holds always"
    for row in (*TABLE["baselines"], *TABLE["notes"], *(each for rule in TABLE["rules"] for each in rule["reasons"])):
        assert set(row["when"]) <= set(tags)


def test_every_figure_stands_in_the_table_of_measurements() -> None:
    """Numbers with a decimal point or a percent sign are results; MEASURED.md says what prints each."""
    root = repo_root()
    assert root is not None
    measured = (root / "tests/benchmarks/MEASURED.md").read_text(encoding="utf-8")
    sentences = json.dumps(as_json(), ensure_ascii=False)
    figures = set(re.findall(r"\d+\.\d+ ± \d+\.\d+|\d+\.\d+|\d+%", sentences))
    assert len(figures) >= 10
    assert [figure for figure in sorted(figures) if figure not in measured] == []


def test_json_is_all_a_page_needs() -> None:
    """The docstring's rule, followed by somebody who has only the JSON, gives Python's answers."""
    data = json.loads(json.dumps(as_json(written={"w04", "w12"})))
    told = {"number": 12, "name": "Graph networks", "title": "Who touches whom", "folder": "w12_gnn", "written": True}
    assert data["weeks"]["w12"] == told
    assert not data["weeks"]["w13"]["written"]
    for answers in ALL:
        asked = list(answers)
        scored = []
        for rule in data["rules"]:
            weights = rule["weights"]
            if asked[0] in weights and asked[3] in weights and not any(tag in rule["never"] for tag in asked):
                scored.append((sum(weights.get(tag, 0) for tag in asked), rule["week"]))
        scored = sorted((pair for pair in scored if pair[0] > 0), key=lambda pair: (-pair[0], pair[1]))
        best = [week for score, week in scored if 2 * score >= scored[0][0]][: data["most"]]
        assert [week.id for week in advise(answers).weeks] == best, answers


@pytest.mark.parametrize("place", range(5))
def test_a_wrong_answer_is_named_with_the_right_ones(place: int) -> None:
    tags = ["graph", "hundreds", "permutation", "number", "minutes"]
    tags[place] = "tensor"
    with pytest.raises(
        CourseError, match=f"'tensor'.*{QUESTIONS[place]['name']}.*{list(QUESTIONS[place]['answers'])[-1]}"
    ):
        advise(Answers(*tags))


def test_written_weeks_are_those_on_disk(tmp_path: Path) -> None:
    (tmp_path / "w12_gnn").mkdir()
    (tmp_path / "w12_gnn" / "lecture.ipynb").write_text("{}")
    (tmp_path / "w13_egnn").mkdir()
    assert chooser.written_weeks(tmp_path) == {"w12"}
    assert {"w04", "w07", "w08", "w12", "w14"} <= chooser.written_weeks()
