"""How much the lecture's speller depends on its seed: python -m tests.benchmarks.speller_spread (two CPU minutes)

Trains the lecture's model, with and without positions, from seeds 0, 1 and 2, and prints the error rates on the 1,000
test words the lecture uses, as mean and standard deviation.
"""

import statistics

import torch
from torch import Tensor, nn

from course_lib.data import cmudict
from course_lib.data.alphabet import END, PAD, START
from course_lib.data.cmudict import SPEECH, SPELLING
from course_lib.layers.positions import sinusoids
from course_lib.models.attention import AttentionSpeller, AttentionSpellerConfig, greedy_decode
from course_lib.train.fit import fit
from course_lib.train.scores import error_rates

STEPS = 800


def main() -> None:
    """Train six times, and print two rows."""
    torch.set_num_threads(1)
    entries = [e for e in cmudict.load() if 3 <= len(e.word) <= 9 and len(e.sounds) <= 9]
    train, _, test = cmudict.split(entries)
    letters = SPELLING.encode([e.word for e in train], marks=True)[:, 1:]
    sounds = SPEECH.encode([e.sounds for e in train], marks=True)
    spoken, words = cmudict.by_word(entries), [e.word for e in test[:1000]]

    def draw(chance: torch.Generator) -> tuple[Tensor, Tensor]:
        rows = torch.randint(len(letters), (64,), generator=chance)
        return letters[rows], sounds[rows]

    def loss_of(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
        scores = model(batch[0], batch[1][:, :-1])
        return nn.functional.cross_entropy(scores.flatten(0, 1), batch[1][:, 1:].flatten(), ignore_index=PAD)

    for name, positions in [("with positions", sinusoids(32, 48)), ("without", torch.zeros(32, 48))]:
        rates = []
        for seed in range(3):
            torch.manual_seed(seed)
            model = AttentionSpeller(
                AttentionSpellerConfig(len(SPELLING), len(SPEECH), width=48, heads=4), positions=positions
            )
            optimiser = torch.optim.Adam(model.parameters(), lr=0.01, betas=(0.9, 0.98))
            schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 0.01, total_steps=STEPS, pct_start=0.1)
            fit(model, draw, loss_of, STEPS, optimiser, schedule=schedule, clip=1.0, seed=seed, title=f"{name}, {seed}")
            written = greedy_decode(model, SPELLING.encode(words, marks=True)[:, 1:], START, END)
            rates.append(error_rates([SPEECH.decode(row) for row in written], [spoken[word] for word in words]))
        columns = [f"{statistics.mean(c):.1f} ± {statistics.stdev(c):.1f}%" for c in zip(*rates, strict=True)]
        print(f"{name}: sounds wrong {columns[0]}, words wrong {columns[1]}")


if __name__ == "__main__":
    main()
