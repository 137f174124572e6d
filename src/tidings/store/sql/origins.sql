-- What counts as an origin of a story, in the words of tidings.stages.novelty.

-- Whether an article only repeats told sentences: the mean coverage of its own by told ones (novelty.OWN_WORDS_MAX).
CREATE OR REPLACE MACRO core.borrowed(mean_score) AS coalesce(round(mean_score, 6) > 0.55, false);

-- Whether an article joined its story too loosely to count as another report of the same happening (bounds.CONFIRM_MIN).
CREATE OR REPLACE MACRO core.loose(story_score) AS coalesce(story_score < 0.43, false);
