"""Prove that a figure which another happening had by chance does not hide that this one's has changed."""

import pytest
from judged import COPY, JOINED, TODAY, Context, judge, said, verdict

from tidings.stages.novelty import Told, as_told

FOUR = "The fire at the Nairab mill in Saraqib killed 4 people, the rescue service of Idlib said."
SEVEN = FOUR.replace("4", "7")
ELSEWHERE = "The fire at the Binnish depot in Saraqib killed 7 people, the rescue service of Idlib said."


def known(*rows: tuple[str, str]) -> Told:
    found = Told()
    for number, (text, story) in enumerate(rows):
        found.add(as_told(said(text, number, f"old-{story}"), "en", story, f"dev-{number}", TODAY.isoformat()))
    return found


@pytest.mark.parametrize("context", [JOINED, COPY], ids=["own words", "copy"])
def test_the_same_toll_of_another_fire_hides_nothing(context: Context) -> None:
    """4 dead became 7 in the mill; that 7 died in the depot, too, does not say so."""
    assert verdict(judge(SEVEN, known((FOUR, "story"), (ELSEWHERE, "depot")), context)) == ("changed_figure", "figure")


def test_what_another_story_told_of_the_same_fire_is_told() -> None:
    """A second story under all the names of the sentence states its toll: nothing has changed."""
    assert verdict(judge(SEVEN, known((FOUR, "story"), (SEVEN, "second"))))[0] == "told"


def test_what_the_same_story_told_is_told() -> None:
    """The story itself told both tolls: the second is no news again."""
    assert verdict(judge(SEVEN, known((FOUR, "story"), (SEVEN, "story"), (ELSEWHERE, "depot"))))[0] == "told"
