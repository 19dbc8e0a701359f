"""Week 14's judge: a small network that reads digits, and whose features say how alike two sets of digits are.

Sizes   B batch   F features
"""

import itertools

import torch.nn.functional as F
from torch import Tensor, nn


class DigitClassifier(nn.Module):
    """Which digit is it?   images (B, 1, 28, 28) between -1 and 1 -> scores (B, 10).

    Two convolutions with pools shrink the picture to 7 x 7, a third looks once more; `features` is what the last layer
    decides from.
    """

    def __init__(self, width: int = 16, features: int = 64) -> None:
        super().__init__()
        widths = (1, width, 2 * width, width)
        self.convs = nn.ModuleList(nn.Conv2d(a, b, 3, padding=1) for a, b in itertools.pairwise(widths))
        self.norms = nn.ModuleList(nn.GroupNorm(8, out) for out in widths[1:])
        self.gather = nn.Linear(49 * width, features)
        self.decide = nn.Linear(features, 10)

    def features(self, images: Tensor) -> Tensor:
        """Give what the picture shows, as F numbers of which none is negative.   (B, 1, 28, 28) -> (B, F)."""
        x = images
        for conv, norm in zip(self.convs, self.norms, strict=True):
            x = F.relu(norm(conv(x)))
            x = F.max_pool2d(x, 2) if x.shape[-1] > 7 else x
        return F.relu(self.gather(x.flatten(1)))

    def forward(self, images: Tensor) -> Tensor:
        return self.decide(self.features(images))
