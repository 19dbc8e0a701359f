"""Edit operations: both words can be read from them, and no way is cheaper."""

from hypothesis import given
from hypothesis import strategies as st

from course_lib.train.edit_distance import edit_distance, edit_operations

WORDS = st.lists(st.sampled_from(["AE", "K", "T"]), max_size=7)


@given(WORDS, WORDS)
def test_it_reads_both_words_at_the_least_cost(truth: list[str], said: list[str]) -> None:
    found = edit_operations(truth, said)
    assert [a for _, a, _ in found if a is not None] == truth
    assert [b for _, _, b in found if b is not None] == said
    for kind, a, b in found:
        assert kind == ("drop" if b is None else "add" if a is None else "keep" if a == b else "swap")
    assert sum(kind != "keep" for kind, _, _ in found) == edit_distance(said, truth)


def test_an_example() -> None:
    found = edit_operations(["K", "AE", "T", "S"], ["AE", "T", "IY", "S"])
    assert found == [
        ("drop", "K", None),
        ("keep", "AE", "AE"),
        ("keep", "T", "T"),
        ("add", None, "IY"),
        ("keep", "S", "S"),
    ]
