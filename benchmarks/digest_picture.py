"""Make docs/images/digest.png: the top of the sample week's second edition, as headless Chromium shows it.

Usage: python benchmarks/digest_picture.py [OUT]
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tidings.demo.show import show_week
from tidings.render import to_html

WIDTH, HEIGHT = 720, 1250


def main() -> None:
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/images/digest.png")
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        sys.exit("chromium is not installed (apt.txt)")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "digest.html"
        page.write_text(to_html(show_week(Path(folder) / "week").editions[-1]), encoding="utf-8")
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
        flags += ["--disable-component-update", "--disable-sync", "--hide-scrollbars", f"--user-data-dir={folder}/profile"]
        command = [browser, *flags, f"--window-size={WIDTH},{HEIGHT}", f"--screenshot={out.absolute()}", page.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    print(f"{out}: {out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
