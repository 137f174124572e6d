"""Doctor says whether translations are recognised."""

from dataclasses import replace
from pathlib import Path

import pytest
from fakes import feed, settings

from tidings.config.models import Meaning
from tidings.pipeline.doctor.finding import State
from tidings.pipeline.doctor.meaning import meaning_findings

WIRE, AJANS = "https://wire.example/rss", "https://ajans.example/rss"


@pytest.mark.parametrize(
    ("languages", "model", "state", "said"),
    [
        pytest.param(("en", "en"), "off", State.OK, "all feeds are in one language", id="one language"),
        pytest.param(("en", "tr"), "off", State.OK, "told again", id="two languages"),
        pytest.param(("en", "tr"), "fastembed:nobody/knows-this", State.FAULT, "fastembed", id="not installed"),
    ],
)
def test_what_doctor_says(tmp_path: Path, languages: tuple[str, str], model: str, state: State, said: str) -> None:
    """Off is no fault, and says what is lost; a model that is wanted and cannot be loaded is one."""
    one = settings(tmp_path, [feed(url, language=language) for url, language in zip((WIRE, AJANS), languages, strict=True)])
    [finding] = meaning_findings(replace(one, meaning=Meaning(model=model, folder="nowhere" if ":" in model else "")))
    assert finding.state is state
    assert said in finding.found
