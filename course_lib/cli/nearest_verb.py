"""What `course` says to a word it does not know: the nearest one it does."""

import argparse
import difflib
import re
from typing import NoReturn


class KindParser(argparse.ArgumentParser):
    """argparse's own, but a mistyped verb is told the nearest verb instead of all of them."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and leave with 2."""
        unknown = re.match(r"argument VERB: invalid choice: '(.*?)' \(choose from (.*)\)$", message)
        if unknown is None:
            super().error(message)
        asked, verbs = unknown[1], re.findall(r"[\w-]+", unknown[2])
        near = difflib.get_close_matches(asked, verbs, n=1, cutoff=0.5)
        meant = f"did you mean `{self.prog} {near[0]}`? " if near else ""
        self.exit(2, f"{self.prog}: there is no verb {asked!r}; {meant}`{self.prog} --help` lists all.\n")
