"""The training loop learns, looks, stops, and goes on after a kill as if nothing had happened."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
import torch
from torch import nn

from course_lib.train import checkpoint
from course_lib.train.fit import fit
from course_lib.train.progress_bar import ProgressBar

TRUTH = torch.tensor([[2.0, -1.0, 0.5]])


def draw(chance: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    x = torch.randn(17, 3, generator=chance)
    return x, x @ TRUTH.T


def loss_of(model: nn.Module, batch: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
    x, y = batch
    return (model(x) - y).square().mean()


def make(dropout: float = 0.0) -> tuple[nn.Module, torch.optim.Optimizer]:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 1), nn.Dropout(dropout))
    return model, torch.optim.Adam(model.parameters(), lr=0.05)


def test_a_line_is_learned() -> None:
    model, optimiser = make()
    history = fit(model, draw, loss_of, 300, optimiser)
    assert history.losses[-1] < 1e-3 < history.losses[0]
    assert torch.allclose(model[0].weight, TRUTH, atol=0.05)
    assert history.stopped == "all steps done"
    assert not model.training


def test_the_best_weights_come_back_and_patience_ends_the_run() -> None:
    model, optimiser = make()
    scores = iter([3.0, 1.0, 2.0, 2.5, 9.0, 9.0])
    snapshots = []

    def score_of(model: nn.Module) -> float:
        snapshots.append(model[0].weight.detach().clone())
        return next(scores)

    history = fit(model, draw, loss_of, 60, optimiser, val_metric=score_of, eval_every=10, patience=2)
    assert history.best == (20, 1.0)
    assert history.stopped == "no better score in 2 looks"
    assert len(history.losses) == 40
    assert torch.equal(model[0].weight, snapshots[1])


def test_clipping_shortens_long_gradients() -> None:
    model, _ = make()
    optimiser = torch.optim.SGD(model.parameters(), lr=1.0)
    before = torch.cat([p.detach().flatten() for p in model.parameters()])
    fit(model, draw, lambda m, b: 1e6 * loss_of(m, b), 1, optimiser, clip=0.25)
    after = torch.cat([p.detach().flatten() for p in model.parameters()])
    assert (after - before).norm().item() == pytest.approx(0.25, rel=1e-4)


def test_a_lost_loss_is_named() -> None:
    model, optimiser = make()
    with pytest.raises(ValueError, match="nan at step 0; try a smaller learning rate"):
        fit(model, draw, lambda m, b: loss_of(m, b) * float("nan"), 5, optimiser)


def test_no_steps_are_refused() -> None:
    model, optimiser = make()
    with pytest.raises(ValueError, match="steps 0"):
        fit(model, draw, loss_of, 0, optimiser)


def test_a_stopped_run_goes_on_exactly(tmp_path: Path) -> None:
    whole, optimiser = make(dropout=0.4)  # dropout uses torch's own chance, which must be restored too
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimiser, 0.99)
    straight = fit(whole, draw, loss_of, 40, optimiser, schedule=schedule)

    def part(steps: int) -> tuple[nn.Module, list[float]]:
        model, optimiser = make(dropout=0.4)
        schedule = torch.optim.lr_scheduler.ExponentialLR(optimiser, 0.99)
        keep = tmp_path / "run.pt"
        return model, fit(
            model, draw, loss_of, steps, optimiser, schedule=schedule, checkpoint=keep, checkpoint_every=5
        ).losses

    assert part(15)[1] == straight.losses[:15]
    state = checkpoint.load(tmp_path / "run.pt")
    state["history"]["stopped"] = ""  # as if killed at step 15 rather than finished there
    checkpoint.save(tmp_path / "run.pt", state)
    resumed, losses = part(40)
    assert losses == straight.losses
    assert torch.equal(resumed[0].weight, whole[0].weight)


RUN = """
    import sys, time, torch
    from pathlib import Path
    from torch import nn
    from course_lib.train.fit import fit
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 8), nn.Dropout(0.3), nn.Linear(8, 1))
    optimiser = torch.optim.Adam(model.parameters(), lr=0.05)
    def loss_of(model, x):
        time.sleep(0.004)
        return model(x).square().mean()
    fit(model, lambda g: torch.randn(5, 3, generator=g), loss_of, 120, optimiser, keep=Path(sys.argv[1]), keep_every=7)
    print(model[0].weight.flatten().tolist())
"""


def test_kill_minus_nine_loses_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", textwrap.dedent(RUN)]
    undisturbed = subprocess.run([*command, str(tmp_path / "a.pt")], capture_output=True, text=True, check=True).stdout
    victim = subprocess.Popen([*command, str(tmp_path / "b.pt")], stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not (tmp_path / "b.pt").exists() and time.monotonic() < deadline:
        time.sleep(0.005)
    os.kill(victim.pid, signal.SIGKILL)
    assert victim.wait() == -signal.SIGKILL, "the run ended before it could be killed"
    again = subprocess.run([*command, str(tmp_path / "b.pt")], capture_output=True, text=True, check=True).stdout
    assert again.splitlines()[-1] == undisturbed.splitlines()[-1]


def test_a_file_that_is_no_checkpoint_is_named(tmp_path: Path) -> None:
    (tmp_path / "run.pt").write_bytes(b"not a checkpoint")
    model, optimiser = make()
    with pytest.raises(ValueError, match=r"run\.pt is not a readable checkpoint"):
        fit(model, draw, loss_of, 5, optimiser, checkpoint=tmp_path / "run.pt")


def test_a_log_gets_ten_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with ProgressBar(200, "reading") as bar:
        for _ in range(200):
            bar.advance("loss 1.0")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 10
    assert lines[0].startswith("reading 20/200 · loss 1.0 · ")
    assert lines[-1].startswith("reading 200/200")


def test_an_interrupted_job_says_where_it_stopped(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyboardInterrupt), ProgressBar(200, "reading") as bar:
        for _ in range(7):
            bar.advance()
        raise KeyboardInterrupt
    assert capsys.readouterr().out.splitlines()[-1].endswith("stopped here")
