"""The hemopexin alignment: its figures, its numbers, and a split that keeps relatives together."""

import time

import pytest
import torch

from course_lib.data import alignment
from course_lib.data.identity import alike, clusters, identities, row_weights

FAMILY = alignment.load()


def test_the_figures_of_the_docstring() -> None:
    assert (len(FAMILY), FAMILY.columns, FAMILY.well_filled().shape) == (4188, 448, (4188, 47))
    assert len(set(FAMILY.names)) == 4188
    assert {len(row) for row in FAMILY.rows} == {448}
    assert "4,188" in (alignment.__doc__ or "")
    assert FAMILY.weights().sum().item() == pytest.approx(1458, abs=1)


def test_letters_and_numbers_say_the_same() -> None:
    numbers, kept = FAMILY.well_filled(), FAMILY.filled() >= 0.5
    assert numbers.dtype == torch.int64
    assert sorted(numbers.unique().tolist()) == list(range(21))
    row = next(row for row, text in enumerate(FAMILY.rows) if any(letter.islower() for letter in text))
    plain = "".join(letter for letter, keep in zip(FAMILY.rows[row], kept.tolist(), strict=True) if keep)
    assert FAMILY.letters()[row] == plain.upper().replace("X", "-")
    assert FAMILY.one_hot().shape == (4188, 47, 21)
    assert torch.equal(FAMILY.one_hot().argmax(-1), numbers)
    assert FAMILY.well_filled(0.9).shape == (4188, 36)


def test_identity_weights_and_clusters_on_a_family_of_five() -> None:
    tokens = torch.tensor([[0, 1, 2, 3, 20], [0, 1, 2, 3, 4], [9, 1, 2, 3, 4], [9, 8, 7, 6, 5], [9, 8, 7, 6, 20]])
    assert identities(tokens)[0].tolist() == pytest.approx([1.0, 0.8, 0.6, 0.0, 0.2])
    assert row_weights(tokens, 0.8).tolist() == pytest.approx([1 / 2, 1 / 3, 1 / 2, 1 / 2, 1 / 2])
    assert clusters(tokens, 0.8).tolist() == [0, 0, 0, 3, 3], "0 and 2 are in one group through 1"
    assert clusters(tokens, 0.9).tolist() == [0, 1, 2, 3, 4]


def test_clusters_agree_with_union_find() -> None:
    tokens = FAMILY.well_filled()[::9]
    parent = list(range(len(tokens)))

    def root(node: int) -> int:
        while parent[node] != node:
            node = parent[node]
        return node

    for left, right in alike(tokens, 0.7).nonzero().tolist():
        parent[max(root(left), root(right))] = min(root(left), root(right))
    assert clusters(tokens, 0.7).tolist() == [root(node) for node in range(len(tokens))]


@pytest.mark.parametrize("identity", [0.0, 1.5])
def test_an_impossible_share_is_refused(identity: float) -> None:
    with pytest.raises(ValueError, match=f"identity={identity}"):
        alike(torch.zeros(2, 3, dtype=torch.long), identity)


@pytest.mark.timed
def test_no_row_of_one_part_is_a_near_copy_of_another() -> None:
    begun = time.process_time()
    train, valid, test = FAMILY.split(identity=0.8)
    assert time.process_time() - begun < 6.0  # 1 to 2 s on a quiet machine, all threads together
    assert sorted(train + valid + test) == list(range(4188))
    assert len(valid) == pytest.approx(209, abs=5)
    assert len(test) == pytest.approx(209, abs=5)
    near = identities(FAMILY.well_filled())
    for one, other in ((train, valid), (train, test), (valid, test)):
        assert near[one][:, other].max() < 0.8
    assert FAMILY.split(identity=0.8) == (train, valid, test)
    assert FAMILY.split(identity=0.8, seed=1).test != test
