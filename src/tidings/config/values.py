"""The types of single values, and the table that all others are: used by the models of the files."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints

from tidings.config import checks

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
SeedId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$")]
Language = Annotated[str, AfterValidator(checks.language)]
Country = Annotated[str, AfterValidator(checks.country)]
Term = Annotated[str, AfterValidator(checks.term)]
Url = Annotated[str, AfterValidator(checks.url)]
Domain = Annotated[str, AfterValidator(checks.domain)]
Host = Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]{1,253}$")]
IpPort = Annotated[str, AfterValidator(checks.ip_port)]
Fingerprint = Annotated[str, AfterValidator(checks.fingerprint)]
TimeZone = Annotated[str, AfterValidator(checks.time_zone)]
Address = Annotated[str, AfterValidator(checks.address)]
SlackApi = Annotated[str, AfterValidator(checks.slack_api)]
SlackChannel = Annotated[str, StringConstraints(pattern=r"^[CDGU][A-Z0-9]{2,30}$")]
FileName = Annotated[str, AfterValidator(checks.file_name)]
EnvName = Annotated[str, StringConstraints(pattern=r"^[A-Z_][A-Z0-9_]*$")]
At = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Times = Annotated[list[At], BeforeValidator(lambda value: [value] if isinstance(value, str) else value)]
Days = Annotated[
    list[Annotated[str, AfterValidator(checks.weekday)]], BeforeValidator(lambda value: [value] if isinstance(value, str) else value)
]
Quiet = Annotated[str, AfterValidator(checks.quiet)]
Header = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[\x20-\x7e]+$")]
Words = dict[Language, list[Term]]
WhenEmpty = Literal["send", "skip"]


class Table(BaseModel):
    """One table of a file: only the keys named here, each of exactly its type, unchangeable once read."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)
