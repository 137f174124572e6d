"""Load the templates of the archive site: whatever is not marked as safe is escaped."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template


@cache
def template(name: str) -> Template:
    """Return the template `site/<name>.html.j2`."""
    return _environment().get_template(f"site/{name}.html.j2")


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("tidings", "render/templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
