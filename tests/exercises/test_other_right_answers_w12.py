"""Right answers to week 12 written in other ways: loops, dense tables, sparse tables, products. All must pass."""

import itertools
import math

import pytest
import torch
import torch.nn.functional as F

from tests.exercises.caught import Answer, assert_accepted, assert_declined, each_answer


def adjacency(edges, size, weights=None):
    table = torch.zeros(size, size)
    for place, (sender, receiver) in enumerate(edges.T.tolist()):
        table[receiver, sender] += 1.0 if weights is None else weights[place]
    return table


def sum_by_loop(nodes, edges):
    result = torch.zeros_like(nodes)
    for sender, receiver in zip(edges[0].tolist(), edges[1].tolist(), strict=True):
        result[receiver] += nodes[sender]
    return result


def sum_by_matrix(nodes, edges):
    return adjacency(edges, len(nodes)) @ nodes


def sum_by_sparse_matrix(nodes, edges):
    ones = torch.ones(edges.shape[1])
    return torch.sparse_coo_tensor(edges.flip(0), ones, (len(nodes), len(nodes))) @ nodes


def sum_by_index_put(nodes, edges):
    return torch.zeros_like(nodes).index_put((edges[1],), nodes[edges[0]], accumulate=True)


def sum_by_scatter_add(nodes, edges):
    sent = nodes.index_select(0, edges[0])
    return torch.zeros(nodes.shape).scatter_add_(0, edges[1].unsqueeze(-1).expand(-1, nodes.size(1)), sent)


def sum_by_one_hot(nodes, edges):
    sender, receiver = F.one_hot(edges, len(nodes)).float()
    return torch.einsum("er,es,sf->rf", receiver, sender, nodes)


def sum_node_by_node(nodes, edges):
    return torch.stack([nodes[edges[0][edges[1] == i]].sum(0) for i in range(nodes.size(0))])


def weights_from_matrix(edges, size):
    table = adjacency(edges, size) + torch.eye(size)
    scale = torch.diag(table.sum(1) ** -0.5)
    looped = torch.hstack([edges, torch.stack([torch.arange(size), torch.arange(size)])])
    ones = scale @ torch.ones(size, size) @ scale
    return looped, ones[looped[1], looped[0]]


def weights_by_loop(edges, size):
    pairs = [*map(tuple, edges.T.tolist()), *((n, n) for n in range(size))]
    degree = [sum(receiver == n for _, receiver in pairs) for n in range(size)]
    return torch.tensor(pairs).T, torch.tensor([1 / math.sqrt(degree[s] * degree[r]) for s, r in pairs])


def weights_by_scatter(edges, size):
    loop = torch.arange(0, size).unsqueeze(0).repeat(2, 1)
    edges = torch.cat((edges, loop), dim=-1)
    degree = torch.zeros(size).scatter_add(0, edges[1], torch.ones(edges.size(1)))
    root = degree.pow(-0.5)
    return edges, root[edges[0]] * root[edges[1]]


def softmax_by_loop(scores, receivers, size):
    weights = torch.zeros_like(scores)
    for node in range(size):
        here = receivers == node
        if here.any():
            weights[here] = scores[here].softmax(0)
    return weights


def softmax_by_table(scores, receivers, size):
    mine = receivers[:, None] == receivers  # (E, E)
    table = torch.where(mine[:, :, None], scores[None], -torch.inf)
    return (scores - table.logsumexp(1)).exp()


def softmax_with_heads_maximum(scores, receivers, size):
    top = torch.full((size,), -torch.inf)
    for score, receiver in zip(scores.max(1).values.tolist(), receivers.tolist(), strict=True):
        top[receiver] = max(float(top[receiver]), score)
    parts = torch.exp(scores - top[receivers].unsqueeze(1))
    sums = torch.zeros(size, scores.shape[1]).index_add(0, receivers, parts)
    return parts / (sums[receivers] + 1e-16)


def softmax_by_double(scores, receivers, size):
    parts = scores.double().exp()
    sums = torch.zeros(size, scores.shape[1], dtype=torch.double).index_add_(0, receivers, parts)
    return (parts / sums[receivers]).float()


def messages_by_loop(nodes, edges, edge_features, message):
    sums = None
    for place, (s, r) in enumerate(edges.T.tolist()):
        sent = message(torch.cat([nodes[r], nodes[s], edge_features[place]])[None])[0]
        sums = torch.zeros(len(nodes), len(sent)) if sums is None else sums
        sums = sums.index_add(0, torch.tensor([r]), sent[None])
    return sums


def messages_by_incidence(nodes, edges, edge_features, message):
    sent = message(torch.hstack((nodes[edges[1]], nodes[edges[0]], edge_features)))
    return F.one_hot(edges[1], nodes.shape[0]).T.float() @ sent


def messages_without_gradient(nodes, edges, edge_features, message):
    with torch.no_grad():
        src, dst = edges[0], edges[1]
        sent = message(torch.cat((nodes[dst], nodes[src], edge_features), -1))
        result = torch.zeros(nodes.size(0), sent.size(1))
        result.index_add_(0, dst, sent)
    return result


def joined_by_loop(sizes, edges):
    start, every, owner = 0, [], []
    for graph, (size, each) in enumerate(zip(sizes, edges, strict=True)):
        every += [(a + start, b + start) for a, b in each.T.tolist()]
        owner += [graph] * size
        start += size
    return torch.tensor(every, dtype=torch.long).reshape(-1, 2).T, torch.tensor(owner)


def joined_by_totals(sizes, edges):
    starts = torch.cumsum(torch.tensor([0, *sizes]), 0)
    owner = torch.cat([torch.full((size,), graph) for graph, size in enumerate(sizes)])
    return torch.hstack([e + starts[i] for i, e in enumerate(edges)]), owner


def joined_by_search(sizes, edges):
    ends = torch.tensor(list(itertools.accumulate(sizes)))
    owner = torch.searchsorted(ends, torch.arange(sum(sizes)), right=True)
    return torch.cat([e + sum(sizes[:g]) for g, e in enumerate(edges)], dim=1), owner


def readout_by_loop(nodes, owner, graphs):
    rows = []
    for graph in range(graphs):
        mine = nodes[owner == graph]
        total = mine.sum(0)
        rows.append(torch.cat([total / max(len(mine), 1), total]))
    return torch.stack(rows)


def readout_by_one_hot(nodes, owner, graphs):
    member = F.one_hot(owner, graphs).float().T
    total = member @ nodes
    return torch.hstack([total / member.sum(1, keepdim=True).clamp_min(1.0), total])


def readout_with_nan_to_num(nodes, owner, graphs):
    total = torch.zeros(graphs, nodes.shape[1]).index_add_(0, owner, nodes)
    count = torch.zeros(graphs).index_add_(0, owner, torch.ones(len(owner)))
    return torch.cat([(total / count.unsqueeze(1)).nan_to_num(0.0), total], dim=-1)


def readout_by_reduce(nodes, owner, graphs):
    where = owner[:, None].expand_as(nodes)
    start = torch.zeros(graphs, nodes.shape[1])
    return torch.cat([start.scatter_reduce(0, where, nodes, how, include_self=False) for how in ("mean", "sum")], 1)


def colours_by_hash(edges, size, rounds):
    colour = [1] * size
    for _ in range(rounds):
        heard = [sorted(colour[s] for s, r in edges.T.tolist() if r == n) for n in range(size)]
        colour = [hash((own, tuple(others))) for own, others in zip(colour, heard, strict=True)]
    return torch.tensor(colour)


def colours_without_own(edges, size, rounds):
    """From equal colours, the multiset that is heard tells the old colour, too."""
    colour = [0] * size
    for _ in range(rounds):
        heard = [tuple(sorted(colour[s] for s, r in edges.T.tolist() if r == n)) for n in range(size)]
        names = {}
        colour = [names.setdefault(each, len(names) + 5) for each in heard]
    return torch.tensor(colour)


def colours_by_counts(edges, size, rounds):
    colour = torch.zeros(size, dtype=torch.long)
    for _ in range(rounds):
        heard = torch.zeros(size, size, dtype=torch.long)
        heard.index_put_((edges[1], colour[edges[0]]), torch.ones(edges.shape[1], dtype=torch.long), accumulate=True)
        colour = torch.cat([colour[:, None], heard], 1).unique(dim=0, return_inverse=True)[1]
    return colour


def colours_by_counter(edges, size, rounds):
    from collections import Counter

    colour = {n: "" for n in range(size)}
    for _ in range(rounds):
        heard = {n: Counter() for n in range(size)}
        for sender, receiver in edges.T.tolist():
            heard[receiver][colour[sender]] += 1
        signature = {n: (colour[n], tuple(sorted(heard[n].items()))) for n in range(size)}
        known = sorted(set(signature.values()))
        colour = {n: str(known.index(signature[n])) for n in range(size)}
    return torch.tensor([int(colour[n] or 0) for n in range(size)])


def similarity_by_pairs(nodes):
    values = [F.cosine_similarity(a, b, dim=0) for a, b in itertools.combinations(nodes, 2)]
    return torch.stack(values).mean()


def similarity_by_norm_of_sum(nodes):
    unit = F.normalize(nodes)
    n = len(unit)
    return ((unit.sum(0).square().sum() - unit.square().sum()) / (n * (n - 1))).item()


def similarity_by_triangle(nodes):
    table = F.cosine_similarity(nodes[:, None], nodes[None], dim=-1)
    upper = torch.triu_indices(len(nodes), len(nodes), 1)
    return float(table[upper[0], upper[1]].mean())


def degrees_by_loop(edges, strength, size):
    table = torch.zeros(size, 4)
    for (s, r), weight in zip(edges.T.tolist(), strength, strict=True):
        table[r, 0] += 1
        table[s, 1] += 1
        table[r, 2] += weight
        table[s, 3] += weight
    return table


def degrees_by_bincount(edges, strength, size):
    columns = [torch.bincount(e, w, minlength=size) for w in (None, strength) for e in (edges[1], edges[0])]
    return torch.stack([column.float() for column in columns], 1)


def both_by_matrix(nodes, edges, strength):
    table = adjacency(edges, len(nodes), strength)
    means = [t @ nodes / t.sum(1, keepdim=True).clamp(min=1e-9) for t in (table, table.T)]
    return torch.cat([nodes, *means], 1)


def both_by_loop(nodes, edges, strength):
    rows = []
    for n in range(len(nodes)):
        parts = [nodes[n]]
        for mine, other in ((1, 0), (0, 1)):
            here = edges[mine] == n
            w = strength[here].unsqueeze(1)
            parts.append(
                (w * nodes[edges[other, here]]).sum(0) / w.sum() if here.any() else torch.zeros(nodes.shape[1])
            )
        rows.append(torch.cat(parts))
    return torch.stack(rows)


def both_by_shares(nodes, edges, strength):
    found = [nodes]
    for way in (edges, torch.stack([edges[1], edges[0]])):
        total = torch.zeros(len(nodes)).scatter_add(0, way[1], strength)
        share = strength / total[way[1]]
        found.append(torch.zeros_like(nodes).index_add(0, way[1], share[:, None] * nodes[way[0]]))
    return torch.hstack(found)


def standardise_by_variance(train, test):
    mean, variance = train.mean(0, keepdim=True), train.var(0, unbiased=False, keepdim=True)
    wide = variance.sqrt()
    wide[wide < 1e-6] = 1.0
    return (train - mean) / wide, (test - mean) / wide


def standardise_by_moments(train, test):
    mean = train.sum(0) / len(train)
    wide = ((train - mean) ** 2).mean(0) ** 0.5
    wide = torch.where(wide == 0, 1.0, wide)
    return [(rows - mean) / wide for rows in (train, test)]


def field_by_matrix(edges, size, node, rounds):
    step = adjacency(edges, size) + torch.eye(size)
    return torch.linalg.matrix_power(step, rounds)[node] > 0


def field_by_search(edges, size, node, rounds):
    seen, front = {node}, {node}
    for _ in range(rounds):
        front = {s for s, r in edges.T.tolist() if r in front} - seen
        seen |= front
    return torch.tensor([n in seen for n in range(size)])


def field_by_recursion(edges, size, node, rounds):
    if rounds == 0:
        return torch.arange(size) == node
    inside = field_by_recursion(edges, size, node, rounds - 1)
    wider = inside.clone()
    wider[edges[0][inside[edges[1]]]] = True
    return wider


RIGHT = {
    "w12.neighbour_sum": [
        *(sum_by_loop, sum_by_matrix, sum_by_sparse_matrix, sum_by_index_put, sum_by_scatter_add, sum_by_one_hot),
        sum_node_by_node,
    ],
    "w12.gcn_weights": [weights_from_matrix, weights_by_loop, weights_by_scatter],
    "w12.neighbour_softmax": [softmax_by_loop, softmax_by_table, softmax_with_heads_maximum, softmax_by_double],
    "w12.edge_messages": [messages_by_loop, messages_by_incidence, messages_without_gradient],
    "w12.join_graphs": [joined_by_loop, joined_by_totals, joined_by_search],
    "w12.readout": [readout_by_loop, readout_by_one_hot, readout_with_nan_to_num, readout_by_reduce],
    "w12.colours": [colours_by_hash, colours_without_own, colours_by_counts, colours_by_counter],
    "w12.similarity": [similarity_by_pairs, similarity_by_norm_of_sum, similarity_by_triangle],
    "w12.degrees": [degrees_by_loop, degrees_by_bincount],
    "w12.both_ways": [both_by_matrix, both_by_loop, both_by_shares],
    "w12.standardise": [standardise_by_variance, standardise_by_moments],
    "w12.receptive_field": [field_by_matrix, field_by_search, field_by_recursion],
}


@each_answer(RIGHT)
def test_it_is_accepted(id: str, answer: Answer, seed: int) -> None:
    assert_accepted(id, answer, seed)


def test_the_library_that_has_the_layers_is_declined() -> None:
    pytest.importorskip("torch_geometric")

    def borrowed(scores, receivers, size):
        from torch_geometric.utils import softmax

        return softmax(scores, receivers, num_nodes=size)

    assert "torch_geometric" in assert_declined("w12.neighbour_softmax", borrowed)
