"""Choose what compares statements by meaning, as the configuration says, and say what is lost without it.

numpy, and what works with vectors (`comparison`), are imported only where a model is chosen: a run without takes 10 MB less.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from tidings.config import Settings
from tidings.errors import MeaningError
from tidings.meaning.choose import choose_meaning
from tidings.store.database import Connection

if TYPE_CHECKING:
    from tidings.meaning.embedding import Meaning
    from tidings.pipeline.comparison import Comparison

MODELS = "models"  # the folder in the data folder that a model is downloaded to


def open_comparison(
    settings: Settings, connection: Connection, now: datetime, notes: list[str], model: "Meaning | None" = None
) -> "Comparison | None":
    """Load the model (the configured one, unless it is given) and the vectors of what was told.

    None when it is off or not to be had, which `notes` then says: the run goes on without.
    """
    model = model or chosen(settings)
    if model is None:
        notes.extend(what_is_lost(settings))
        return None
    from tidings.pipeline.comparison import load_comparison  # noqa: PLC0415 - see above

    try:
        return load_comparison(connection, model, now)
    except MeaningError as error:
        notes.append(f"translations are not recognised: {error}")
        return None


def chosen(settings: Settings) -> "Meaning | None":
    """Return the model of the configuration; None when it is off."""
    folder = settings.folder.parent / settings.meaning.folder if settings.meaning.folder else None
    return choose_meaning(settings.meaning.model, settings.data / MODELS, folder)


def what_is_lost(settings: Settings) -> list[str]:
    """Say what is lost while the component is off: nothing, where all feeds and seeds are in one language."""
    languages = {feed.language for feed in settings.feeds if feed.language} | {seed.language for seed in settings.seeds}
    if len(languages) < 2:
        return []
    return [f"translations are not recognised: meaning is off, and feeds are in {len(languages)} languages"]
