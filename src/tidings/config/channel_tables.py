"""The shape of channels.toml: how digests reach their readers, who gets what, and when."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from tidings.config import checks
from tidings.config.values import Address, Days, EnvName, Language, Name, Quiet, SlackApi, SlackChannel, Table, Times, TimeZone, WhenEmpty


class EmailTable(Table):
    """The mail server that sends the digests."""

    host: Annotated[str, AfterValidator(checks.mail_host)] = Field(description="name of the SMTP server")
    port: int = Field(default=587, ge=1, le=65_535, description="its port")
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="how the connection is protected; none only on this machine"
    )
    from_: Address = Field(alias="from", description="sender address")
    user_env: EnvName | None = Field(default=None, description="variable of the environment that holds the user name")
    user_file: str | None = Field(default=None, description="file that holds the user name, relative to the configuration folder")
    password_env: EnvName | None = Field(default=None, description="variable of the environment that holds the password")
    password_file: str | None = Field(default=None, description="file that holds the password, relative to the configuration folder")
    timeout_s: float = Field(
        default=30,
        gt=0,
        le=600,
        description="longest time for the whole conversation up to the message; for the answer to the message ten times as long, at most 600",
    )
    when_uncertain: Literal["repeat", "hold"] = Field(
        default="repeat",
        description="what becomes of a mail to which no answer came: repeat sends the same bytes once more, hold leaves it to a person",
    )
    unsubscribe: Address | None = Field(default=None, description="address that List-Unsubscribe names; `from` where it is left out")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.security == "none" and self.host not in ("localhost", "127.0.0.1", "::1"):
            raise checks.wrong('security "starttls" or "tls": "none" is only for a server on this machine')
        if self.port == 465 and self.security == "starttls":
            raise checks.wrong('security = "tls" at port 465: that port speaks TLS from the first byte')
        if (self.user_env and self.user_file) or (self.password_env and self.password_file):
            raise checks.wrong("either the *_env key or the *_file key, not both")
        if bool(self.user_env or self.user_file) != bool(self.password_env or self.password_file):
            raise checks.wrong("a user and a password, or neither")
        return self


class SlackTable(Table):
    """The way to Slack: a bot's token for recipients with a `slack_channel`; those with a webhook need no token."""

    token_env: EnvName | None = Field(default=None, description="variable of the environment that holds the bot's token")
    token_file: str | None = Field(default=None, description="file that holds the bot's token, relative to the configuration folder")
    api: SlackApi = Field(default="https://slack.com/api", description="base of the API; https://slack-gov.com/api for GovSlack")
    timeout_s: float = Field(default=30, gt=0, le=600, description="longest time for one message, connecting included")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.token_env and self.token_file:
            raise checks.wrong("either token_env or token_file, not both")
        return self


class AlertTable(Table):
    """What a recipient is told at once, between two editions."""

    origins: int | None = Field(default=None, ge=2, le=100, description="independent origins of a new story, at least")
    toll: int | None = Field(default=None, ge=1, le=10_000_000, description="people killed, at least, by a new or changed figure")
    a_day_max: int = Field(default=6, ge=1, le=96, description="alerts in any 24 hours; what is beyond waits for the edition")

    @model_validator(mode="after")
    def _says_when(self) -> Self:
        if self.origins is None and self.toll is None:
            raise checks.wrong("origins, toll, or both; or no table [recipient.alert] where there are to be no alerts")
        return self


class RecipientTable(Table):
    """One reader of digests."""

    name: Name = Field(description="short name; the store and the reports show it instead of the address")
    channel: Literal["email", "slack", "file"] = Field(description="how the digest reaches the reader")
    address: Address | None = Field(default=None, description="mail address (email only)")
    address_env: EnvName | None = Field(default=None, description="variable of the environment that holds the mail address (email only)")
    webhook_env: EnvName | None = Field(
        default=None, description="variable of the environment that holds the URL of an incoming webhook (slack only)"
    )
    webhook_file: str | None = Field(
        default=None, description="file that holds the URL of an incoming webhook, relative to the configuration folder (slack only)"
    )
    slack_channel: SlackChannel | None = Field(
        default=None, description="id of a channel that the bot of [slack] posts to (slack only, instead of a webhook)"
    )
    topics: list[Name] | None = Field(default=None, min_length=1, description="topics wanted; all where it is left out")
    languages: list[Language] | None = Field(
        default=None, min_length=1, description="languages wanted: what is told in others is only counted; all where it is left out"
    )
    at: Times | None = Field(default=None, description="time of day, or a list of them; digest.at where it is left out")
    days: Days | None = Field(default=None, description="weekdays, or one of them; digest.days where it is left out")
    time_zone: TimeZone | None = Field(default=None, description="time zone; digest.time_zone where it is left out")
    when_empty: WhenEmpty | None = Field(default=None, description="send or skip; digest.when_empty where it is left out")
    quiet: Quiet | None = Field(default=None, description="quiet hours; digest.quiet where it is left out")
    alert: AlertTable | None = Field(default=None, description="what is told at once; nothing where it is left out")
    enabled: bool = Field(default=True, description="false: keep the recipient here but make no editions")

    @model_validator(mode="after")
    def _fits_its_channel(self) -> Self:
        if self.channel == "email" and bool(self.address) == bool(self.address_env):
            raise checks.wrong("either address or address_env for an email recipient", secret=True)
        if self.channel == "slack" and sum(map(bool, (self.webhook_env, self.webhook_file, self.slack_channel))) != 1:
            raise checks.wrong("one of webhook_env, webhook_file and slack_channel for a slack recipient", secret=True)
        if self.channel == "file" and (self.address or self.address_env):
            raise checks.wrong("no address for a file recipient: files go to the data folder", secret=True)
        if self.channel == "slack" and (self.address or self.address_env):
            raise checks.wrong("no mail address for a slack recipient", secret=True)
        if self.channel != "slack" and (self.webhook_env or self.webhook_file or self.slack_channel):
            raise checks.wrong("webhook_env, webhook_file and slack_channel for a slack recipient only", secret=True)
        return self


class ChannelsFile(Table):
    """channels.toml: the whole file."""

    email: EmailTable | None = None
    slack: SlackTable | None = None
    recipient: list[RecipientTable] = Field(default=[])
