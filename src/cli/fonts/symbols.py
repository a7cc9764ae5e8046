"""Makes symbols.ttf: the few characters of pictures that Roboto lacks. Usage: python3 symbols.py, with fonttools installed."""
from math import cos, radians, sin
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

EM, WIDTH, STROKE, MIDDLE = 1000, 600, 74, 365


def stroke(pen, points):
    """Draws a line of the usual thickness between points, with a round enough joint at each."""
    for (x1, y1), (x2, y2) in zip(points, points[1:]):
        length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
        dx, dy = (x2 - x1) / length * STROKE / 2, (y2 - y1) / length * STROKE / 2
        corners = [(x1 - dy, y1 + dx), (x2 - dy, y2 + dx), (x2 + dy, y2 - dx), (x1 + dy, y1 - dx)]
        polygon(pen, corners)
    for x, y in points:
        polygon(pen, [(x + STROKE / 2 * cos(radians(a)), y - STROKE / 2 * sin(radians(a))) for a in range(0, 360, 45)])


def polygon(pen, points):
    (first, *others) = [(round(x), round(y)) for x, y in points]
    pen.moveTo(first)
    for point in others:
        pen.lineTo(point)
    pen.closePath()


def arc(start, end):
    return [(300 + 200 * cos(radians(a)), MIDDLE + 200 * sin(radians(a))) for a in range(start, end - 1, -15)]


SHAPES = {
    "→": [[(60, MIDDLE), (530, MIDDLE)], [(370, MIDDLE + 160), (535, MIDDLE), (370, MIDDLE - 160)]],
    "←": [[(70, MIDDLE), (540, MIDDLE)], [(230, MIDDLE + 160), (65, MIDDLE), (230, MIDDLE - 160)]],
    "≤": [[(500, 600), (100, 410), (500, 220)], [(100, 90), (500, 90)]],
    "✓": [[(80, 360), (240, 180), (520, 600)]],
    "✗": [[(110, 170), (490, 590)], [(110, 590), (490, 170)]],
    "↻": [arc(50, -250), [(430, 690), (428, 518), (260, 540)]],
}

glyphs, names = {".notdef": TTGlyphPen(None).glyph()}, {}
for character, lines in SHAPES.items():
    pen = TTGlyphPen(None)
    for line in lines:
        stroke(pen, line)
    name = f"uni{ord(character):04X}"
    glyphs[name], names[ord(character)] = pen.glyph(), name

font = FontBuilder(EM, isTTF=True)
font.setupGlyphOrder(list(glyphs))
font.setupCharacterMap(names)
font.setupGlyf(glyphs)
font.setupHorizontalMetrics({name: (WIDTH, 0) for name in glyphs})
font.setupHorizontalHeader(ascent=900, descent=-200)
font.setupNameTable({"familyName": "Ordinal Symbols", "styleName": "Regular", "fullName": "Ordinal Symbols", "psName": "OrdinalSymbols-Regular"})
font.setupOS2(sTypoAscender=900, sTypoDescender=-200, usWinAscent=900, usWinDescent=200)
font.setupPost()
font.font["head"].created = font.font["head"].modified = 3_700_000_000  # so that it is the same each time
font.font.recalcTimestamp = False
font.save(Path(__file__).with_name("symbols.ttf"))
