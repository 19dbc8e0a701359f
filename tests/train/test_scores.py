"""Edit distance keeps the laws of a distance, and the rates count what they say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.train.edit_distance import edit_distance
from course_lib.train.scores import error_rates

words = st.text("abc", max_size=7)


@given(words, words, words)
def test_it_is_a_distance(a: str, b: str, c: str) -> None:
    assert edit_distance(a, b) == edit_distance(b, a)
    assert (edit_distance(a, b) == 0) == (a == b)
    assert edit_distance(a, c) <= edit_distance(a, b) + edit_distance(b, c)
    assert abs(len(a) - len(b)) <= edit_distance(a, b) <= max(len(a), len(b))


def test_known_distances() -> None:
    assert edit_distance("kitten", "sitting") == 3
    assert edit_distance(["S", "P"], ["S", "P", "EH"]) == 1


def test_rates_take_the_nearest_answer() -> None:
    assert error_rates(["abc", "xy"], [["abd", "abc"], ["xyz"]]) == (pytest.approx(100 / 6), 50.0)


def test_nothing_to_score_is_refused() -> None:
    with pytest.raises(ValueError, match="0 answers for 0 words"):
        error_rates([], [])
