"""Say whether translations are recognised, and why not."""

from collections.abc import Iterator

from tidings.config import Settings
from tidings.errors import MeaningError
from tidings.pipeline.doctor.finding import Finding, fault, ok
from tidings.pipeline.meaning import chosen, what_is_lost


def meaning_findings(settings: Settings) -> Iterator[Finding]:
    """Load the configured model and say what it is, or what is lost without one. A model that is downloaded is downloaded here."""
    model = chosen(settings)
    if model is None:
        lost = what_is_lost(settings)
        yield ok("meaning", f"{lost[0]}: what they repeat is told again" if lost else "off; all feeds are in one language")
        return
    try:
        model.embed(["one"])
    except MeaningError as error:
        yield fault("meaning", str(error), "runs go on, but tell translations as news: install it, or set meaning.model to off")
    else:
        yield ok("meaning", f"{model.name}: translations are recognised")
