"""The archives of pictures with masks: brain tissue and cell nuclei. `catalogue` lists them with all the others."""

from course_lib.data.archive import Archive

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
