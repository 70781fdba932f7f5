"""Make the fonts that ship with the product from the original TrueType files.

    python resources/fonts/subset_fonts.py FOLDER_OF_ORIGINALS [OUT]

FOLDER_OF_ORIGINALS is searched at any depth for ``Inter_400Regular.ttf``, ``NotoSansSC_700Bold.ttf`` and so on,
the file names of the npm packages ``@expo-google-fonts/inter`` and ``@expo-google-fonts/noto-sans-sc``, and for
their ``LICENSE_FONT`` files. Both families are under the SIL Open Font License 1.1, which stands beside the fonts.

Inter is copied unchanged: it is small, and its features ``tnum`` (digits of one width) and ``zero`` (slashed zero)
are needed. Noto Sans SC is cut down to GBK, whose 21,000 characters imported data may hold, in three weights (Qt
takes the nearest for 600 and 800). Every weight holds the same characters: for one that a weight lacks, Qt does not
look in the other weights of the family. All outlines are quadratic (``glyf``): reportlab embeds no others.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from fontTools import subset

INTER_WEIGHTS = ("400Regular", "500Medium", "600SemiBold", "700Bold", "800ExtraBold")
NOTO_WEIGHTS = ("400Regular", "500Medium", "700Bold")
LATIN = range(0x20, 0x250)
SIGNS = "→←↑↓·•①②③④⑤⑥⑦⑧⑨⑩–—…‘’“”„≠≤≥≈×÷±✓✗✕↵⏎¥￥€£°℃‰№■□▲△▼▽●○◆◇★☆─│┌┐└┘├┤┬┴┼▶◀"
KEPT_FEATURES = ["ccmp", "kern", "locl", "mark", "mkmk"]


def gbk_characters() -> set[int]:
    """Code points of GBK's two-byte part (21,791)."""
    found: set[int] = set()
    for first in range(0x81, 0xFF):
        for second in range(0x40, 0xFF):
            try:
                text = bytes((first, second)).decode("gbk")
            except UnicodeDecodeError:
                continue
            found.update(ord(letter) for letter in text)
    return found


def cut(source: Path, target: Path, code_points: set[int]) -> None:
    """Write `source` to `target` with nothing but the glyphs of `code_points`; the same input gives the same bytes."""
    options = subset.Options(
        layout_features=KEPT_FEATURES,
        hinting=False,
        notdef_outline=True,
        name_IDs=["*"],
        recalc_timestamp=False,
    )
    font = subset.load_font(str(source), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=code_points)
    cutter.subset(font)
    subset.save_font(font, str(target), options)


def find(folder: Path, name: str) -> Path:
    """The file `name` somewhere below `folder`; raises FileNotFoundError when there is none."""
    for path in sorted(folder.rglob(name)):
        return path
    raise FileNotFoundError(f"{name} is not below {folder}")


def make(folder: Path, out: Path) -> list[Path]:
    """Write all fonts and licences to `out` and return the font files."""
    out.mkdir(parents=True, exist_ok=True)
    wanted = set(LATIN) | {ord(sign) for sign in SIGNS} | gbk_characters()
    made: list[Path] = []
    for weight in INTER_WEIGHTS:
        made.append(out / f"Inter-{weight[3:]}.ttf")
        shutil.copyfile(find(folder, f"Inter_{weight}.ttf"), made[-1])
    for weight in NOTO_WEIGHTS:
        made.append(out / f"NotoSansSC-{weight[3:]}.ttf")
        cut(find(folder, f"NotoSansSC_{weight}.ttf"), made[-1], wanted)
    for family, licence in (("Inter", "OFL-Inter.txt"), ("NotoSansSC", "OFL-NotoSansSC.txt")):
        original = find(folder, f"{family}_400Regular.ttf")
        shutil.copyfile(original.parent.parent / "LICENSE_FONT", out / licence)
    return made


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    target = Path(sys.argv[2]) if len(sys.argv) == 3 else Path(__file__).resolve().parent
    for written in make(Path(sys.argv[1]), target):
        print(f"{written.name}  {written.stat().st_size / 1e6:.2f} MB")
