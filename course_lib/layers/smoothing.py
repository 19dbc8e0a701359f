"""Over-smoothing: after many rounds of averaging all nodes say the same.

Sizes   N nodes   F features
"""

from torch import Tensor
from torch.nn.functional import normalize


def cosine_similarities(nodes: Tensor) -> Tensor:
    """Compute the cosine of the angle between every two nodes.

    nodes (N, F) -> (N, N), from -1 to 1; 0 for a row of zeros.
    """
    unit = normalize(nodes, dim=1)
    return unit @ unit.T


def similarity(nodes: Tensor) -> float:
    """Measure how alike the nodes are: the mean cosine similarity over all pairs of two different nodes.

    nodes (N, F), N at least 2   -> from about 0 for unrelated features to 1 when all point the same way
    Raises ValueError when there is no pair.
    Source: the measure MAD of Chen et al. 2020 (arXiv:1909.03211), section 3.1, is one minus a mean of cosines.
    """
    if len(nodes) < 2:
        raise ValueError(f"{len(nodes)} node has no pair to compare; give at least 2")
    table = cosine_similarities(nodes)
    pairs = len(nodes) * (len(nodes) - 1)
    return float((table.sum() - table.trace()) / pairs)
