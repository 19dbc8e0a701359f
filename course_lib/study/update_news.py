"""`course update` in words: what came, what differs from a learner's copy, and what to do about it."""

from pathlib import Path

from course_lib import __version__
from course_lib.lab import work_folder
from course_lib.lab.work_folder import Step
from course_lib.study.changes import in_words

ADVICE = (
    "Nothing presses: your own notebook goes on working. To change over, open the new one, copy your answers into it, "
    "and rename or delete the old one. To stay, delete the new one; you are asked again when another version comes."
)
RELOAD = "If one that was brought up to date is open in JupyterLab: File, Reload Notebook from Disk."


def update(source: Path, home: Path, dry_run: bool = False) -> list[str]:
    """Bring the folder up to date, or with `dry_run` say what would happen; a line each.

    Raises CourseError when it cannot be done; the old files are then whole.
    """
    steps = [step for step in work_folder.plan(source, home) if step.action != "note"]
    news = {step.name: differences(step, source, home) for step in steps}
    waiting = offered_before(home, {step.name for step in steps})
    said = [step.says() for step in steps] if dry_run else work_folder.update(source, home)
    if said:
        lines = [f"{'This would happen' if dry_run else 'Done'} in {home}, course {__version__}:"]
    else:
        lines = [f"Your folder {home} is up to date with course {__version__}."]
    for line in said:
        lines.append(f"- {line}")
        lines += [f"    {each}" for each in news.get(line.partition(" ")[0], [])]
    advice = [ADVICE] if waiting or any(step.action == "beside" for step in steps) else []
    if not dry_run and any(step.action == "replace" for step in steps):
        advice.append(RELOAD)
    return [*lines, *waiting, *advice]


def offered_before(home: Path, without: set[str]) -> list[str]:
    """New versions that an earlier update, or `course lab`, laid beside a copy and that still lie there."""
    lines = []
    for name, entry in sorted(work_folder.read_manifest(home).items()):
        mine, offer = home / name, (entry.get("beside") or {}).get("name", "")
        if name in without or not offer or not mine.is_file() or not (mine.parent / offer).is_file():
            continue
        if found := in_words(mine.read_bytes(), (mine.parent / offer).read_bytes(), entry.get("cells", {})):
            lines += [f"- beside your {name} lies {offer}, with this difference:", *(f"    {each}" for each in found)]
    return lines


def differences(step: Step, source: Path, home: Path) -> list[str]:
    """What is new in a notebook that gets a new version; nothing for one that only arrives."""
    if step.action not in ("beside", "replace") or not step.name.endswith(".ipynb"):
        return []
    delivered = work_folder.read_manifest(home).get(step.name, {}).get("cells", {})
    return in_words((home / step.name).read_bytes(), (source / step.name).read_bytes(), delivered)
