"""Cuts Literata for the site: one file for each script and style, its weight variable from 400 to 700.

    python3 style/fonts/cut.py <the package's files> style/fonts
"""

import io
import sys

from fontTools.subset import Options, Subsetter, save_font
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

source, out = sys.argv[1:]
for script in ["latin", "latin-ext", "greek", "cyrillic"]:
    for style, ending in [("normal", ""), ("italic", "-italic")]:
        font = TTFont(f"{source}/literata-{script}-wght-{style}.woff2")
        font = instancer.instantiateVariableFont(font, {"wght": (400, 400, 700)})
        # Written and read again: the instancer leaves glyphs that do not vary out of a table that the subsetter asks.
        font.flavor = None
        whole = io.BytesIO()
        font.save(whole)
        whole.seek(0)
        font = TTFont(whole)
        options = Options()
        options.flavor = "woff2"
        options.hinting = False
        options.layout_features = ["ccmp", "kern", "liga", "locl", "mark", "mkmk", "rvrn"]
        # The copyright and the licence stay.
        options.name_IDs = [0, 1, 2, 3, 4, 6, 13, 14]
        options.notdef_outline = True
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=list(font.getBestCmap()))
        subsetter.subset(font)
        save_font(font, f"{out}/literata-{script}{ending}.woff2", options)
