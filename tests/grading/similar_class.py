"""A class that answers the homework of week 7, made by chance: everybody alone, and some who copy and disguise it.

Each answer is put together from slots. For every slot there are several right ways to write it, the first ones far
more popular than the last, as in a real class; names, notes and the order of free lines are each student's own.
"""

import random
import re
import string

WAYS: dict[str, list[list[str]]] = {
    "banded": [
        [
            "{a} = torch.arange(size).unsqueeze(1)",
            "{a} = torch.arange(size)[:, None]",
            "{a} = torch.arange(size).view(-1, 1)",
            "{a} = torch.arange(0, size).reshape(size, 1)",
            "{a} = torch.linspace(0, size - 1, size).long().unsqueeze(-1)",
        ],
        [
            "{b} = torch.arange(size).unsqueeze(0)",
            "{b} = torch.arange(size)[None, :]",
            "{b} = torch.arange(size)",
            "{b} = torch.arange(size).view(1, -1).expand(size, size)",
            "{b} = torch.cumsum(torch.ones(size), 0) - 1",
        ],
        ["{c} = {a} - {b}", "{c} = ({a} - {b}).to(torch.int64)", "{c} = -({b} - {a})", "{c} = torch.sub({a}, {b})"],
        [
            "return ({c} >= 0) & ({c} <= reach)",
            "return torch.logical_and({c} >= 0, {c} <= reach)",
            "return (0 <= {c}) * ({c} <= reach)",
            "return ~(({c} < 0) | ({c} > reach))",
            "return ({c} > -1) & ({c} < reach + 1)",
            "return {c}.ge(0).logical_and({c}.le(reach))",
            "return torch.clamp({c}, 0, reach) == {c}",
        ],
    ],
    "relative_bias": [
        [
            "{a} = by_distance.shape[1] // 2",
            "{a} = (by_distance.shape[1] - 1) // 2",
            "{a} = by_distance.size(1) // 2",
            "{a} = int((by_distance.shape[-1] - 1) / 2)",
            "{f}, {e} = by_distance.shape; {a} = {e} // 2",
        ],
        [
            "{b} = torch.arange(asking)[:, None]",
            "{b} = torch.arange(asking).unsqueeze(1)",
            "{b} = torch.arange(asking).reshape(-1, 1)",
            "{b} = torch.tensor(range(asking)).view(asking, 1)",
        ],
        [
            "{c} = torch.arange(answering)[None]",
            "{c} = torch.arange(answering).unsqueeze(0)",
            "{c} = torch.arange(answering)",
            "{c} = torch.tensor([n for n in range(answering)])",
        ],
        [
            "{d} = ({c} - {b}).clamp(-{a}, {a})",
            "{d} = torch.clamp({c} - {b}, min=-{a}, max={a})",
            "{d} = torch.minimum(torch.maximum({c} - {b}, torch.tensor(-{a})), torch.tensor({a}))",
            "{d} = ({c} - {b}).clip(-{a}, {a})",
            "{d} = ({c} - {b}).clamp_min(-{a}).clamp_max({a})",
        ],
        [
            "return by_distance[:, {d} + {a}]",
            "{e} = {d} + {a}\n    return by_distance[:, {e}]",
            "return by_distance.index_select(1, ({d} + {a}).flatten()).view(-1, asking, answering)",
            "return torch.stack([{f}[{d} + {a}] for {f} in by_distance])",
        ],
    ],
    "bits_of": [
        [
            "{a} = weights.clamp(min=1e-30).log2()",
            "{a} = torch.log2(weights.clamp_min(1e-20))",
            "{a} = torch.where(weights > 0, torch.log2(weights), torch.zeros_like(weights))",
            "{a} = torch.nan_to_num(torch.log2(weights), neginf=0.0)",
            "{a} = torch.log2(weights + (weights == 0).float())",
            "{a} = weights.masked_fill(weights == 0, 1.0).log() / math.log(2.0)",
        ],
        ["{b} = weights * {a}", "{b} = {a} * weights", "{b} = torch.mul(weights, {a})", "{b} = weights.mul({a})"],
        [
            "return -{b}.sum(dim=-1)",
            "return -({b}).sum(-1)",
            "return -torch.sum({b}, dim=-1)",
            "return {b}.sum(-1).neg()",
            "return torch.einsum('...s->...', -{b})",
        ],
    ],
    "silence_head": [
        [
            "{a} = per_head.clone()",
            "{a} = torch.clone(per_head)",
            "{a} = per_head * 1",
            "{a} = torch.zeros_like(per_head) + per_head",
            "{a} = per_head.detach().clone()",
        ],
        [
            "{a}[:, head] = 0",
            "{a}[:, head] = 0.0",
            "{a}[:, head, :, :] = 0",
            "{a}[:, head].zero_()",
            "{a}[:, head] *= 0",
            "{a}.select(1, head).fill_(0)",
            "{a}.index_fill_(1, torch.tensor([head]), 0.0)",
        ],
        ["return {a}"],
    ],
}
ASKS = {"banded": "size, reach", "relative_bias": "by_distance, asking, answering", "bits_of": "weights",
        "silence_head": "per_head, head"}  # fmt: skip
RELEASED = [
    f'def {name}({asks}):\n    """As the text says."""\n    raise NotImplementedError()' for name, asks in ASKS.items()
]
GIVEN = ["import torch\nfrom course_lib import check", "mask = check('w07.banded', banded)"]
FREE = {"banded": 2, "relative_bias": 3}  # so many first lines may stand in any order


def make_class(size: int, copies: int, seed: int = 0) -> tuple[dict[str, list[str]], set[frozenset[str]]]:
    """`size` students, of whom the last `copies` copied from one of the others each.

    -> the code cells of each student, and the pairs that are copies
    """
    chance = random.Random(seed)
    chosen = [choose(chance) for _ in range(size - copies)]
    sources = chance.sample(range(size - copies), copies)
    names = [f"s{i:04d}" for i in range(size)]
    cells = {name: write(ways, chance) for name, ways in zip(names, chosen, strict=False)}
    cells |= {names[size - copies + i]: write(chosen[who], chance) for i, who in enumerate(sources)}
    return cells, {frozenset({names[who], names[size - copies + i]}) for i, who in enumerate(sources)}


def choose(chance: random.Random) -> dict[str, list[str]]:
    """How one student writes each slot: the n-th way is about half as popular as the one before."""
    return {
        name: [chance.choices(ways, [0.55**i for i in range(len(ways))])[0] for ways in slots]
        for name, slots in WAYS.items()
    }


def write(ways: dict[str, list[str]], chance: random.Random) -> list[str]:
    """The cells with fresh names, notes and spaces, free lines in any order."""
    cells = list(GIVEN)
    for name, lines in ways.items():
        free = lines[: FREE.get(name, 0)]
        order = chance.sample(free, len(free)) + lines[len(free) :]
        called = {letter: _name(chance) for letter in "abcdef"}
        body = [re.sub(r"\{(\w)\}", lambda m, called=called: called[m[1]], line) for line in order]
        noted = [f"    {line}" + chance.choice(["", "", f"  # {_name(chance)} {_name(chance)}"]) for line in body]
        spaced = [line.replace(" - ", "-").replace(", ", ",") if chance.random() < 0.3 else line for line in noted]
        cells.append(f"def {name}({ASKS[name]}):\n" + "\n".join(spaced))
    return cells


def _name(chance: random.Random) -> str:
    return "".join(chance.choices(string.ascii_lowercase, k=chance.randint(3, 9))) + "_"
