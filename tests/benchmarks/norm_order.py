"""Does a deep Transformer learn without warm-up? python -m tests.benchmarks.norm_order (one CPU minute)

The lecture's comparison: 6 + 6 blocks of width 32 spell words of five letters for 150 steps at a high rate, with the
norm before or after each sum, with and without 75 steps of warm-up, from seeds 0, 1 and 2. Prints the mean loss of the
last 20 steps, as mean and standard deviation, and each seed. A model that ignores the letters cannot get below the
loss in the last row: that of knowing how common each sound is at each place.
"""

import statistics

import torch
from torch import Tensor, nn

from course_lib.data import cmudict
from course_lib.data.alphabet import START
from course_lib.data.cmudict import SPEECH, SPELLING
from course_lib.models.transformer import Transformer, TransformerConfig, shift_right
from course_lib.train.fit import fit
from course_lib.train.losses import smoothed_cross_entropy

STEPS, RATE, WARMUP, BATCH = 150, 0.01, 75, 48
RUNS = {"pre, no warm-up": ("pre", 1), "post, no warm-up": ("post", 1), "post, warm-up": ("post", WARMUP)}


def words() -> tuple[Tensor, Tensor]:
    """The training words of five letters and at most five sounds, as numbers."""
    train, _, _ = cmudict.split([e for e in cmudict.load() if len(e.word) == 5 and len(e.sounds) <= 5])
    letters = SPELLING.encode([e.word for e in train], marks=True)[:, 1:]
    return letters, SPEECH.encode([e.sounds for e in train], marks=True)[:, 1:]


def losses(order: str, warmup: int, seed: int, letters: Tensor, sounds: Tensor) -> list[float]:
    """The loss of every step; the rate rises over `warmup` steps and stays."""
    torch.manual_seed(seed)
    model = Transformer(
        TransformerConfig(len(SPELLING), len(SPEECH), width=32, heads=4, inner=64, layers=6, order=order)
    )
    optimiser = torch.optim.Adam(model.parameters(), lr=RATE, betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda done: min((done + 1) / warmup, 1.0))

    def draw(chance: torch.Generator) -> tuple[Tensor, Tensor]:
        rows = torch.randint(len(letters), (BATCH,), generator=chance)
        return letters[rows], sounds[rows]

    def loss_of(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
        return smoothed_cross_entropy(model(batch[0], shift_right(batch[1], START)), batch[1], 0.0)

    return fit(model, draw, loss_of, STEPS, optimiser, schedule=schedule, seed=seed, title=f"{order} {seed}").losses


def deaf(sounds: Tensor) -> float:
    """The loss of the best model that hears nothing: the entropy of the sounds, place by place, in nats a token."""
    total = 0.0
    for place in sounds.T:
        counts = torch.bincount(place[place != 0]).double()
        total += float(torch.special.entr(counts / counts.sum()).sum() * counts.sum())
    return total / int((sounds != 0).sum())


def main() -> None:
    """Train nine times, and print three rows and the loss of a deaf model."""
    torch.set_num_threads(1)
    letters, sounds = words()
    rows = []
    for name, (order, warmup) in RUNS.items():
        last = [statistics.mean(losses(order, warmup, seed, letters, sounds)[-20:]) for seed in range(3)]
        each = ", ".join(f"{loss:.2f}" for loss in last)
        rows.append(f"{name:<18}{statistics.mean(last):.2f} ± {statistics.stdev(last):.2f}   ({each})")
    print(*rows, f"{'hears nothing':<18}{deaf(sounds):.2f}", sep="\n")


if __name__ == "__main__":
    main()
