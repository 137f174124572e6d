"""Find the configuration that comes with the program: `tidings init` copies it, the demo takes its topics and seeds."""

from importlib.resources import files
from pathlib import Path


def delivered_folder() -> Path:
    """Return the folder of the delivered configuration: inside an installed package, or beside `src` in a checkout."""
    packaged = Path(str(files("tidings"))) / "_config"
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[3] / "config"
