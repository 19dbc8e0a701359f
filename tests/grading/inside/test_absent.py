"""A library that is taken out can be imported and not used, whoever holds it; nothing else changes."""

import subprocess
import sys

START = """
import sys, types
from course_lib.grading.inside import absent

told = []

def refuse(name):
    told.append(name)
    raise PermissionError(name)

def fails(function):
    try:
        function()
    except PermissionError as error:
        return str(error)

import json.decoder as held
from json import loads as function
absent.take_out(["json", "wave"], refuse)
"""


def run(code: str) -> str:
    """What a fresh Python prints: the process is spoilt afterwards."""
    done = subprocess.run([sys.executable, "-c", START + code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_whoever_calls_it_is_noticed() -> None:
    tries = "import json, wave, json.tool.deep as deep\nfrom json import loads\nfrom wave import open as opened\n"
    tries += "calls = [json.loads, loads, deep.x.y, json, held.JSONDecoder]\n"
    tries += "print({fails(each) for each in calls}, fails(opened), len(told))"
    assert run(tries) == "{'json.*'} wave.* 6"


def test_what_was_loaded_is_empty_for_those_who_hold_it() -> None:
    assert run("print('JSONDecoder' in vars(held), function.__globals__.get('_default_decoder'))") == "False None"


def test_other_libraries_stay() -> None:
    assert run("import csv, decimal\nprint(decimal.Decimal('1.5') + 1)") == "2.5"
