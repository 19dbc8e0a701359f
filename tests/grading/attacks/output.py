"""Attacks by size: output, memory, disk, results."""

from tests.grading.attacks.attacks import Attack
from tests.grading.attacks.time import STOPPED, banded

WRONG = frozenset({"wrong"})
SLOW = frozenset({"wrong", "stopped"})
MEGABYTE = "text = 'x' * 2**20\n"

ATTACKS = (
    Attack(
        "print_a_gigabyte", "1 GB of output from a cell", after=(MEGABYTE + "for n in range(1024):\n    print(text)",)
    ),
    Attack(
        "print_and_catch",
        "1 GB of output from a cell that does not stop when it is told to",
        after=(
            MEGABYTE + "for n in range(1024):\n    try:\n        print(text)\n    except BaseException:\n        pass",
        ),
    ),
    Attack(
        "print_in_an_answer",
        "1 GB of output from an answer",
        banded("for n in range(1024):\n    print('x' * 2**20)"),
        status=STOPPED,
        says="prints without end",
    ),
    Attack(
        "print_in_an_answer_and_catch",
        "an answer that prints on",
        banded("for n in range(1024):\n    try:\n        print('x' * 2**20)\n    except BaseException:\n        pass"),
        status=STOPPED,
        says="prints without end",
    ),
    Attack(
        "print_below_python",
        "output past sys.stdout",
        banded(
            "import os, sys",
            "for n in range(64):\n    os.write(1, b'x' * 2**20)\n    os.write(2, b'x' * 2**20)",
            "sys.__stdout__.write('x' * 2**20)",
        ),
        status=WRONG,
    ),
    Attack(
        "allocate_100_gb",
        "a tensor of 100 GB",
        banded("return torch.ones(25 * 10**9)"),
        status=WRONG,
        says="with an error",
    ),
    Attack(
        "allocate_in_python",
        "100 GB in pieces, and go on when there is no more",
        banded(
            "held = []",
            "for n in range(100):\n    try:\n        held.append(bytearray(2**30))\n    except MemoryError:\n"
            "        pass",
            "return held",
        ),
        status=frozenset({"wrong", "stopped"}),
    ),
    Attack(
        "fill_the_disk",
        "write until no disk is left, everywhere that can be written",
        after=(
            "import os\nfor folder in ('.', '/tmp', '/dev/shm', '/var/tmp', '/run', os.path.expanduser('~')):\n"
            "    try:\n        with open(folder + '/big', 'wb') as file:\n            for n in range(400):\n"
            "                file.write(bytes(2**20))\n    except OSError:\n        pass",
        ),
    ),
    Attack(
        "many_files",
        "a million files",
        after=("for n in range(10**6):\n    open(f'/tmp/{n}', 'w').close()",),
        says="stops with OSError",
    ),
    Attack(
        "result_of_10_gb",
        "a result that is small here and 10 GB on the line",
        banded("return torch.ones(1, dtype=torch.bool).expand(10**5, 10**5)"),
    ),
    Attack(
        "result_of_100_mb",
        "a result larger than a message",
        banded("return torch.ones(10**4, 10**4, dtype=torch.bool)"),
    ),
    Attack("list_of_millions", "a result of many small things", banded("return [[0] * 1000] * 3000"), status=SLOW),
    Attack(
        "nested_10000_deep",
        "a result that nobody can walk through",
        banded("deep = []", "for n in range(10**4):\n    deep = [deep]", "return deep"),
        status=WRONG,
    ),
    Attack(
        "contains_itself",
        "a list in a list that is the first",
        banded("round = []", "round.append(round)", "return round"),
    ),
    Attack("huge_whole_number", "a number of 10 million digits", banded("return 1 << 30_000_000"), status=SLOW),
    Attack("huge_text", "a text of 100 MB", banded("return 'x' * 10**8"), status=SLOW),
    Attack("half_letters", "a text that no encoding knows", banded("return '\\ud800' * 10"), status=WRONG),
    Attack(
        "recursion_bomb",
        "call oneself without end",
        banded("return banded(size, reach)"),
        status=WRONG,
        says="with an error",
    ),
    Attack(
        "recursion_without_limit",
        "call oneself until the stack of C is full",
        banded(
            "import sys",
            "sys.setrecursionlimit(10**9)",
            "class Deep:\n    def __repr__(self):\n        return repr([self])",
            "return repr(Deep())",
        ),
    ),
    Attack(
        "parser_bomb",
        "brackets that no parser survives",
        after=(
            "(" * 100_000,
            "-" * 150_000 + "1",
            "eval('[' * 99_999)",
            "x" + ".x" * 90_000,
            "if 1:\n" + "\n".join(" " * n + "if 1:" for n in range(1, 300)),
        ),
    ),
    Attack(
        "message_of_100_mb",
        "an error whose words fill the line",
        banded("raise ValueError('x' * 10**8)"),
        status=WRONG,
        says="with an error",
    ),
    Attack(
        "message_without_end",
        "an error whose words are never told",
        banded(
            "class Endless(ValueError):\n    def __str__(self):\n        while True:\n            pass",
            "raise Endless()",
        ),
        status=frozenset({"wrong", "stopped"}),
    ),
    Attack(
        "overload_what_is_lent",
        "call the functions that the marker lends with as much as they take, without end",
        {
            "post_norm_block": "def post_norm_block(x, listen, think, first_norm, second_norm):\n"
            "    big = torch.ones(2**16 // x[0].numel(), *x.shape[1:])\n    while True:\n        listen(big)"
        },
        status=STOPPED,
        says="Stopped after",
        week="w08",
    ),
)
