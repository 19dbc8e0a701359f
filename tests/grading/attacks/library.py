"""Attacks that let the course answer: its own function by every name, its source, and what a question forbids."""

from tests.grading.attacks.attacks import Attack
from tests.grading.attacks.time import banded

WRONG = frozenset({"wrong", "stopped"})
OWN = "the library's own answer"
TRY = "try:\n    return take()(size, reach)\nexcept BaseException:\n    return None"


def by(*lines: str) -> dict[str, str]:
    """An answer that gets a function by these lines (the last one returns it) and keeps quiet when it cannot."""
    body = "\n".join("        " + row for row in "\n".join(lines).split("\n"))
    return {
        "banded": f"def banded(size, reach):\n    def take():\n{body}\n"
        + "\n".join("    " + row for row in TRY.split("\n"))
    }


ATTACKS = (
    Attack(
        "the_librarys_own",
        "the course's function under the answer's name",
        {
            "banded": "from course_lib.layers.masks import banded_mask as banded",
            "relative_bias": "from course_lib.layers import positions\nrelative_bias = positions.relative_bias",
            "entropy": "from course_lib.layers.reading import entropy",
            "silence_head": "import functools, course_lib.layers.reading as it\n"
            "silence_head = functools.partial(it.silence_head)",
        },
        status=WRONG,
        says=OWN,
    ),
    Attack(
        "an_alias",
        "the same, called by another name",
        banded("from course_lib.layers import masks as m", "return getattr(m, 'banded' + '_mask')(size, reach)"),
        status=WRONG,
        says=OWN,
    ),
    Attack(
        "caught",
        "the same, and catch what stops it",
        by("from course_lib.layers.masks import banded_mask", "return banded_mask"),
        status=WRONG,
        says=OWN,
    ),
    Attack(
        "its_code",
        "a function of one's own with the code of the course's",
        {
            "banded": "import types\nfrom course_lib.layers.masks import banded_mask as it\n"
            "banded = types.FunctionType(it.__code__, it.__globals__, 'banded')"
        },
        status=WRONG,
    ),
    Attack(
        "its_code_swapped",
        "one's own function, whose code is exchanged while it runs",
        {
            "banded": "from course_lib.layers.masks import banded_mask as it\n\n\ndef banded(size, reach):\n"
            "    return None\n\n\n"
            "banded.__code__ = it.__code__"
        },
        status=WRONG,
    ),
    Attack(
        "its_source",
        "the source, run again",
        by(
            "import inspect, torch",
            "from course_lib.layers import masks",
            "room = {'torch': torch, 'Tensor': torch.Tensor}",
            "exec(inspect.getsource(masks.banded_mask), room)",
            "return room['banded_mask']",
        ),
        status=WRONG,
    ),
    Attack(
        "its_source_by_the_loader",
        "the source or the compiled file, through the import system",
        by(
            "from course_lib.layers import masks",
            "room = {}",
            "exec(masks.__loader__.get_code(masks.__name__), room)",
            "return room['banded_mask']",
        ),
        status=WRONG,
    ),
    Attack(
        "reloaded",
        "the module, loaded again",
        by("import importlib", "from course_lib.layers import masks", "return importlib.reload(masks).banded_mask"),
        status=WRONG,
    ),
    Attack(
        "imported_again",
        "the module, forgotten and imported again",
        by(
            "import importlib, sys",
            "for name in [each for each in sys.modules if each.startswith('course_lib')]:\n    del sys.modules[name]",
            "return importlib.import_module('course_lib.layers.masks').banded_mask",
        ),
        status=WRONG,
        others=False,
    ),
    Attack(
        "looked_for",
        "every function in memory that is called like it, and every code",
        by(
            "import gc, types",
            "for each in gc.get_objects():\n    if isinstance(each, types.FunctionType) and "
            "each.__name__ in ('banded_mask', 'banded') and each.__globals__['__name__'] != '__main__':\n"
            "        return each",
            "gc.unfreeze()",
            "for each in gc.get_objects():\n    if isinstance(each, types.FunctionType) and "
            "each.__name__ == 'banded_mask':\n        return each",
        ),
        status=WRONG,
    ),
    Attack(
        "its_file",
        "the file itself, wherever it or a compiled copy may lie",
        by(
            "import os",
            "for top in ('/', '/tmp'):\n    for folder, _, files in os.walk(top):\n        for each in files:\n"
            "            if each.startswith('masks.') and 'course_lib' in folder:\n"
            "                room = {}\n                exec(open(folder + '/' + each).read(), room)\n"
            "                return room['banded_mask']",
        ),
        status=WRONG,
    ),
    Attack(
        "undone",
        "undo what was done to it",
        by(
            "from course_lib.layers import masks",
            "import course_lib.grading.inside.stand_ins as it",
            "it.called.clear()",
            "masks._taken_away = lambda: True",
            "return masks.banded_mask",
        ),
        status=WRONG,
    ),
)
