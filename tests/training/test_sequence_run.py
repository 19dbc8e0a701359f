"""The helpers of the long runs: batches without padding in which every pair is equally likely, and the baseline."""

import pytest
import torch

from course_lib.data.alphabet import END
from course_lib.models.transformer import Sizes, Transformer
from course_lib.train.fit import History
from training.sequence_run import curve, draw_by_length, say, say_by_beam
from training.translator import copied, scores

SOURCE = torch.tensor(
    [[n + 3] * length + [0] * (7 - length) for n, length in enumerate([2, 7, 2, 3, 7, 7, 2, 2, 2, 3, 5])]
)
TARGET = SOURCE[:, :6]


def test_batches_have_one_length_and_every_pair_is_equally_likely() -> None:
    draw, chance = draw_by_length(SOURCE, TARGET, 14), torch.Generator().manual_seed(0)
    seen = torch.zeros(11)
    for _ in range(4000):
        source, target = draw(chance)
        assert (source != 0).all() and source.numel() <= 14
        assert (target == source[:, :6]).all()
        seen += torch.bincount(source[:, 0] - 3, minlength=11)
    assert seen.min() / seen.max() > 0.8, "drawing a length as often as it occurs would give 0.3"


def test_answers_come_back_in_the_order_of_the_questions() -> None:
    model = Transformer(Sizes(20, 13, width=18, heads=3, inner=7, layers=1)).eval()
    with torch.no_grad():
        model.write[0].listen.to_out.weight *= 9  # what was read decides, so that answers differ from row to row
        model.to_scores.bias[:3] = -99.0
    together = say(model, SOURCE, 5, at_once=3)
    alone = [say(model, row[row != 0][None], 5)[0] for row in SOURCE]
    assert [row[row != 0].tolist() for row in together] == [row[row != 0].tolist() for row in alone]
    assert len({tuple(row.tolist()) for row in together}) > 1
    beam = [[token for token in said if token != END] for said in say_by_beam(model, SOURCE, 1, 5)]
    assert beam == [[token for token in said.tolist() if token != 0] for said in together]


def test_the_baseline_copies_the_nearest_name_and_the_scores_know_molecules() -> None:
    known = [("CH4/h1H4", "C"), ("C2H6O/c1-2-3/h3H,2H2,1H3", "CCO"), ("H3N/h1H3", "N")]
    assert copied(known, ["C2H6O/c1-3-2/h1-2H3", "A", "Z"]) == ["CCO", "CCO", "N"]
    found = scores(["CCO", "OCC", "CC(", "C"], ["CCO", "CCO", "CCO", "N"])
    assert found == {
        **{"string_right": 25.0, "molecule_right": 50.0, "valid": 75.0},
        **{"character_error": pytest.approx(100 * (0 + 2 + 1 + 1) / 10), "molecules": 4},
    }


def test_a_curve_is_the_mean_of_equal_stretches() -> None:
    told = History(losses=[4.0, 2.0, 1.0, 1.0, 0.5])
    assert curve(told, points=2) == [[2, 3.0], [4, 1.0], [5, 0.5]]
