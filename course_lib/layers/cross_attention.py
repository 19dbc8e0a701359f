"""Cross-attention: who writes asks, and what was read answers.

Sizes   B batch   T writing   S reading   D width
"""

from torch import Tensor

from course_lib.layers.attention import attend


def cross_attention(
    x: Tensor, memory: Tensor, w_q: Tensor, w_k: Tensor, w_v: Tensor, real: Tensor
) -> tuple[Tensor, Tensor]:
    """Let every position that writes listen to the real letters of what was read. One head.

    x (B, T, D)   memory (B, S, D)   w_q, w_k, w_v (D, D)   real (B, S), True for a letter, False for padding
    -> heard (B, T, D), weights (B, T, S) whose rows sum to 1, 0 at padding
    Source: Vaswani et al. 2017 (arXiv:1706.03762), section 3.2.3, first use.
    """
    return attend(x @ w_q, memory @ w_k, memory @ w_v, mask=real[:, None, :])
