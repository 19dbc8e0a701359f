"""Week 12, graph networks: its exercises, in the order in which the notebooks ask them."""

from course_lib.exercises.w12 import (  # noqa: F401, I001  (the order is that of the lecture, then of the homework)
    neighbour_sum,
    gcn_weights,
    neighbour_softmax,
    edge_messages,
    join_graphs,
    readout,
    colours,
    similarity,
    homework_degrees,
    homework_both_ways,
    homework_standardise,
    homework_reach,
    quiz,
)
