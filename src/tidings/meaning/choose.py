"""Choose the model that the setting names. Nothing is imported or loaded before its first text."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tidings.meaning.embedding import Meaning

OFF = "off"
USE = "use"
FASTEMBED = "fastembed:"


def choose_meaning(model: str, cache: Path, folder: Path | None = None) -> "Meaning | None":
    """Return the model of a setting that the configuration has checked: `off`, `use` or `fastembed:NAME`; None when it is off.

    `cache` is where a model is downloaded to, `folder` holds the files of one that is not to be downloaded.
    """
    if model == OFF:
        return None
    # They bring numpy, which a run that compares nothing by meaning does without.
    from tidings.meaning.fastembed import FastembedMeaning  # noqa: PLC0415
    from tidings.meaning.use import UseMeaning  # noqa: PLC0415

    if model == USE:
        return UseMeaning()
    assert model.startswith(FASTEMBED), f"the configuration let {model!r} through"
    return FastembedMeaning(model.removeprefix(FASTEMBED), cache, folder)
