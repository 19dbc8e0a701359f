"""Train a denoiser of galaxies: python -m training.galaxies (9 CPU minutes)

349 colour cut-outs of the Hubble eXtreme Deep Field, each drawn in one of its eight positions. Of the 79 cut-outs of
the other region, those of its upper half are watched and those of its lower half are reported on; no pixel is in both.
Cosine schedule of 1,000 steps. The network predicts the velocity: as long as this, one that predicts the noise loses
the black of the sky (mean light -0.2 in place of -0.8). Writes course_lib/assets/w14/galaxies.pt and .json. A run that
was cut off goes on where it was.
"""

import argparse

import torch
from torch import Tensor, nn

from course_lib.data import galaxies
from course_lib.layers.noise_schedule import cosine
from course_lib.models.denoiser import DenoiserConfig
from course_lib.models.velocity_diffusion import VelocityDiffusion
from course_lib.train.shipped import rounded, ship
from training.diffusion_run import train

STEPS_OF_NOISE, MIDDLE, SIDE = 1000, 436, 32


def main() -> None:
    """Train once, measure the loss on pictures never seen, write what came of it."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--steps", type=int, default=STEPS)
    ask.add_argument("--width", type=int, default=32)
    ask.add_argument("--rate", type=float, default=1e-3)
    ask.add_argument("--seed", type=int, default=0)
    given = ask.parse_args()

    learn, other = galaxies.load(SIDE)
    watch, report = halves(other)
    schedule = cosine(STEPS_OF_NOISE)
    sizes = DenoiserConfig(channels=3, width=given.width, mults=(1, 2), blocks=1, heads=4, patch=2)
    model, facts = train(
        sizes, schedule, learn.images, None, watch, None, steps=given.steps, rate=given.rate, batch=32,
        seed=given.seed, name=f"galaxies-{given.width}", alter=galaxies.turned, kind=VelocityDiffusion, average=0.995,
    )  # fmt: skip

    @torch.no_grad()
    def unseen(model: nn.Module) -> float:
        chance = torch.Generator().manual_seed(2)
        return round(float(VelocityDiffusion(schedule, model).loss(report.repeat(8, 1, 1, 1), chance)), 5)

    exact = unseen(model)
    ship(
        "w14/galaxies",
        model,
        half=True,
        command=f"python -m training.galaxies --steps {given.steps} --width {given.width}",
        data={
            "picture": f"skimage/{galaxies.PICTURE}",
            "sha256": galaxies.SHA256,
            "pictures": len(learn),
            "split": f"galaxies.load; {len(watch)} of the test part watched, {len(report)} reported on",
        },
        schedule={"kind": "cosine", "steps": STEPS_OF_NOISE},
        predicts="velocity",
        loss_unseen={"before_rounding": exact, "after_rounding": unseen(rounded(model))},
        **facts,
    )
    print(f"loss on unseen galaxies {exact}; {facts['cpu_seconds']} CPU seconds")


def halves(other: galaxies.Galaxies) -> tuple[Tensor, Tensor]:
    """The cut-outs of the test part that lie above the middle of the picture, and those below it."""
    row = other.centres[:, 0]
    return other.images[row + SIDE // 2 <= MIDDLE], other.images[row - SIDE // 2 >= MIDDLE]


STEPS = 4000

if __name__ == "__main__":
    main()
