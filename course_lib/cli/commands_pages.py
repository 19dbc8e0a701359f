"""`course site` and `course slides`: options in, a few lines for the person who makes pages out."""

from argparse import Namespace
from pathlib import Path


def build_site(chosen: Namespace) -> int:
    """`course site [WEEK ...] [--out DIR] [--force]`"""
    import time

    from course_lib.site.build import build_site as build

    began = time.monotonic()
    folder, changed = build(Path(chosen.out) if chosen.out else None, chosen.names, chosen.force)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    print(f"{len(changed)} files changed in {time.monotonic() - began:.0f} s; the site has {size / 1e6:.1f} MB.")
    print(f"Open it in a browser: {(folder / 'index.html').resolve().as_uri()}")
    return 0


def build_slides(chosen: Namespace) -> int:
    """`course slides WEEK [--out DIR] [--serve]`"""
    from course_lib.slides.build import build_slides as build
    from course_lib.slides.serve import serve

    folder, parts = build(chosen.week, Path(chosen.out) if chosen.out else None)
    asked = sum(slide.kind == "exercise" for part in parts for slide in part.slides)
    print(f"{sum(len(part.slides) for part in parts)} slides, {asked} of them exercises with a timer.")
    print(f"Open them in a browser: {(folder / 'index.html').resolve().as_uri()}")
    print("Keys: S the speaker's notes, C code, T timer, I hint, D dark, Esc overview, ? all of them.")
    if chosen.serve:
        serve(folder)
    return 0
