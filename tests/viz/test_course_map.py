"""The map shows every week below those it needs, and links to what exists."""

from course_lib.curriculum.weeks import WEEKS
from course_lib.viz.course_map import CourseMap


def test_a_week_stands_below_all_it_needs() -> None:
    places = CourseMap(WEEKS.values(), {"w07"}).places()
    assert places.keys() == WEEKS.keys()
    for week in WEEKS.values():
        for before in week.needs:
            assert places[before][1] < places[week.id][1]
    assert len(set(places.values())) == len(places), "two boxes stand in the same place"


def test_links_lead_to_what_exists() -> None:
    page = CourseMap(WEEKS.values(), {"w07"}, done={"w07"}).to_html()
    assert page.count("href=") == 1
    assert 'href="w07_attention/lecture.ipynb"' in page
    assert page.count("not written yet") == len(WEEKS) - 1
    assert "done" in page


def test_the_same_in_words() -> None:
    words = CourseMap(WEEKS.values(), {"w07"}).describe()
    assert "w14 Diffusion, Undoing noise (not written yet): builds on w04, w13" in words
    assert "w07 Attention, Who listens to whom: builds on w01" in words
