"""Ask the channels whether they would take a message, and send none."""

from collections.abc import Iterator

from tidings.channels import email, slack
from tidings.config import Settings
from tidings.model import Recipient
from tidings.pipeline.doctor.files import channel_finding
from tidings.pipeline.doctor.finding import Finding, fault, ok, warning

_STEPS = {
    "connecting": "check `host` and `port` in channels.toml, and that a firewall lets us out",
    "AUTH": "check the user and the password that channels.toml names; some servers want a password for programs",
    "STARTTLS": 'set `security = "tls"` and its port (465), if that is what the server offers',
    "MAIL": "let the server accept the address in `from` for this user",
}


def channel_findings(settings: Settings) -> Iterator[Finding]:
    """Check the folder for files, the mail server, and Slack for each recipient there."""
    if any(recipient.channel == "file" for recipient in settings.recipients):
        yield channel_finding(settings.data)
    mail = settings.email
    if mail is not None:
        yield mail_finding(email.Server(mail.host, mail.port, mail.security, mail.sender, mail.user, mail.password, mail.timeout_s))
        if not any(recipient.channel == "email" for recipient in settings.recipients):
            yield warning("mail", "a server is configured, and nobody gets mail", "add a [[recipient]], or remove the table [email]")
    workspace = slack.Workspace(settings.slack.token, settings.slack.api, settings.slack.timeout_s)
    for recipient in settings.recipients:
        if recipient.channel == "slack":
            yield slack_finding(workspace, recipient)


def mail_finding(server: email.Server) -> Finding:
    """Log in at the mail server and go no further."""
    checked = email.check(server)
    subject = f"{server.host}:{server.port}"
    if checked.ok:
        return ok("mail", checked.said, subject)
    step = checked.said.partition(":")[0]
    return fault("mail", checked.said, _STEPS.get(step, "check the table [email] of channels.toml, and the server's own log"), subject)


def slack_finding(workspace: slack.Workspace, recipient: Recipient) -> Finding:
    """Ask Slack what can be known without posting."""
    checked = slack.check(workspace, recipient.address)
    if checked.ok:
        return ok("slack", checked.said, recipient.name)
    if checked.said.startswith(slack.IN_TROUBLE):
        return fault("slack", checked.said, "try again later; status.slack.com says how Slack is", recipient.name)
    to_do = "check the token of [slack], and this recipient's channel or webhook, in channels.toml; invite the app to the channel"
    return fault("slack", checked.said, to_do, recipient.name)
