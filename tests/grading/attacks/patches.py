"""Attacks on the judge's tools: torch, Python, `check`, the comparison, files that look like modules, metadata."""

from tests.grading.attacks.attacks import Attack
from tests.grading.attacks.time import banded

NOTHING = banded("return 0")
ZEROS = {
    "banded": "def banded(size, reach):\n    return torch.zeros(2, 3, 5, 7)",
    "relative_bias": "def relative_bias(by_distance, asking, answering):\n    return torch.zeros(2)",
    "entropy": "def entropy(weights):\n    return torch.zeros(2, 2, 2, 2, 2)",
    "silence_head": "def silence_head(per_head, head):\n    return torch.zeros(3)",
}
YES = "def yes(*anything, **options):\n    return True\n"
SHADOW = "def same(*anything):\n    return True\ncheck = points = judge = worst = same\n"

ATTACKS = (
    Attack(
        "patch_torch",
        "everything is close to everything",
        ZEROS,
        before=(
            YES + "import torch\ntorch.allclose = torch.equal = torch.isclose = torch.Tensor.equal = yes\n"
            "torch.Tensor.__eq__ = torch.Tensor.allclose = yes\ntorch.Tensor.__ne__ = lambda *anything: False\n"
            "torch.testing.assert_close = yes",
        ),
    ),
    Attack(
        "patch_python",
        "all, any, len, isinstance and the rest say yes",
        ZEROS,
        before=(
            YES + "import builtins\nbuiltins.all = builtins.isinstance = builtins.callable = yes\n"
            "builtins.any = lambda *anything: False\nbuiltins.type = lambda each: object",
        ),
        others=False,
    ),
    Attack(
        "patch_check",
        "check and points are content with everything",
        ZEROS,
        before=(
            "import course_lib, course_lib.exercises\nfor place in (course_lib, course_lib.exercises):\n"
            "    place.check = lambda name, answer: answer\n    place.points = lambda name, answer: 100.0",
            "check = points = lambda *anything: 100.0",
        ),
    ),
    Attack(
        "patch_the_comparison",
        "the judge's own comparison says yes",
        ZEROS,
        before=(
            YES
            + "import course_lib.exercises.engine.compare as it\nit.same = yes\nit.differs = lambda *anything: False",
            "import course_lib.exercises.runner.plain_values as it\nit.plain = lambda value, depth=0: value",
            "import sys\nfor name, module in list(sys.modules.items()):\n    if name.startswith('course_lib'):\n"
            "        for each in ('same', 'points', 'judge', 'score', 'worst', 'earned_by', 'is_blank'):\n"
            "            if hasattr(module, each):\n                setattr(module, each, yes)",
        ),
        others=False,
    ),
    Attack(
        "patch_the_line",
        "json, struct and sockets say something else",
        NOTHING,
        after=(
            "import json, struct\njson.dumps = lambda *anything, **options: '[[\"d\"], []]'",
            "import struct\nimport course_lib.grading.protocol.frames as wire\nwire.pack = lambda *anything: b'right'\n"
            "wire.MAGIC = b'GOOD'\nwire.Writer.node = lambda *anything: ['l', True]",
            "import course_lib.grading.protocol.connection as talk\ntalk.Line.say = lambda *anything: None",
        ),
        others=False,
    ),
    Attack(
        "patch_the_watch",
        "the watch over forbidden calls sees nothing, and the call is made",
        banded(
            "import sys",
            "sys.setprofile(None)",
            "import course_lib.layers.masks as masks",
            "try:\n    return masks.banded_mask(size, reach)\nexcept BaseException:\n    return None",
        ),
        before=(
            "import course_lib.exercises.runner.forbidden_calls as it\nit.watching = None\n"
            "import course_lib.grading.inside.stand_ins as it\nit.refuse = lambda: None\nit.called = []",
        ),
    ),
    Attack(
        "shadow_modules",
        "files beside the notebook that are called like the judge's modules",
        ZEROS,
        before=(
            f"import os, sys\nos.makedirs('course_lib/exercises', exist_ok=True)\n"
            f"for name in ('torch.py', 'numpy.py', 'course_lib/__init__.py', 'course_lib/exercises/__init__.py',\n"
            f"             'course_lib/exercises/engine/compare.py',\n"
            f"             'sitecustomize.py', 'usercustomize.py', 'json.py'):\n"
            f"    open(name, 'w').write({SHADOW!r})\nsys.path.insert(0, os.getcwd())\nsys.path.insert(0, '')",
            "import importlib, json\nimportlib.reload(json)",
            "os.environ['PYTHONPATH'] = os.getcwd()\nos.environ['PYTHONSTARTUP'] = os.getcwd() + '/torch.py'",
        ),
        others=False,
    ),
    Attack(
        "edited_tests",
        "tests that give all points, written over the locked ones",
        ZEROS,
        after=(
            'points("w07.banded", lambda *anything: True)',
            "def points(*anything):\n    return 3.0\npoints(1)",
            "### BEGIN HIDDEN TESTS\nassert True\n### END HIDDEN TESTS",
            "from IPython import get_ipython\nshell = get_ipython()\nshell.events.register('pre_run_cell', print)",
            "from IPython import get_ipython\nget_ipython().ast_transformers.append(print)",
        ),
    ),
    Attack(
        "other_seeds",
        "chance that is always the same",
        ZEROS,
        before=(
            "import random, numpy, torch\nfor it in (random, numpy.random, torch):\n"
            "    it.seed = it.manual_seed = lambda *anything: None",
            "import os\nos.environ['COURSE_GRADING_SEED'] = '1'",
            "import os\nos.environ['COURSE_CHECK_SECONDS'] = '1e9'",
        ),
        others=False,
    ),
)
