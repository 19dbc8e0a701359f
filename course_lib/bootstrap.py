"""From a bare Python to the open course: `python3 course_lib/bootstrap.py lab`.

On Windows: `py course_lib\\bootstrap.py lab`. It uses nothing but Python itself, and an old Python must be
able to read it as far as the check of its own version.
"""

import os
import sys

OLDEST = (3, 11)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
USAGE = """usage: python3 course_lib/bootstrap.py VERB [ARGUMENTS]

  setup   make .venv with everything the course needs, and fetch its data
  lab     the same, then open the course         (arguments as for `course lab`)
  grader  the same, with what marking homework needs
  test    the same, then run every test          (arguments as for pytest)
  doctor  say what is wrong with this installation, and how to mend it
  lock    resolve the dependencies afresh and write constraints.txt
"""


def main(arguments):  # type: (list[str]) -> int
    """Check the Python, then do what is asked; a problem is told in one line. -> the exit status"""
    if sys.version_info < OLDEST:
        have = "%d.%d" % sys.version_info[:2]  # noqa: UP031
        sys.stderr.write(
            "This course needs Python 3.11 or newer, and this is Python " + have + " (" + sys.executable + ").\n"
            "Install a newer Python beside it, then name it:\n"
            "    make lab PYTHON=python3.13        (macOS, Linux)\n"
            "    py -3.13 course_lib\\bootstrap.py lab   (Windows)\n"
        )
        return 2
    if not arguments or arguments[0] not in ("setup", "grader", "lab", "test", "lock", "doctor"):
        sys.stderr.write(USAGE)
        return 0 if arguments[:1] in (["-h"], ["--help"]) else 2
    sys.path[0] = ROOT  # the course's modules, not the folder of this file, where `data` or `train` would be top names
    from course_lib.errors import CourseError

    try:
        return go(arguments[0], arguments[1:])
    except CourseError as error:
        sys.stderr.write("\n" + str(error) + "\n")
        return 2
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. Nothing is lost: the same command goes on where it can.\n")
        return 130


def go(verb, arguments):  # type: (str, list[str]) -> int
    """Set up what the verb needs, then hand over to it. -> the exit status"""
    from course_lib.setup import environment
    from course_lib.terminal import become, run

    if verb == "lock":
        from course_lib.setup.constraints import write_constraints

        write_constraints()
        return 0
    if verb == "doctor":
        return examine(str(environment.venv_python(environment.ROOT)), arguments)
    python = environment.ready({"test": "test", "grader": "grading,site"}.get(verb, ""))
    which = "--all" if verb == "test" else "--core"
    fetched = run([python, "-m", "course_lib.cli", "data", which, "--quiet"], environment.ROOT)
    if verb in ("setup", "grader") or (verb == "test" and fetched):
        return fetched
    if fetched:
        print("The course opens all the same; a cell that needs the missing data will say so.")
    workers = "2" if (os.cpu_count() or 1) > 1 else "0"
    command = {"lab": ["course_lib.cli", "lab"], "test": ["pytest", "-n", workers, "--dist", "loadfile"]}[verb]
    return become([python, "-m"] + command + arguments, environment.ROOT)  # noqa: RUF005


def examine(python, arguments):  # type: (str, list[str]) -> int
    """The doctor runs in the environment where there is one that starts, and in this Python where there is none."""
    from course_lib import cli
    from course_lib.setup import environment
    from course_lib.terminal import run

    if environment.version_of(python) is None:
        return cli.main(["doctor"] + arguments)  # noqa: RUF005
    return run([python, "-m", "course_lib.cli", "doctor"] + arguments, environment.ROOT)  # noqa: RUF005


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
