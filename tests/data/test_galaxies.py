"""The galaxies: their figures, their light, and that no pixel is on both sides."""

from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from course_lib.data import galaxies
from course_lib.data.galaxies import GAP
from course_lib.errors import DataMissing

TRAIN, TEST = galaxies.load()


def test_the_figures_of_the_docstring() -> None:
    found = (len(TRAIN), len(TEST), len(galaxies.sources()))
    assert found == (349, 79, 481)
    assert all(str(number) in (galaxies.__doc__ or "") for number in (*found, *GAP))
    assert galaxies.field().shape == (3, 872, 1000)
    assert TRAIN.images.shape == (349, 3, 32, 32)
    assert (float(galaxies.field().min()), float(galaxies.field().max())) == (-1, 1)


def test_a_cut_out_is_the_window_around_its_centre() -> None:
    sky = galaxies.field()
    for part in (TRAIN, TEST):
        for image, (row, column) in zip(part.images[::13], part.centres[::13].tolist(), strict=True):
            assert torch.equal(image, sky[:, row - 16 : row + 16, column - 16 : column + 16])


def test_no_pixel_is_on_both_sides() -> None:
    seen = torch.zeros(2, 872, 1000, dtype=torch.bool)
    for number, part in enumerate((TRAIN, TEST)):
        for row, column in part.centres.tolist():
            seen[number, row - 16 : row + 16, column - 16 : column + 16] = True
    columns = [found.any(0).nonzero()[:, 0] for found in seen]
    assert columns[0].max() < 784 and columns[1].min() >= 800
    assert seen[:, :, :784].any(1).float().mean() > 0.4, "the parts fill their sides"


def test_something_shines_in_the_middle() -> None:
    """Nearly every cut-out is brighter in its middle than along its rim; of places by chance, fewer than half are."""
    images = torch.cat([TRAIN.images, TEST.images])
    assert float(brighter(images).float().mean()) > 0.9
    chance = torch.Generator().manual_seed(0)
    sky = galaxies.field()
    corners = torch.stack([torch.randint(840, (300,), generator=chance), torch.randint(968, (300,), generator=chance)])
    anywhere = torch.stack([sky[:, row : row + 32, column : column + 32] for row, column in corners.T.tolist()])
    assert float(brighter(anywhere).float().mean()) < 0.5


def brighter(images: torch.Tensor) -> torch.Tensor:
    """Is the middle brighter than the rim?   (B, 3, 32, 32) -> (B,)."""
    light = images.mean(1)
    rim = torch.cat([light[:, 0], light[:, -1], light[:, :, 0], light[:, :, -1]], dim=1)
    return light[:, 13:19, 13:19].mean((1, 2)) > rim.mean(1)


def test_other_sizes() -> None:
    small = galaxies.load(28).train
    assert small.images.shape[1:] == (3, 28, 28)
    assert len(small) >= len(TRAIN), "smaller windows fit where larger ones do not"
    places = {tuple(place): row for row, place in enumerate(small.centres.tolist())}
    where = places[tuple(TRAIN.centres[5].tolist())]
    assert torch.equal(small.images[where], TRAIN.images[5, :, 2:30, 2:30])


def test_turned_takes_all_eight_positions_and_no_other() -> None:
    image = torch.randn(1, 3, 5, 5)
    images = image.repeat(203, 1, 1, 1)
    eight = [torch.rot90(each, n, (-2, -1))[0] for each in (image, image.flip(-1)) for n in range(4)]
    out = galaxies.turned(images, torch.Generator().manual_seed(0))
    matches = torch.stack([(out == position).all(-1).all(-1).all(-1) for position in eight], dim=1)
    assert (matches.sum(1) == 1).all()
    assert (matches.sum(0) > 10).all()
    assert torch.equal(out, galaxies.turned(images, torch.Generator().manual_seed(0)))


def test_what_one_caller_does_to_its_pictures_touches_no_other() -> None:
    galaxies.load().train.images.zero_()
    galaxies.field().zero_()
    assert torch.equal(galaxies.load().train.images, TRAIN.images)


@pytest.mark.parametrize(("content", "said"), [(None, "there is none"), (b"not it", r"another picture \(6 bytes\)")])
def test_a_package_without_the_picture_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / galaxies.PICTURE).parent.mkdir()
        (tmp_path / galaxies.PICTURE).write_bytes(content)
    monkeypatch.setattr(galaxies, "find_spec", lambda name: SimpleNamespace(origin=tmp_path / "__init__.py"))
    with pytest.raises(DataMissing, match=f"scikit-image.*{said}.*make setup"):
        galaxies.picture_file()
    monkeypatch.setattr(galaxies, "find_spec", lambda name: None)
    with pytest.raises(DataMissing, match="there is none"):
        galaxies.picture_file()
