"""The font of formulas, cut down to what formulas use: python -m course_lib.site.mathfont STIXTwoMath-Regular.ttf

`pages/math.woff2` was made by this from STIX Two Math 2.11 (SIL Open Font License 1.1, in math-OFL.txt), which
lies in the package ziamath 0.13. Needs fonttools, which matplotlib brings, and brotli.
"""

import sys
from pathlib import Path
from typing import Any

ROOT = 0x221A

RANGES = (
    (0x20, 0x7E),  # Latin
    (0xA0, 0xFF),
    (0x300, 0x315),  # accents
    (0x391, 0x3F6),  # Greek
    (0x2010, 0x2063),  # dashes, dots, primes, bars
    (0x20D0, 0x20D7),
    (0x2102, 0x2137),  # number sets, script, ell, aleph
    (0x2190, 0x21D5),  # arrows
    (0x2200, 0x22FF),  # operators, the root among them
    (0x2308, 0x230B),
    (0x23DC, 0x23DF),  # braces above and below
    (0x27E6, 0x27EB),
    (0x27F5, 0x27FA),
    (0x2A00, 0x2A06),
    (0x2A7D, 0x2AB0),
    (0x1D400, 0x1D503),  # bold, italic, script
    (0x1D538, 0x1D56B),  # double-struck
    (0x1D6A8, 0x1D71B),  # Greek, bold and italic
)


def cut_down(font: Path, out: Path) -> int:
    """Write the glyphs of RANGES, with the tables that make brackets and roots grow. -> bytes written"""
    from fontTools import subset

    options = subset.Options()
    options.flavor, options.hinting, options.layout_features = "woff2", False, ["ssty", "dtls", "flac"]
    loaded = subset.load_font(str(font), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
    cutter.subset(loaded)
    narrow_roots(loaded)
    subset.save_font(loaded, str(out), options)
    return out.stat().st_size


def narrow_roots(font: Any) -> None:
    """Make every size of the root sign as wide as the smallest: Chromium leaves room for the widest behind each."""
    from fontTools.pens.transformPen import TransformPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    variants, name = font["MATH"].table.MathVariants, font.getBestCmap()[ROOT]
    sizes = variants.VertGlyphConstruction[variants.VertGlyphCoverage.glyphs.index(name)]
    names = {each.VariantGlyph for each in sizes.MathGlyphVariantRecord}
    names |= {each.glyph for each in sizes.GlyphAssembly.PartRecords}
    width, shapes = font["hmtx"][name][0], font.getGlyphSet()
    for each in names:
        wide, left = font["hmtx"][each]
        if wide > width:
            pen = TTGlyphPen(None)
            shapes[each].draw(TransformPen(pen, (width / wide, 0, 0, 1, 0, 0)))
            font["glyf"][each] = pen.glyph()
            font["glyf"][each].recalcBounds(font["glyf"])
            font["hmtx"][each] = (width, round(left * width / wide))


if __name__ == "__main__":
    here = Path(__file__).parent / "pages" / "math.woff2"
    print(f"{cut_down(Path(sys.argv[1]), here)} bytes in {here.name}")
