"""Multi-head attention, the machine of week 7 and of every Transformer after it, declared once.

Sizes   B batch   T target (query) positions   S source (key) positions   D width   H heads   K = D / H
"""

from course_lib.viz.diagram.diagram import Diagram
from course_lib.viz.diagram.parts import Arrow, Box

MULTI_HEAD_ATTENTION = Diagram(
    "multi-head attention, from vectors to vectors",
    (
        Box("target", "target", "the positions that ask, a vector of width D for each", 0, 0),
        Box("positions", "positions", "adds a mark to each vector that says where it stands", 0, 1),
        Box("source", "source", "the positions that are asked; in self-attention the same as the target", 0, 2),
        Box("query", "query\nW_q", "a learned linear view of each target position: what it looks for", 1, 0),
        Box("key", "key\nW_k", "a learned linear view of each source position: what it offers", 1, 1),
        Box("value", "value\nW_v", "a learned linear view of each source position: what it says", 1, 2),
        Box("split-query", "split into\nheads", "cuts the width D of the queries into H slices of K", 2, 0),
        Box("split-key", "split into\nheads", "cuts the width D of the keys into H slices of K", 2, 1),
        Box("split-value", "split into\nheads", "cuts the width D of the values into H slices of K", 2, 2),
        Box("scores", "scores\nq·k / √K", "the dot product of each query with each key, divided by √K", 3, 0.5),
        Box("mask", "mask", "sets the score to -∞ where a position may not look", 4, 0.5),
        Box("softmax", "softmax", "turns each row of scores into weights that sum to 1", 5, 0.5),
        Box("average", "weighted\naverage", "averages the values with these weights", 6, 1),
        Box("merge", "merge\nheads", "lays the H slices side by side again", 7, 1),
        Box("out", "output\nW_o", "a learned linear map of the merged heads", 8, 1),
    ),
    (
        Arrow("positions", "target"),
        Arrow("positions", "source"),
        Arrow("target", "query", "(B, T, D)"),
        Arrow("source", "key", "(B, S, D)"),
        Arrow("source", "value", "(B, S, D)"),
        Arrow("query", "split-query", "(B, T, D)"),
        Arrow("key", "split-key", "(B, S, D)"),
        Arrow("value", "split-value", "(B, S, D)"),
        Arrow("split-query", "scores", "(B, H, T, K)"),
        Arrow("split-key", "scores", "(B, H, S, K)"),
        Arrow("split-value", "average", "(B, H, S, K)"),
        Arrow("scores", "mask", "(B, H, T, S)"),
        Arrow("mask", "softmax", "(B, H, T, S)"),
        Arrow("softmax", "average", "(B, H, T, S)"),
        Arrow("average", "merge", "(B, H, T, K)"),
        Arrow("merge", "out", "(B, T, D)"),
    ),
)
