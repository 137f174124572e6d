"""Hold the bounds that `tidings why` names beside a score, apart from the stages that decide by them.

Whoever shows a decision needs the number, not the stage: its lists of words take longer to load than the answer to find.
"""

# Chosen with benchmarks/tune_copies.py on TIDINGS_DATA/copies (all files there: development data): 99 % of the pairs called copies are
# exact, near or rewrite from 0.76 on; here, a little above, 0.4 % of own reports of the same event are called copies, and 88 % of copies.
DUPLICATE_SCORE_MIN = 0.85
# benchmarks/tune_stories.py on TIDINGS_DATA/stories (ecbplus and allsides, development data, four orders each), as are the
# weights in stages/stories.py: F1 0.863 at 0.285 and 0.856 at 0.30. Chosen at the careful end: a wrong join makes a false heading and a false confirmation,
# and in the sample week two talks of one minister, days apart, are parted from 0.30 only.
SAME_STORY_MIN = 0.30
# benchmarks/tune_novelty.py on TIDINGS_DATA/novelty/background_* (development data): here 1.7 % of new updates are lost, and 16 % of retold
# ones come again; at 0.46 it is 2.6 % and 13 %, at 0.54 1.4 % and 18 %. Nothing lost is the first promise, so the dear error decides.
TOLD_MIN = 0.50
# The same script and data: what resembles something told more than a week before is mostly the same act done again. With this bound
# for it 1.1 instead of 1.7 % of new updates are lost, and 15.4 instead of 13.6 % of what is background comes again; from 3 days on it
# would be 16.4 %, and no more would be saved.
LATER_MIN = 0.60
LATER_DAYS = 7
# benchmarks/tune_stories.py on TIDINGS_DATA/stories: from this score with its story on, an article counts as another report of the same
# happening: it joined the right story in 0.99 of the cases in either file, and of what opens a story 2.7 % reach it (at 0.29: 11 %).
# (Also in views.sql.)
CONFIRM_MIN = 0.43


def told_min(days: int) -> float:
    """Return the score from which a sentence counts as told, so many days after the told one that is most like it."""
    return LATER_MIN if days > LATER_DAYS else TOLD_MIN


def loose(story_score: float | None) -> bool:
    """Tell whether an article joined its story too loosely to count as another report of the same happening; None: not known."""
    return story_score is not None and story_score < CONFIRM_MIN
