"""Attacks that never end, or end everything."""

from tests.grading.attacks.attacks import Attack

STOPPED = frozenset({"stopped"})
LOOP = "while True:\n    pass"
DEAF = "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass"


def banded(*lines: str) -> dict[str, str]:
    """The first answer, with these lines in it."""
    return {"banded": "def banded(size, reach):\n" + "\n".join("    " + row for row in "\n".join(lines).split("\n"))}


ATTACKS = (
    Attack("endless_cell", "a cell that never ends, behind the answers", after=(LOOP,), says="time is up"),
    Attack(
        "endless_cell_first",
        "a cell that never ends, so that no other is run",
        before=(LOOP,),
        says="defines no `banded`",
        others=False,
    ),
    Attack(
        "deaf_cell",
        "a cell that never ends and catches whatever would end it",
        after=(DEAF,),
        says="did not come to an end",
        others=False,
    ),
    Attack("endless_answer", "an answer that never ends", banded(LOOP), status=STOPPED, says="Stopped after"),
    Attack(
        "endless_answer_in_c",
        "an answer that never comes back from C, where no signal is looked at",
        banded("import itertools", "return sum(itertools.repeat(0))"),
        status=STOPPED,
        says="Stopped after",
    ),
    Attack(
        "deaf_answer",
        "an answer that catches whatever would end it",
        banded(DEAF),
        status=STOPPED,
        says="Stopped after",
    ),
    Attack(
        "alarm_off",
        "an answer that switches the alarm off",
        banded(
            "import signal",
            "signal.setitimer(signal.ITIMER_REAL, 0)",
            "signal.signal(signal.SIGALRM, signal.SIG_IGN)",
            "signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM, signal.SIGXCPU, signal.SIGTERM})",
            LOOP,
        ),
        status=STOPPED,
        says="Stopped after",
    ),
    Attack(
        "sleeper",
        "an answer that sleeps without using the processor",
        banded(
            "import time", "while True:\n    try:\n        time.sleep(1000)\n    except BaseException:\n        pass"
        ),
        status=STOPPED,
        says="Stopped after",
    ),
    Attack(
        "endless_generator",
        "a result without an end",
        banded("import itertools", "return itertools.count()"),
        status=frozenset({"wrong"}),
    ),
    Attack(
        "endless_class",
        "a class whose name, length and truth never come to an end when looked at",
        {
            "banded": "class Meta(type):\n    def __getattribute__(kind, name):\n        while True:\n"
            "            pass\n\n\n"
            "class Endless(metaclass=Meta):\n    pass\n\n\nbanded = Endless"
        },
        others=False,
    ),
    Attack(
        "slow_signature",
        "a parameter list that is never told",
        {
            "banded": "class Answer:\n    def __call__(self, size, reach):\n        return None\n\n    @property\n"
            "    def __signature__(self):\n        while True:\n            pass\n\n\nbanded = Answer()"
        },
        others=False,
    ),
    Attack(
        "exit_in_a_cell",
        "leave Python before the answers are looked at",
        before=("import sys\nsys.exit(0)", "raise SystemExit", "raise KeyboardInterrupt", "exit()", "quit()"),
    ),
    Attack(
        "hard_exit_in_a_cell",
        "leave Python without a word",
        after=("import os\nos._exit(0)",),
        says="brought Python down",
        others=False,
    ),
    Attack("exit_in_an_answer", "leave Python in an answer", banded("import sys", "sys.exit(0)"), says="with an error"),
    Attack(
        "hard_exit_in_an_answer",
        "leave Python from an answer without a word",
        banded("import os", "os._exit(0)"),
        status=STOPPED,
        says="brought Python down",
    ),
    Attack(
        "kill_everybody",
        "end every process there is, the parent first",
        banded(
            "import os, signal",
            "for pid in (os.getppid(), 1, 2, -1, 0):\n    try:\n        os.kill(pid, signal.SIGKILL)\n"
            "    except OSError:\n        pass",
            "os.killpg(0, signal.SIGKILL)",
        ),
    ),
    Attack(
        "crash_in_c",
        "read from address 0",
        banded("import ctypes", "return ctypes.string_at(0)"),
        status=STOPPED,
        says="brought Python down",
    ),
    Attack(
        "land_mine",
        "an answer that leaves a timer behind which ends Python in the middle of the next one",
        banded(
            "import signal",
            "signal.signal(signal.SIGVTALRM, signal.SIG_DFL)",
            "signal.setitimer(signal.ITIMER_VIRTUAL, 0.01)",
            "return None",
        ),
        others=False,
    ),
)
