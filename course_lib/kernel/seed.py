"""One seed for every source of chance."""

import random


def seed_everything(seed: int = 0) -> None:
    """Seed Python's, numpy's and torch's generators, so that a notebook run twice shows the same numbers."""
    import numpy as np
    import torch

    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch.manual_seed(seed)
