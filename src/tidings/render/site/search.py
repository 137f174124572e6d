"""Write what the search page reads: headlines and statements as one plain script, so that it works from a folder, too."""

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from tidings.render import words
from tidings.render.escape import STATEMENT_MAX, language_tag, plain
from tidings.render.site import Page, is_id
from tidings.render.site.views import headline
from tidings.stages.archive import Archive
from tidings.text.fold import tables

STATIC = ("site.css", "minisearch.js", "search.js", "MiniSearch-LICENSE.txt")


def assets(archive: Archive) -> Iterator[Page]:
    """Yield the files beside the pages: the style sheet, the search and its index."""
    for name in STATIC:
        yield Page(f"assets/{name}", name, lambda name=name: static(name))  # type: ignore[misc]  # a default binds the name
    yield Page("assets/search-index.js", (archive.stories, archive.developments), lambda: index(archive))


@cache
def static(name: str) -> str:
    """Return a file of ours that every site holds as it is."""
    return files("tidings.render.site").joinpath("static", name).read_text(encoding="utf-8")


def index(archive: Archive) -> str:
    """Return the index: stories as [id, headline, language], developments as [story, id, statement, language, publisher, day]."""
    places: dict[str, int] = {}
    stories: list[list[str]] = []
    developments: list[list[str | int]] = []
    for one in archive.developments:
        story = archive.stories.get(one.story_id)
        if story is None or not is_id(story.id) or not is_id(one.reported.development_id):
            continue
        if story.id not in places:
            places[story.id] = len(stories)
            stories.append([story.id, headline(story.title), language_tag(story.language)])
        shown = one.reported
        row = [
            plain(shown.statement, STATEMENT_MAX),
            language_tag(shown.language),
            plain(shown.publisher, 120),
            words.day(one.at.date(), 0),
        ]
        developments.append([places[story.id], shown.development_id, *row])
    letters, marks, digits = tables()
    content = {"fold": {"letters": letters, "marks": marks, "digits": digits}, "stories": stories, "developments": developments}
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    # Valid as a script and harmless in a page: no line separators of JavaScript's own, nothing that could end or open an element.
    for sign in "\u2028\u2029<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return f"window.TIDINGS_INDEX={text};\n"
