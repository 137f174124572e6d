"""Make the pictures of the README, as headless Chromium shows the sample week: its second edition on a desk and on a phone at night, and its site.

Usage: python benchmarks/digest_picture.py [FOLDER]     (docs/images is the default)
"""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))  # the browser that the tests look with
from browser import CHROMIUM, browse

from tidings.config import load
from tidings.demo.show import show_week
from tidings.pipeline.site import write_site
from tidings.render.html import to_html


def main() -> None:
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/images")
    if CHROMIUM is None:
        sys.exit("chromium is not installed (apt.txt)")
    with tempfile.TemporaryDirectory() as name, browse(Path(name) / "browser") as tab:
        folder = Path(name)
        page = folder / "digest.html"
        page.write_text(to_html(show_week(folder / "week").editions[-1]), encoding="utf-8")
        write_site(load(folder / "week" / "config", {}), folder / "site")
        for picture, shown, width, height, dark in (
            ("digest", page, 720, 1080, False),
            ("digest-phone", page, 360, 1250, True),
            ("site", folder / "site" / "topics" / "idlib.html", 720, 1250, False),
        ):
            tab.open(shown, width, dark=dark)
            tab.shoot(out / f"{picture}.png", height)
            print(f"{out / picture}.png: {(out / picture).with_suffix('.png').stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
