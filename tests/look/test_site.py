"""The archive site as a person sees it: axe-core finds nothing, nothing is wider than the screen, in light and dark."""

import pytest
from archives import SAID, archive

from tidings.pipeline.site_files import write_pages
from tidings.render.site.pages import Site
from tidings.render.site.search import assets

pytestmark = pytest.mark.slow

FLOOD = {
    language: (title, tuple(f"{statement} ({number})" for statement in said for number in range(24)))
    for language, (title, said) in SAID.items()
}
ARCHIVES = {"quiet": ({}, 1), "normal": (SAID, 3), "flood": (FLOOD, 1)}
JUDGED = {(360, False), (1200, True)}  # by axe-core, which takes seconds a page: colours of both schemes, the narrow and the wide layout
PAGES = ("index.html", "search.html#q=idlib", "editions/index.html", "editions/*-*.html", "topics/idlib.html", "stories/*.html")


@pytest.fixture(scope="module", params=ARCHIVES)
def pages(request, tmp_path_factory):
    """Write a site of one kind of day and give one page of each kind."""
    said, days = ARCHIVES[request.param]
    made, folder = archive(said, days=days), tmp_path_factory.mktemp("site")
    write_pages(folder, (*Site(made, "UTC").pages(), *assets(made)), "1", "")
    return [found for pattern in PAGES for found in sorted(folder.glob(pattern.partition("#")[0]))[:1]]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1200])
def test_everybody_can_read_it(tab, violations, pages, width, dark):
    """On a phone, a tablet and a desk, in light and dark, no page is wider than the screen or asks for anything; axe-core finds nothing wrong."""
    assert len(pages) >= 4
    for page in pages:
        tab.open(page, width, dark=dark)
        if (width, dark) in JUDGED:
            assert violations(tab) == {}, page
        assert tab.run("document.documentElement.scrollWidth") <= width, page
        assert all(url.startswith("file://") for url in tab.asked), page
