"""Make the messages of an edition for Slack: parts for a webhook, an overview and a message a story for a bot."""

from tidings.channels import slack
from tidings.model import Edition, Id, Recipient
from tidings.render.slack import to_slack
from tidings.render.slack_threads import to_threads
from tidings.store import threads
from tidings.store.database import Connection


def threads_of(connection: Connection, recipient: Recipient, edition: Edition) -> frozenset[Id] | None:
    """Return the stories of an edition that the recipient's channel has a thread for; None where it has no threads at all."""
    if recipient.channel != "slack" or slack.is_webhook(recipient.address):
        return None
    return threads.threaded(connection, recipient.name, {story.story_id for story in edition.stories})


def slack_messages(edition: Edition, threaded: frozenset[Id] | None) -> tuple[tuple[bytes, Id], ...]:
    """Return the messages in order: their bytes, and the story that each is about ("" where it is about none)."""
    messages = to_slack(edition) if threaded is None else to_threads(edition, threaded)
    return tuple((slack.build(one.text, one.blocks, broadcast=one.broadcast), one.story_id) for one in messages)
