"""The U-Net: sizes, what a switched-off or swapped skip does, what a net without skips is, tiles against the whole."""

import pytest
import torch
from torch import nn

from course_lib.layers.skips import fit_to, join
from course_lib.models.unet import UNet, UNetConfig

FLAT, SOLID = UNetConfig(3, 5, width=2, depth=3), UNetConfig(1, 4, width=3, depth=2, dims=3)
BOTH = pytest.mark.parametrize(("sizes", "image"), [(FLAT, (13, 19)), (SOLID, (5, 7, 9))], ids=["2-D", "3-D"])


def settled(sizes: UNetConfig) -> UNet:
    """A net whose norms have seen something, in use; no channel is silent."""
    net = UNet(sizes)
    for parameter in net.parameters():
        nn.init.normal_(parameter, std=0.4)
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d | nn.BatchNorm3d):
            nn.init.uniform_(module.running_mean, -0.3, 0.3)
            nn.init.uniform_(module.running_var, 0.5, 2)
            nn.init.uniform_(module.weight, 0.5, 2)
            nn.init.uniform_(module.bias, 0.3, 0.6)
    return net.eval()


@BOTH
def test_every_level_halves_the_image_and_doubles_the_channels(sizes: UNetConfig, image: tuple[int, ...]) -> None:
    net = UNet(sizes)
    features = net.encode(torch.randn(2, sizes.channels_in, *image))
    wanted = [(2, sizes.width * 2**i, *(side // 2**i for side in image)) for i in range(sizes.depth + 1)]
    assert [tuple(each.shape) for each in features] == wanted
    assert net.decode(features).shape == (2, sizes.classes, *image)


@BOTH
def test_it_is_shrinking_then_growing_with_the_skips_joined(sizes: UNetConfig, image: tuple[int, ...]) -> None:
    net, x = settled(sizes), torch.randn(2, sizes.channels_in, *image)
    pool = nn.MaxPool2d(2) if sizes.dims == 2 else nn.MaxPool3d(2)
    seen = [net.down[0](x)]
    for block in list(net.down)[1:]:
        seen.append(block(pool(seen[-1])))
    y = seen.pop()
    for grow, block in zip(net.grow, net.up, strict=True):
        y = block(join(grow(y), seen.pop()))
    assert torch.equal(net(x), net.to_scores(y))


@BOTH
def test_a_skip_that_is_off_carries_zeros_and_the_finest_is_named_first(
    sizes: UNetConfig, image: tuple[int, ...]
) -> None:
    net = settled(sizes)
    features = net.encode(torch.randn(2, sizes.channels_in, *image))
    all_on = net.decode(features)
    assert torch.equal(all_on, net.decode(features, (True,) * sizes.depth))
    answers = [all_on]
    for off in range(sizes.depth):
        use = tuple(level != off for level in range(sizes.depth))
        silent = [torch.zeros_like(each) if level == off else each for level, each in enumerate(features)]
        answers.append(net.decode(features, use))
        assert torch.equal(answers[-1], net.decode(silent))
    for i, one in enumerate(answers):
        assert not any(torch.equal(one, other) for other in answers[:i])


def test_a_swapped_skip_changes_the_answer_where_it_lies() -> None:
    net = settled(FLAT)
    mine, other = (net.encode(torch.randn(1, 3, 32, 40)) for _ in range(2))
    patched = [mine[0].clone(), *mine[1:]]
    patched[0][..., 10:13, 20:24] = other[0][..., 10:13, 20:24]
    moved = (net.decode(patched) != net.decode(mine)).any(dim=1)[0].nonzero()
    assert moved.amin(0).tolist() == [8, 18], "the finest level convolves twice more: 2 pixels each way"
    assert moved.amax(0).tolist() == [14, 25]


def test_without_skips_only_the_bottleneck_counts() -> None:
    net = settled(UNetConfig(3, 5, width=2, depth=3, skips=False))
    mine, other = (net.encode(torch.randn(2, 3, 13, 19)) for _ in range(2))
    out = net.decode([*other[:-1], mine[-1]])
    assert torch.equal(out, net.decode(mine))
    assert not torch.equal(out, net.decode(other))
    assert torch.equal(out, net.decode(mine, (False,) * 3))
    y = mine[-1]
    for grow, block, beside in zip(net.grow, net.up, mine[2::-1], strict=True):
        y = block(fit_to(grow(y), beside.shape[2:]))
    assert torch.equal(out, net.to_scores(y))
    assert sum(p.numel() for p in net.parameters()) < sum(p.numel() for p in UNet(FLAT).parameters())


def test_every_weight_learns() -> None:
    for sizes, image in ((FLAT, (13, 19)), (SOLID, (5, 7, 9))):
        net = UNet(sizes)
        net(torch.randn(2, sizes.channels_in, *image)).square().sum().backward()
        assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in net.parameters())


def test_a_tile_with_enough_around_it_says_what_the_whole_says() -> None:
    """Batch norm in use is local. Tiles start at multiples of 2^depth, because that is how pooling lies."""
    net = settled(UNetConfig(3, 5, width=2, depth=2))
    image = torch.randn(1, 3, 64, 72)
    whole, tile = net(image), net(image[..., 8:, 12:])
    around = 24  # 2 + 2*2 + 4*2 pixels on the way down, as many less on the way up
    torch.testing.assert_close(tile[..., around:, around:], whole[..., 8 + around :, 12 + around :])
    assert not torch.allclose(tile[..., :4, :4], whole[..., 8:12, 12:16], atol=1e-4)


@pytest.mark.parametrize("shape", [(2, 3, 7, 19), (2, 3, 13, 7), (3, 13, 19), (1, 3, 8, 8, 8)])
def test_images_it_cannot_shrink_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"an image of shape .*; expected \(B, 3, H, W\), each side at least 8"):
        UNet(FLAT)(torch.randn(*shape))


def test_a_volume_is_asked_for_as_one() -> None:
    with pytest.raises(ValueError, match=r"expected \(B, 1, Z, H, W\), each side at least 4"):
        UNet(SOLID)(torch.randn(2, 1, 8, 8))


def test_switches_that_do_not_fit_are_refused() -> None:
    net, bare = UNet(FLAT), UNet(UNetConfig(3, 5, width=2, depth=3, skips=False))
    features = net.encode(torch.randn(2, 3, 13, 19))
    with pytest.raises(ValueError, match=r"use=\(True, False\), and this net has 3 skips, finest first"):
        net.decode(features, (True, False))
    with pytest.raises(ValueError, match=r"use=\(True, False, False\), and this net has no skips"):
        bare.decode(features, (True, False, False))
    with pytest.raises(ValueError, match="3 features for a depth of 3; encode gives 4"):
        net.decode(features[1:])
