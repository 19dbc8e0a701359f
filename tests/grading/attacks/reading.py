"""Attacks that want to know: files, other people's work, the hidden tests, expected values.

What they find they shout: remarks repeat the unknown name of a NameError, so a file's text becomes such a name.
"""

from tests.grading.attacks.attacks import Attack
from tests.grading.attacks.time import banded

SHOUT = """def shout(text):
    error = NameError()
    error.name = "".join(each if each.isalnum() else "_" for each in "got_" + str(text))[:59]
    raise error"""
FRAMES = """import gc, sys
found = []
frame = sys._getframe()
while frame is not None:
    found.append((frame.f_code.co_name, {**frame.f_locals}))
    frame = frame.f_back
"""


def read(path: str) -> str:
    """A cell that shouts a file's text."""
    return f"shout(open({path!r}, errors='replace').read())"


ATTACKS = (
    Attack(
        "read_the_teachers_files",
        "read the home folder, keys, the gradebook, another submission",
        before=(SHOUT,),
        after=(
            read("@HOME@"),
            read("@BOOK@"),
            read("@OTHER@"),
            "import os\nshout(os.listdir(os.path.dirname('@HOME@')))",
        ),
        says="stops with",
    ),
    Attack(
        "read_keys",
        "read what usually lies in a home folder",
        before=(SHOUT,),
        after=tuple(
            read(path)
            for path in ("/root/.ssh/id_rsa", "/root/.bash_history", "/etc/shadow", "/etc/passwd", "/etc/hostname")
        ),
        says="stops with FileNotFoundError",
    ),
    Attack(
        "search_the_disk",
        "walk through everything that can be seen, for a file that should not be there",
        before=(SHOUT,),
        after=(
            "import os\nnames = {os.path.basename(each) for each in ('@HOME@', '@BOOK@', '@OTHER@')}\n"
            "for folder, _, files in os.walk('/'):\n    if names & set(files) and not folder.startswith('/proc'):\n"
            "        shout(open(folder + '/' + (names & set(files)).pop(), errors='replace').read())",
            "import glob\nfor each in glob.glob('@SOLUTIONS@/**/*.ipynb', recursive=True):\n"
            "    shout('canary_solutions')",
        ),
    ),
    Attack(
        "read_the_hidden_tests",
        "find the laws, the known mistakes and the reference as source or as modules",
        before=(SHOUT,),
        after=(
            "import course_lib.exercises.w07\nshout('canary_module')",
            "import importlib, course_lib\nimportlib.invalidate_caches()\n"
            "importlib.import_module('course_lib.exercises.w07.homework_heads')\nshout('canary_module')",
            "import course_lib, os\nfor folder, _, files in os.walk(os.path.dirname(course_lib.__file__)):\n"
            "    for each in files:\n        shout('canary_source')",
            "import course_lib.exercises.runner.forbidden_calls as it, inspect\n"
            "inspect.getsource(it)\nshout('canary_source')",
            "import re, sys\nfor name, module in list(sys.modules.items()):\n"
            "    if 'equals_reference' in vars(module) or re.search(r'exercises\\.w\\d\\d', name):\n"
            "        shout('canary_' + name.replace('.', '_'))",
        ),
        says="stops with",
    ),
    Attack(
        "look_at_processes",
        "find the grader among the processes, its memory, its words of command, its files",
        before=(SHOUT,),
        after=(
            "import os\nfor pid in [1, os.getppid(), os.getpid(), 'self']:\n"
            "    for what in ('environ', 'cmdline', 'maps', 'mem'):\n        try:\n"
            "            open(f'/proc/{pid}/{what}', 'rb').read(10)\n        except OSError:\n            continue\n"
            "        shout('canary_proc')",
            "import os\nif os.getppid():\n    shout('canary_parent')",
            "import os\nif any('canary' in value for value in os.environ.values()):\n    shout('canary_environment')",
            "import os\nfor number in range(3, 64):\n    try:\n        at = os.fstat(number)\n"
            "        os.lseek(number, 0, 0)\n    except OSError:\n        continue\n"
            "    shout('canary_open_file')",
        ),
    ),
    Attack(
        "look_for_seed_and_laws",
        "walk the frames and all objects for exercises, trials, expected values, seeds",
        before=(SHOUT,),
        after=(
            FRAMES + "for name, values in found:\n    if {'expected', 'trials', 'exercise', 'laws'} & set(values):\n"
            "        shout('canary_frame')",
            "import gc\n"
            "kinds = {'Exercise', 'Trial', 'Law', 'Mistake', 'Verdict', 'Marker', 'Assignment', 'Provenance'}\n"
            "for each in gc.get_objects():\n    if type(each).__name__ in kinds:\n        shout('canary_object')",
            "import gc\ngc.unfreeze()\n"
            "for each in gc.get_objects():\n    if type(each).__name__ in kinds:\n        shout('canary_object')",
        ),
    ),
    Attack(
        "take_the_expected_value",
        "an answer that looks for its own expected value while it is called",
        banded(
            FRAMES + "for name, values in found:\n    for key in ('expected', 'trial', 'reference'):\n"
            "        if key in values:\n            return values[key]",
            "for each in gc.get_objects():\n    if type(each).__name__ == 'Trial':\n        return each.expected",
            "return None",
        ),
    ),
    Attack(
        "shout_the_inputs",
        "tell the hidden inputs by printing, by messages, by names of errors, classes, functions and files",
        {
            "banded": "def banded(size, reach):\n    print('inputs', size, reach)\n"
            "    raise type(f'Size{size}Reach{reach}', (ValueError,), {})(f'{size} {reach}')",
            "relative_bias": "def relative_bias(by_distance, asking, answering):\n    numbers = by_distance.tolist()\n"
            "    print(numbers)\n    error = NameError(str(numbers))\n"
            "    error.name = 'n' + ''.join(str(each).replace('.', '_').replace('-', 'm') for each in numbers[0])\n"
            "    raise error",
            "entropy": "def entropy(weights):\n    import linecache\n    numbers = repr(weights.tolist())\n"
            "    name = f'<cell 1> {numbers}'\n    linecache.cache[name] = (1, None, [numbers] * 9, name)\n"
            "    linecache.cache['<cell 1>'] = (1, None, [numbers] * 99, '<cell 1>')\n"
            "    code = compile('def f():\\n    raise RuntimeError', name, 'exec')\n    room = {}\n"
            "    exec(code, room)\n"
            "    room['f'].__code__ = room['f'].__code__.replace(co_name=numbers, co_qualname=numbers)\n"
            "    room['f']()",
            "silence_head": "def silence_head(per_head, head):\n    numbers = repr(per_head.tolist())\n"
            "    silence_head.__name__ = silence_head.__qualname__ = silence_head.__doc__ = numbers\n"
            "    return type(numbers.replace('.', '_'), (), {'__repr__': lambda self: numbers})()",
        },
        status=frozenset({"wrong"}),
    ),
    Attack(
        "tell_by_the_line",
        "an error in a line that depends on a hidden input that was remembered",
        banded("seen.append(size)", *(f"if seen[1:2] == [{n}]: [][0]" for n in range(60))),
        ("seen = []",),
        status=frozenset({"wrong"}),
        says="with an error",
    ),
)
