"""Choose the model that the setting names. Nothing is imported or loaded before its first text."""

from pathlib import Path

from tidings.meaning.embedding import Meaning
from tidings.meaning.fastembed import FastembedMeaning
from tidings.meaning.use import UseMeaning

OFF = "off"
USE = "use"
FASTEMBED = "fastembed:"


def choose_meaning(model: str, cache: Path, folder: Path | None = None) -> Meaning | None:
    """Return the model of a setting that the configuration has checked: `off`, `use` or `fastembed:NAME`; None when it is off.

    `cache` is where a model is downloaded to, `folder` holds the files of one that is not to be downloaded.
    """
    if model == OFF:
        return None
    if model == USE:
        return UseMeaning()
    assert model.startswith(FASTEMBED), f"the configuration let {model!r} through"
    return FastembedMeaning(model.removeprefix(FASTEMBED), cache, folder)
