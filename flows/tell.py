"""Tell Prefect how a run went: one line in its log, artifacts, one final state. Nothing else of a run is kept there."""

from collections.abc import Mapping, Sequence
from typing import Any

from prefect import State, get_run_logger
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.states import Completed, Failed

from flows.words import Words, health_table, to_markdown


def tell(flow: str, words: Words) -> State[None]:
    """Log the line, keep the report as the artifact `tidings-<flow>`, and return the state in which the run ends."""
    logger = get_run_logger()
    (logger.error if words.failed else logger.info)("%s", words.line)
    create_markdown_artifact(to_markdown(words), key=f"tidings-{flow}", description=f"Report of the last {flow}")
    return Failed(message=words.line) if words.failed else Completed(message=words.line)


def keep_edition(recipient: str, text: str) -> None:
    """Keep an edition's Markdown, in which all text from outside is escaped, as the artifact `tidings-edition-<recipient>`."""
    key = f"tidings-edition-{recipient.replace('_', '-')}"  # a key has lower case, digits and dashes
    create_markdown_artifact(text, key=key, description=f"Last edition for {recipient}")


def keep_health(rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep how the feeds do as the artifact `tidings-feeds`."""
    table = health_table(rows)
    create_table_artifact(table, key="tidings-feeds", description=f"Health of the feeds, the gravest first: {len(table)} of {len(rows)}")
