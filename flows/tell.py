"""Tell Prefect how a run went: one line in its log, one artifact, one final state."""

from prefect import State, get_run_logger
from prefect.artifacts import create_markdown_artifact
from prefect.states import Completed, Failed

from flows.words import Words, to_markdown


def tell(flow: str, words: Words) -> State[None]:
    """Log the line, keep the report as the artifact `tidings-<flow>`, and return the state in which the run ends."""
    logger = get_run_logger()
    (logger.error if words.failed else logger.info)("%s", words.line)
    create_markdown_artifact(to_markdown(words), key=f"tidings-{flow}", description=f"Report of the last {flow}")
    return Failed(message=words.line) if words.failed else Completed(message=words.line)
