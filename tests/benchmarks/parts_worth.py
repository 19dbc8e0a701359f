"""What norms and feed-forward parts buy in a short training: python -m tests.benchmarks.parts_worth (3 CPU minutes)

The words, the width and the schedule of the lectures of weeks 7 and 8. The whole machine learns for 800 steps,
attention alone (the model of week 7) for 800 and for 1,200, about as many seconds as the machine takes. Prints the
error rates on the 1,000 test words the lectures use, as mean and standard deviation of seeds 0, 1 and 2, and
processor seconds.
"""

import statistics
import sys
import time

import torch
from torch import Tensor, nn

from course_lib.data import cmudict
from course_lib.data.alphabet import END, START
from course_lib.data.cmudict import SPEECH, SPELLING, Entry
from course_lib.models import attention, transformer
from course_lib.models.transformer import shift_right
from course_lib.train.fit import fit
from course_lib.train.losses import smoothed_cross_entropy
from course_lib.train.scores import error_rates

RUNS = {"whole machine, 800 steps": 800, "attention alone, 800 steps": 800, "attention alone, 1200 steps": 1200}


def fresh(name: str) -> nn.Module:
    """The model of week 8's lecture, or that of week 7's."""
    tokens = len(SPELLING), len(SPEECH)
    if name.startswith("whole"):
        return transformer.Transformer(transformer.TransformerConfig(*tokens, width=48, heads=4, inner=192, layers=2))
    return attention.AttentionSpeller(attention.AttentionSpellerConfig(*tokens, width=48, heads=4))


def run(name: str, seed: int, train: list[Entry], test: list[Entry], right: list[list[tuple[str, ...]]]) -> list[float]:
    """Train once.   -> percent of sounds wrong, percent of words wrong, processor seconds"""
    letters = SPELLING.encode([e.word for e in train], marks=True)[:, 1:]
    sounds = SPEECH.encode([e.sounds for e in train], marks=True)[:, 1:]

    def draw(chance: torch.Generator) -> tuple[Tensor, Tensor]:
        rows = torch.randint(len(letters), (64,), generator=chance)
        return letters[rows], sounds[rows]

    def loss_of(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
        return smoothed_cross_entropy(model(batch[0], shift_right(batch[1], START)), batch[1], 0.0)

    torch.manual_seed(seed)
    model, steps, begun = fresh(name), RUNS[name], time.process_time()
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01, betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 0.01, total_steps=steps, pct_start=0.1)
    fit(model, draw, loss_of, steps, optimiser, schedule=schedule, clip=1.0, seed=seed, title=f"{name}, {seed}")
    seconds = time.process_time() - begun
    source = SPELLING.encode([e.word for e in test], marks=True)[:, 1:]
    if isinstance(model, attention.AttentionSpeller):
        written = attention.greedy_decode(model, source, START, END)
    else:
        assert isinstance(model, transformer.Transformer)
        written = transformer.greedy_decode(model, source, START, END)
    return [*error_rates([SPEECH.decode(row) for row in written], right), seconds]


def main() -> None:
    """Train nine times, and print three rows; words on the command line choose among the rows."""
    torch.set_num_threads(1)
    entries = [e for e in cmudict.load() if 3 <= len(e.word) <= 9 and len(e.sounds) <= 9]
    train, _, test = cmudict.split(entries)
    test, spoken = test[:1000], cmudict.by_word(entries)
    for name in [name for name in RUNS if all(word in name for word in sys.argv[1:])]:
        found = [run(name, seed, train, test, [spoken[e.word] for e in test]) for seed in range(3)]
        columns = [f"{statistics.mean(c):.1f} ± {statistics.stdev(c):.1f}" for c in zip(*found, strict=True)]
        print(f"{name}: sounds wrong {columns[0]}%, words wrong {columns[1]}%, {columns[2]} CPU seconds", flush=True)


if __name__ == "__main__":
    main()
