"""Write an edition as one HTML page that mail programs and browsers show alike; nothing in it is loaded from elsewhere."""

from functools import cache

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from tidings.model import Edition
from tidings.render.columns import direction, isolated
from tidings.render.notes import CORRECTIONS_TITLE
from tidings.render.view import view
from tidings.render.words import subject


def to_html(edition: Edition) -> str:
    """Return the page: styles inline, a dark variant in one style block, everything from outside escaped."""
    page = _template().render(edition=view(edition), subject=subject(edition), corrections_title=CORRECTIONS_TITLE)
    return _inliner().inline(page) + "\n"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("tidings", "render/templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # Gmail and Outlook drop <bdi> and dir="auto"; Unicode's isolates and an explicit direction they keep.
    environment.filters |= {"isolated": isolated, "direction": direction}
    return environment


@cache
def _template() -> Template:
    return _environment().get_template("edition.html.j2")


@cache
def _inliner() -> css_inline.CSSInliner:
    """Write edition.css into the elements; the style block in the page (screen width, dark) stays as it is."""
    style = _environment().get_template("edition.css").render()
    return css_inline.CSSInliner(extra_css=style, keep_style_tags=True, load_remote_stylesheets=False, minify_css=True)
