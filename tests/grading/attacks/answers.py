"""Attacks by results that lie about what they are."""

from tests.grading.attacks.attacks import Attack
from tests.grading.attacks.time import banded

WRONG = frozenset({"wrong"})
LIAR = """class Liar:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __array__(self, *anything, **options): return __import__('numpy').ones((1, 1))
    def __torch_function__(self, *anything, **options): return True
    def __getattr__(self, name): return lambda *anything, **options: True
    def __bool__(self): return True
    def __len__(self): return 3
    def __iter__(self): return iter([True] * 3)
    def __hash__(self): return 0
    def __instancecheck__(self, other): return True
    __class__ = torch.Tensor"""
ALWAYS = """class Always(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        return torch.tensor(True)
    def __eq__(self, other): return torch.tensor(True)
    shape = property(lambda self: torch.Size([4, 4]))
    dtype = torch.bool"""

ATTACKS = (
    Attack(
        "equal_to_everything", "an object that is equal to all others", banded("return Liar()"), (LIAR,), status=WRONG
    ),
    Attack(
        "a_liar_in_a_list",
        "the same within a list",
        banded("return [Liar(), (Liar(),), {'a': Liar()}]"),
        (LIAR,),
        status=WRONG,
    ),
    Attack("a_liar_as_a_key", "the same as a key", banded("return {Liar(): 1}"), (LIAR,), status=WRONG),
    Attack(
        "tensor_subclass",
        "a tensor that is equal to all others",
        banded("return torch.zeros(size, size).as_subclass(Always)"),
        (ALWAYS,),
        status=WRONG,
    ),
    Attack(
        "class_changed_late",
        "a plain tensor, until somebody looks at it",
        banded("made = torch.zeros(size, size, dtype=torch.bool)", "made.__class__ = Always", "return made"),
        (ALWAYS,),
    ),
    Attack(
        "text_subclass",
        "texts, numbers and tuples of other kinds",
        banded("return Word('yes')"),
        (
            "class Word(str):\n    def __eq__(self, other): return True\n    def __ne__(self, other): return False\n"
            "    __hash__ = str.__hash__",
        ),
        status=WRONG,
    ),
    Attack(
        "tuple_subclass",
        "a tuple that grows when it is walked",
        banded("return Row([1])"),
        (
            "class Row(tuple):\n    def __len__(self): return 10**9\n    def __iter__(self):\n"
            "        while True:\n            yield 1",
        ),
        status=WRONG,
    ),
    Attack(
        "nan_everywhere",
        "numbers that are equal to nothing",
        banded("return torch.full((size, size), torch.nan)"),
        status=WRONG,
    ),
    Attack(
        "no_numbers",
        "a tensor with a shape and nothing in it",
        banded("return torch.zeros(size, size, dtype=torch.bool, device='meta')"),
        status=WRONG,
    ),
    Attack(
        "array_of_objects",
        "an array of things that are equal to all others",
        banded("import numpy", "return numpy.array([[Liar()] * size] * size, dtype=object)"),
        (LIAR,),
        status=WRONG,
    ),
    Attack(
        "strange_numbers",
        "an array of a kind that torch does not have",
        banded("import numpy", "return numpy.ones((size, size), dtype=numpy.ulonglong)"),
        status=WRONG,
    ),
    Attack("beyond_64_bits", "whole numbers that fit nowhere", banded("return 10**400"), status=WRONG),
    Attack(
        "depends_on_the_call",
        "another answer at each call",
        banded(
            "calls.append(1)",
            "return torch.ones(size, size).tril() > 0 if len(calls) % 2 else torch.ones(size, size) > 0",
        ),
        ("calls = []",),
        most=2.9,
        status=WRONG,
    ),
    Attack(
        "depends_on_time",
        "another answer after a while",
        banded("import time", "return torch.ones(size, size, dtype=torch.bool) if time.time_ns() % 2 else 1"),
        status=WRONG,
        most=0.75,  # what all True earns, should the clock say so every time
    ),
    Attack(
        "changes_its_inputs",
        "make the input fit the result",
        {
            "silence_head": "def silence_head(per_head, head):\n    per_head.zero_()\n    return per_head",
            "entropy": "def entropy(weights):\n    weights.zero_()\n    return weights.sum(-1)",
        },
        status=WRONG,
        most=2.0,
    ),
    Attack("says_it_is_blank", "an answer that says it was never begun", banded("raise NotImplementedError")),
    Attack(
        "borrowed_names",
        "something that is called like the answer",
        {"banded": "banded = print", "entropy": "entropy = 1.5", "silence_head": "class silence_head:\n    pass"},
    ),
)
