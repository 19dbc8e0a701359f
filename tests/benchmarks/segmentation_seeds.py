"""What other seeds do to week 4's short trainings: python -m tests.benchmarks.segmentation_seeds (3 CPU minutes)

Runs the very cells of the lecture down to section 4.3, and of the homework down to question 4, with the seed of their
trainings changed to 0, 1 and 2; seed 0 gives what the notebooks print. In the lecture the seed draws the first
weights, in the homework the batches too. One training is added behind the lecture's: soft Dice, and cross-entropy with
the square roots of the class weights, as section 4.7 proposes. `lecture` or `homework` runs one alone.
"""

import argparse

from tests.benchmarks.notebook_cells import ask

SEEDS = range(3)
AFTER_LECTURE = """
from course_lib.train.overlap import class_weights

weights = class_weights(learn.mask, 4).sqrt()

def weighted(net, batch):
    out = net(batch[0])
    return nn.functional.cross_entropy(out, batch[1], weights) + soft_dice(out.softmax(dim=1), batch[1])

torch.manual_seed(SEED)
by_weights = say(train(UNet(1, 4), weighted, title="class weights"), seen)
ways = {"hourglass": by_hourglass, "U-Net": by_unet, "with soft Dice": by_balanced, "class weights as well": by_weights}
tell({name: [*dice(said)[1:].tolist(), accuracy(said)] for name, said in ways.items()})
"""
AFTER_HOMEWORK = """
tell({f"{dims}-D": [*dices[1:].tolist(), dices[1:].mean().item()] for dims, dices in found.items()})
"""
PLANS = {  # the last cell to run, how the seed is written, what to ask, what the last column is
    "lecture": ("w04-3-train", "torch.manual_seed({})", AFTER_LECTURE, "right pixels"),
    "homework": ("w04-4-score", "title, seed={}):", AFTER_HOMEWORK, "mean of the three"),
}


def run(kind: str, seed: int) -> dict[str, list[float]]:
    """Train with another seed.   -> for each net Dice of fluid, grey and white, and the last column"""
    last, written, question, _ = PLANS[kind]
    change = written.format(0), written.format(seed)
    found = ask(f"w04_unet/{kind}.ipynb", last, question.replace("SEED", str(seed)), change)
    return dict(found)


def main() -> None:
    """A row a net and seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", nargs="?", choices=[*PLANS])
    given = parser.parse_args().kind
    for kind in [given] if given else PLANS:
        print(f"{kind + ', Dice':<32}{'fluid':>8}{'grey':>8}{'white':>8}{PLANS[kind][3]:>20}")
        for seed in SEEDS:
            for name, values in run(kind, seed).items():
                cells = "".join(f"{value:>8.2f}" for value in values[:3])
                print(f"seed {seed}  {name:<24}{cells}{values[3]:>20.3f}", flush=True)


if __name__ == "__main__":
    main()
