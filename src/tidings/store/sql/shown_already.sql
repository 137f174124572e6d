-- In a published file every link and line went through the macros of shown.sql when it was written: nothing is left to hide.
CREATE OR REPLACE MACRO core.shown_url(url) AS url;
CREATE OR REPLACE MACRO core.shown_text(line) AS line;

-- As in derived.sql.
CREATE OR REPLACE MACRO core.borrowed(mean_score) AS coalesce(round(mean_score, 6) > 0.55, false);
CREATE OR REPLACE MACRO core.loose(story_score) AS coalesce(story_score < 0.43, false);
