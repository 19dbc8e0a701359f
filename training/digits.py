"""Train a denoiser of handwritten digits: python -m training.digits (35 CPU minutes)

MNIST-5k: 3,600 of its 4,000 training pictures to learn from, 400 to watch, 1,000 never seen. Class labels, hidden for
a tenth of the pictures, so that the same network can be guided. Cosine schedule of 1,000 steps.
Writes course_lib/assets/w14/digits.pt and .json. A run that was cut off goes on where it was.
"""

import argparse

import torch
from torch import nn

from course_lib.data import digits
from course_lib.data.catalogue import MNIST as ARCHIVE
from course_lib.layers.noise_schedule import cosine
from course_lib.models.denoiser import Sizes
from course_lib.models.diffusion import Diffusion
from course_lib.train.shipped import rounded, ship
from training.diffusion_run import train

STEPS_OF_NOISE, WATCHED = 1000, 400


def main() -> None:
    """Train once, measure the loss on pictures never seen, write what came of it."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--steps", type=int, default=12_000)
    ask.add_argument("--width", type=int, default=32)
    ask.add_argument("--rate", type=float, default=1e-3)
    ask.add_argument("--seed", type=int, default=0)
    given = ask.parse_args()

    pictures = digits.load()
    learn, report = pictures.split()
    order = torch.randperm(len(learn), generator=torch.Generator().manual_seed(given.seed))
    watch, learn = learn[order[:WATCHED]], learn[order[WATCHED:]]
    images, labels, schedule = pictures.images, pictures.labels, cosine(STEPS_OF_NOISE)
    sizes = Sizes(channels=1, width=given.width, mults=(1, 2), blocks=1, labels=10, heads=4, patch=2)
    model, facts = train(
        sizes, schedule, images[learn], labels[learn], images[watch], labels[watch], steps=given.steps,
        rate=given.rate, batch=64, seed=given.seed, name=f"digits-{given.width}",
    )  # fmt: skip

    @torch.no_grad()
    def unseen(model: nn.Module) -> float:
        chance = torch.Generator().manual_seed(2)
        return round(float(Diffusion(schedule, model, 10).loss(images[report], chance, labels[report])), 5)

    exact = unseen(model)
    ship(
        "w14/digits",
        model,
        half=True,
        command=f"python -m training.digits --steps {given.steps} --width {given.width}",
        data={
            "archive": ARCHIVE.file,
            "sha256": ARCHIVE.sha256,
            "pictures": len(learn),
            "split": "digits.split, then 400 drawn with the seed to watch",
        },
        schedule={"kind": "cosine", "steps": STEPS_OF_NOISE},
        loss_unseen={"before_rounding": exact, "after_rounding": unseen(rounded(model))},
        **facts,
    )
    print(f"loss on unseen digits {exact}; {facts['cpu_seconds']} CPU seconds")


if __name__ == "__main__":
    main()
