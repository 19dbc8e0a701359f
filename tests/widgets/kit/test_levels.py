"""One byte a weight loses nothing that is shown."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from course_lib.widgets.kit.levels import EDGES, LEVELS, entropy_tenths, pack_mask, percent, scale_ticks, to_levels


def test_every_border_between_two_words_is_kept() -> None:
    for border in [*(np.arange(10) + 0.5) / 1000, *(np.arange(1, 100) + 0.5) / 100]:
        below, above = (percent(int(level)) for level in to_levels(border + np.array([-1e-6, 1e-6])))
        assert below != above and float(above[:-1]) >= 100 * border > float(below[:-1])


@given(st.floats(0, 1))
def test_a_byte_is_said_as_the_number_it_came_from(weight: float) -> None:
    said = percent(int(to_levels(np.array([weight]))[0]))
    if weight < 1e-4:
        assert said == "0%"
    elif 100 * weight < 0.95:
        assert abs(float(said[:-1]) - 100 * weight) <= 0.05 + 1e-9
    else:
        assert abs(int(said[:-1]) - 100 * weight) <= 0.5 + 1e-9


def test_levels_rise_and_lie_between_their_borders() -> None:
    assert len(LEVELS) == 256 and (np.diff(LEVELS) > 0).all() and (np.diff(EDGES) > 0).all()
    assert (to_levels(LEVELS) == np.arange(256)).all()
    assert LEVELS[0] == 0 and LEVELS[-1] == 1
    assert np.diff(np.sqrt(LEVELS)).max() < 0.025  # no step of the colour scale is wide


def test_entropy_is_that_of_torch() -> None:
    weights = torch.rand(3, 7, 11, generator=torch.Generator().manual_seed(0)).softmax(-1)
    bits = torch.distributions.Categorical(probs=weights).entropy() / np.log(2)
    assert np.abs(entropy_tenths(weights.numpy()) / 10 - bits.numpy()).max() <= 0.0501


def test_a_mask_packs_eight_cells_a_byte() -> None:
    mask = torch.ones(5, 7).tril().bool().numpy()
    packed = np.frombuffer(pack_mask(mask), dtype=np.uint8)
    assert len(packed) == 5
    for cell in range(35):
        assert bool(packed[cell >> 3] >> (cell & 7) & 1) == mask[divmod(cell, 7)]


def test_ticks_stand_in_order_and_end_at_the_top() -> None:
    for top in (1.0, 0.4, 0.06, 0.003):
        ticks = scale_ticks(top)
        places = [place for place, _ in ticks]
        assert places == sorted(places) and ticks[0] == (0.0, "0%") and places[-1] == 1.0
        assert min(np.diff(places)) > 0.1
