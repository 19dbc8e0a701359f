"""Wrong answers to week 12 that no exercise declares: each must be caught by a law, and none may earn full marks."""

import torch
import torch.nn.functional as F

from course_lib.data.scaling import standardise
from course_lib.layers.batching import join_graphs
from course_lib.layers.directed import both_ways, degrees
from course_lib.layers.edge_messages import edge_messages
from course_lib.layers.graph_attention import neighbour_softmax
from course_lib.layers.graph_conv import normalised_edges, with_loops
from course_lib.layers.messages import neighbour_sum, scatter_max, scatter_mean, scatter_sum
from course_lib.layers.readout import mean_and_sum
from course_lib.layers.receptive_field import receptive_field
from course_lib.layers.smoothing import cosine_similarities, similarity
from course_lib.layers.weisfeiler_leman import weisfeiler_leman
from tests.exercises.caught import Answer, assert_caught, count, each_answer


def largest_message(nodes, edges):
    return scatter_max(nodes[edges[0]], edges[1], len(nodes))


def in_place(nodes, edges):
    return nodes.index_add_(0, edges[1], nodes[edges[0]])


def as_many_as_receivers(nodes, edges):
    return torch.zeros(int(edges[1].max()) + 1, nodes.shape[1]).index_add(0, edges[1], nodes[edges[0]])


def only_messages(nodes, edges):
    return nodes[edges[0]]


def second_round(nodes, edges):
    return neighbour_sum(neighbour_sum(nodes, edges), edges)


def everybody_hears_everybody(nodes, edges):
    return nodes.sum(0).expand_as(nodes).clone()


def first_edge_lost(nodes, edges):
    return neighbour_sum(nodes, edges[:, 1:])


def difference_of_ends(nodes, edges):
    return torch.zeros_like(nodes).index_add(0, edges[1], nodes[edges[0]] - nodes[edges[1]])


def loops_counted_twice(edges, size):
    looped = with_loops(edges, size)
    degree = torch.bincount(looped[1], minlength=size) + 1.0
    return looped, (degree[looped[0]] * degree[looped[1]]).rsqrt()


def degree_in_and_out(edges, size):
    looped = with_loops(edges, size)
    degree = torch.bincount(looped.flatten(), minlength=size).float()
    return looped, (degree[looped[0]] * degree[looped[1]]).rsqrt()


def loops_without_degree(edges, size):
    looped = with_loops(edges, size)
    degree = torch.bincount(edges[1], minlength=size).clamp(min=1).float()
    return looped, (degree[looped[0]] * degree[looped[1]]).rsqrt()


def loops_weigh_one(edges, size):
    looped, weights = normalised_edges(edges, size)
    return looped, torch.where(looped[0] == looped[1], 1.0, weights)


def sum_of_degrees(edges, size):
    looped = with_loops(edges, size)
    degree = torch.bincount(looped[1], minlength=size).float()
    return looped, (degree[looped[0]] + degree[looped[1]]).rsqrt()


def weights_of_the_neighbour(edges, size):
    looped, weights = normalised_edges(edges, size)
    return looped, weights.roll(1)


def loops_for_busy_nodes_only(edges, size):
    busy = edges.unique()
    looped = torch.cat([edges, busy.repeat(2, 1)], 1)
    degree = torch.bincount(looped[1], minlength=size).float()
    return looped, (degree[looped[0]] * degree[looped[1]]).rsqrt()


def transposed_edges(edges, size):
    looped, weights = normalised_edges(edges, size)
    return looped.flip(0), weights


def a_small_number_below(scores, receivers, size):
    parts = (scores - scores.max()).exp()
    return parts / (scatter_sum(parts, receivers, size)[receivers] + 1e-16)


def clamped_scores(scores, receivers, size):
    return neighbour_softmax(scores.clamp(-5, 5), receivers, size)


def sharpened(scores, receivers, size):
    return neighbour_softmax(2 * scores, receivers, size)


def without_the_receivers_best(scores, receivers, size):
    weights = neighbour_softmax(scores, receivers, size)
    return weights * (weights < 1) + 0.5 * (weights == 1)


def first_head_for_all(scores, receivers, size):
    return neighbour_softmax(scores[:, :1].expand_as(scores), receivers, size)


def mean_taken_off(scores, receivers, size):
    parts = (scores - scatter_mean(scores, receivers, size)[receivers]).abs()
    return parts / scatter_sum(parts, receivers, size)[receivers]


def sums_instead(scores, receivers, size):
    return scatter_sum(neighbour_softmax(scores, receivers, size), receivers, size)


def by_sorted_receivers(scores, receivers, size):
    return neighbour_softmax(scores, receivers.sort().values, size)


def edge_unseen(nodes, edges, edge_features, message):
    return edge_messages(nodes, edges, torch.zeros_like(edge_features), message)


def next_edges_features(nodes, edges, edge_features, message):
    return edge_messages(nodes, edges, edge_features.roll(1, 0), message)


def added_to_own(nodes, edges, edge_features, message):
    return edge_messages(nodes, edges, edge_features, message) + nodes.mean()


def largest_answer(nodes, edges, edge_features, message):
    asked = torch.cat([nodes[edges[1]], nodes[edges[0]], edge_features], 1)
    return scatter_max(message(asked), edges[1], len(nodes))


def answers_not_added(nodes, edges, edge_features, message):
    return message(torch.cat([nodes[edges[1]], nodes[edges[0]], edge_features], 1))


def both_ends_get_it(nodes, edges, edge_features, message):
    sent = message(torch.cat([nodes[edges[1]], nodes[edges[0]], edge_features], 1))
    return scatter_sum(sent, edges[1], len(nodes)) + scatter_sum(sent, edges[0], len(nodes))


def graphs_in_reverse(sizes, edges):
    return join_graphs(sizes[::-1], edges[::-1])


def owners_from_one(sizes, edges):
    joined, owner = join_graphs(sizes, edges)
    return joined, owner + 1


def ends_exchanged(sizes, edges):
    joined, owner = join_graphs(sizes, edges)
    return joined.flip(0), owner


def same_size_for_all(sizes, edges):
    return torch.cat([each + g * max(sizes) for g, each in enumerate(edges)], 1), join_graphs(sizes, edges)[1]


def owner_as_sizes(sizes, edges):
    return join_graphs(sizes, edges)[0], torch.tensor(sizes)


def graphs_without_edges_left_out(sizes, edges):
    kept = [(s, e) for s, e in zip(sizes, edges, strict=True) if e.shape[1]]
    return join_graphs([s for s, _ in kept], [e for _, e in kept])


def floats(sizes, edges):
    joined, owner = join_graphs(sizes, edges)
    return joined.float(), owner


def one_more_in_every_count(nodes, owner, graphs):
    sums = scatter_sum(nodes, owner, graphs)
    return torch.cat([sums / (torch.bincount(owner, minlength=graphs) + 1)[:, None], sums], 1)


def graphs_that_are_named(nodes, owner, graphs):
    return mean_and_sum(nodes, owner.unique(return_inverse=True)[1], len(owner.unique()))


def median_instead(nodes, owner, graphs):
    rows = [nodes[owner == g] for g in range(graphs)]
    middle = torch.stack([r.median(0).values if len(r) else torch.zeros(nodes.shape[1]) for r in rows])
    return torch.cat([middle, mean_and_sum(nodes, owner, graphs)[:, nodes.shape[1] :]], 1)


def interleaved(nodes, owner, graphs):
    both = mean_and_sum(nodes, owner, graphs)
    return both.view(graphs, 2, -1).transpose(1, 2).flatten(1)


def one_graph(nodes, owner, graphs):
    return mean_and_sum(nodes, torch.zeros_like(owner), graphs)


def empty_graph_gets_the_mean_of_all(nodes, owner, graphs):
    both = mean_and_sum(nodes, owner, graphs)
    empty = torch.bincount(owner, minlength=graphs) == 0
    both[empty, : nodes.shape[1]] = nodes.mean(0)
    return both


def sum_heard_with_own(edges, size, rounds):
    """The pair (own, sum of the numbers heard), renumbered: 1 + 1 is 0 + 2."""
    colour = torch.zeros(size, dtype=torch.long)
    for turn in range(rounds):
        sent = colour[edges[0]] + (turn == 0)
        heard = torch.zeros(size, dtype=torch.long).index_add(0, edges[1], sent)
        colour = torch.stack([colour, heard], 1).unique(dim=0, return_inverse=True)[1]
    return colour


def sum_heard_of_first_come_numbers(edges, size, rounds):
    colour = [0] * size
    for _ in range(rounds):
        heard = [[colour[s] for s, r in edges.T.tolist() if r == n] for n in range(size)]
        names = {}
        colour = [names.setdefault((own, sum(h), bool(h)), len(names)) for own, h in zip(colour, heard, strict=True)]
        if len(names) <= 2:  # the first round counts
            names = {}
            colour = [names.setdefault(len(h), len(names)) for h in heard]
    return torch.tensor(colour)


def mean_heard(edges, size, rounds):
    colour = torch.arange(size).float() * 0 + 1
    for _ in range(rounds):
        colour = colour + 2 * scatter_mean(colour[edges[0], None], edges[1], size)[:, 0]
    return colour.unique(return_inverse=True)[1]


def largest_heard(edges, size, rounds):
    colour = torch.zeros(size, dtype=torch.long)
    for _ in range(rounds):
        heard = [max([int(colour[s]) for s, r in edges.T.tolist() if r == n], default=-1) for n in range(size)]
        colour = torch.stack([colour, torch.tensor(heard)], 1).unique(dim=0, return_inverse=True)[1]
    return colour


def order_of_the_edges(edges, size, rounds):
    colour = [0] * size
    for _ in range(rounds):
        heard = [tuple(colour[s] for s, r in edges.T.tolist() if r == n) for n in range(size)]
        colour = [hash((own, others)) for own, others in zip(colour, heard, strict=True)]
    return torch.tensor([hash((n % 2, c)) for n, c in enumerate(colour)])


def always_three_rounds(edges, size, rounds):
    return weisfeiler_leman(edges, size, 3)


def in_degree_and_out_degree(edges, size, rounds):
    return 100 * torch.bincount(edges[1], minlength=size) + torch.bincount(edges[0], minlength=size)


def repeated_edge_once(edges, size, rounds):
    return weisfeiler_leman(edges.unique(dim=1), size, rounds)


def as_numbers(edges, size, rounds):
    return weisfeiler_leman(edges, size, rounds).float()


def angle(nodes):
    return float(torch.tensor(similarity(nodes)).clamp(-1, 1).acos())


def distance(nodes):
    return 1.0 - similarity(nodes)


def neighbours_in_the_list(nodes):
    return float(F.cosine_similarity(nodes[:-1], nodes[1:]).mean())


def against_the_first(nodes):
    return float(F.cosine_similarity(nodes[:1], nodes[1:]).mean())


def correlation(nodes):
    return similarity(nodes - nodes.mean(1, keepdim=True))


def largest_pair(nodes):
    table = cosine_similarities(nodes)
    return float((table - 2 * torch.eye(len(nodes))).max())


def zeros_left_out(nodes):
    return similarity(nodes[nodes.norm(dim=1) > 0] * torch.tensor([1.0, *[2.0] * (nodes.shape[1] - 1)]))


def always_one(nodes):
    return 1.0


def strengths_rounded(edges, strength, size):
    return degrees(edges, (strength / 10).round() * 10, size)


def undirected(edges, strength, size):
    return degrees(torch.cat([edges, edges.flip(0)], 1), strength.repeat(2), size)


def unique_partners(edges, strength, size):
    pairs, place = edges.unique(dim=1, return_inverse=True)
    summed = torch.zeros(pairs.shape[1]).index_add(0, place, strength)
    return degrees(pairs, summed, size)


def as_shares(edges, strength, size):
    table = degrees(edges, strength, size)
    return table / table.sum(0)


def in_twice(edges, strength, size):
    return degrees(edges, strength, size)[:, [0, 0, 2, 2]]


def own_divided(nodes, edges, strength):
    return both_ways(nodes / 2, edges, strength) * torch.tensor([1.0, 2.0, 2.0]).repeat_interleave(nodes.shape[1])


def repeated_pair_overwrites(nodes, edges, strength):
    table = torch.zeros(len(nodes), len(nodes))
    table[edges[1], edges[0]] = strength
    means = [t @ nodes / t.sum(1, keepdim=True).clamp(min=1e-9) for t in (table, table.T)]
    return torch.cat([nodes, *means], 1)


def own_in_the_mean(nodes, edges, strength):
    loops = torch.arange(len(nodes)).repeat(2, 1)
    return both_ways(nodes, torch.cat([edges, loops], 1), torch.cat([strength, torch.ones(len(nodes))]))


def wrong_total(nodes, edges, strength):
    out = torch.zeros(len(nodes)).index_add(0, edges[0], strength).clamp(min=1)[:, None]
    into = torch.zeros(len(nodes)).index_add(0, edges[1], strength).clamp(min=1)[:, None]
    sums = [scatter_sum(strength[:, None] * nodes[edges[a]], edges[b], len(nodes)) for a, b in ((0, 1), (1, 0))]
    return torch.cat([nodes, sums[0] / out, sums[1] / into], 1)


def means_in_front(nodes, edges, strength):
    return torch.cat(both_ways(nodes, edges, strength).chunk(3, 1)[::-1], 1)


def strongest_alone(nodes, edges, strength):
    return both_ways(nodes, edges, strength**3)


def one_added_below(nodes, edges, strength):
    found = [nodes]
    for way in (edges, edges.flip(0)):
        total = torch.zeros(len(nodes)).index_add(0, way[1], strength) + 1
        sums = torch.zeros_like(nodes).index_add(0, way[1], strength[:, None] * nodes[way[0]])
        found.append(sums / total[:, None])
    return torch.cat(found, 1)


def train_and_test_exchanged(train, test):
    return standardise(train, test)[::-1]


def between_zero_and_one(train, test):
    low, high = train.amin(0), train.amax(0)
    wide = torch.where(high == low, 1.0, high - low)
    return (train - low) / wide, (test - low) / wide


def statistics_of_test(train, test):
    mean, wide = test.mean(0), test.std(0, correction=0)
    return (train - mean) / wide, (test - mean) / wide


def shifted_only(train, test):
    return standardise(train, test)[0], test - train.mean(0)


def constant_column_zero_everywhere(train, test):
    first, second = standardise(train, test)
    return first, second * (train != train[0]).any(0)


def half_a_unit_added(train, test):
    mean, wide = train.mean(0), train.std(0, correction=0) + 0.5
    return (train - mean) / wide, (test - mean) / wide


def cut_at_three(train, test):
    return tuple(rows.clamp(-0.5, 0.5) for rows in standardise(train, test))


def everybody(edges, size, node, rounds):
    return torch.ones(size, dtype=torch.bool)


def as_ones(edges, size, node, rounds):
    return receptive_field(edges, size, node, rounds).long()


def as_numbers_of_nodes(edges, size, node, rounds):
    return receptive_field(edges, size, node, rounds).nonzero()[:, 0]


def node_zero(edges, size, node, rounds):
    return receptive_field(edges, size, 0, rounds)


def two_steps_a_round(edges, size, node, rounds):
    return receptive_field(edges, size, node, 2 * rounds)


def one_edge_at_a_time(edges, size, node, rounds):
    """Within a round, who has just come in already opens the door to others."""
    inside = torch.arange(size) == node
    for _ in range(rounds):
        for _ in range(size):
            for sender, receiver in edges.T.tolist():
                inside[sender] |= inside[receiver]
    return inside


WRONG = {
    "w12.neighbour_sum": [
        *(largest_message, in_place, as_many_as_receivers, only_messages, second_round, everybody_hears_everybody),
        *(first_edge_lost, difference_of_ends),
    ],
    "w12.gcn_weights": [
        *(loops_counted_twice, degree_in_and_out, loops_without_degree, loops_weigh_one, sum_of_degrees),
        *(weights_of_the_neighbour, loops_for_busy_nodes_only, transposed_edges),
    ],
    "w12.neighbour_softmax": [
        *(a_small_number_below, clamped_scores, sharpened, without_the_receivers_best, first_head_for_all),
        *(mean_taken_off, sums_instead, by_sorted_receivers),
    ],
    "w12.edge_messages": [
        *(edge_unseen, next_edges_features, added_to_own, largest_answer, answers_not_added, both_ends_get_it),
    ],
    "w12.join_graphs": [
        *(graphs_in_reverse, owners_from_one, ends_exchanged, same_size_for_all, owner_as_sizes),
        *(graphs_without_edges_left_out, floats),
    ],
    "w12.readout": [
        *(one_more_in_every_count, graphs_that_are_named, median_instead, interleaved, one_graph),
        empty_graph_gets_the_mean_of_all,
    ],
    "w12.colours": [
        *(
            sum_heard_with_own,
            sum_heard_of_first_come_numbers,
            mean_heard,
            largest_heard,
            order_of_the_edges,
            always_three_rounds,
        ),
        *(in_degree_and_out_degree, repeated_edge_once, as_numbers),
    ],
    "w12.similarity": [
        *(angle, distance, neighbours_in_the_list, against_the_first, correlation, largest_pair, zeros_left_out),
        always_one,
    ],
    "w12.degrees": [strengths_rounded, undirected, unique_partners, as_shares, in_twice],
    "w12.both_ways": [
        *(own_divided, repeated_pair_overwrites, own_in_the_mean, wrong_total, means_in_front, strongest_alone),
        one_added_below,
    ],
    "w12.standardise": [
        *(
            train_and_test_exchanged,
            between_zero_and_one,
            statistics_of_test,
            shifted_only,
            constant_column_zero_everywhere,
        ),
        *(half_a_unit_added, cut_at_three),
    ],
    "w12.receptive_field": [
        *(everybody, as_ones, as_numbers_of_nodes, node_zero, two_steps_a_round, one_edge_at_a_time),
    ],
}


@each_answer(WRONG)
def test_it_is_caught(id: str, answer: Answer, seed: int) -> None:
    assert_caught(id, answer, seed)


def test_there_are_many() -> None:
    assert count(WRONG) >= 60
