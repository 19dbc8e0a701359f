"""Losses: what a model that writes is told about each token.

Sizes   B batch   T tokens written   V tokens there are
"""

from torch import Tensor


def smoothed_cross_entropy(scores: Tensor, target: Tensor, smoothing: float, ignore: int = 0) -> Tensor:
    """Cross-entropy with a target that is not quite sure: 1 - smoothing on the truth, the rest spread over all V.

    scores (..., V), any real numbers   target (...), token ids   ignore, the id that is left out (padding)
    -> the mean over the tokens that count, a scalar; 0 smoothing gives plain cross-entropy
    Raises ValueError for a smoothing outside [0, 1), or when no token counts.
    Source: Szegedy et al. 2016 (arXiv:1512.00567), section 7.
    """
    if not 0 <= smoothing < 1:
        raise ValueError(f"smoothing {smoothing} must be at least 0 and less than 1; 0.1 is usual")
    counts = target != ignore
    if not counts.any():
        raise ValueError(f"every target is {ignore}, which is left out: there is nothing to learn from")
    log_p = scores[counts].log_softmax(dim=-1)  # (tokens that count, V)
    truth = log_p.gather(-1, target[counts][:, None])[:, 0]
    return -((1 - smoothing) * truth + smoothing * log_p.mean(dim=-1)).mean()
