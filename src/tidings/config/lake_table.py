"""The shape of the table [lake]: the archive once more, for many readers elsewhere."""

import re
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from tidings.config import checks
from tidings.config.values import EnvName, Table

_PART = re.compile(r"([a-z]+)=([A-Za-z0-9._/:+-]+)")
_PARTS = ("host", "port", "dbname", "user", "sslmode", "sslrootcert")
_BUCKET = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9._=-]+)*/?")
_ENDPOINT = re.compile(r"(https|http)://([a-z0-9.-]{1,253})(:\d{1,5})?")
_HERE = ("127.0.0.1", "localhost")


def catalog_of(value: str) -> str:
    """Accept nothing, a file of SQLite, or where a database of PostgreSQL is: never with a password, nor with what would read one elsewhere."""
    kind, _, rest = value.partition(":")
    if value and kind == "sqlite":
        checks.folder(rest)
    elif value and kind == "postgres":
        _postgres(rest)
    elif value:
        raise checks.wrong('"sqlite:" with a file, "postgres:" with host=... dbname=... user=..., or "" for none', secret=True)
    return value


def _postgres(parts: str) -> None:
    found = [_PART.fullmatch(part) for part in parts.split()]
    names = [one[1] for one in found if one]
    if "password" in names or "://" in parts or "@" in parts:
        raise checks.wrong("no password in the catalog: use password_env or password_file", secret=True)
    if len(names) < len(found) or set(names) - set(_PARTS) or len(set(names)) < len(names) or not {"host", "dbname", "user"} <= set(names):
        raise checks.wrong(f"postgres:host=... dbname=... user=..., with these names only: {', '.join(_PARTS)}", secret=True)


def place_of(value: str) -> str:
    """Accept nothing, a folder, or a place in object storage."""
    if value.startswith("s3:"):
        if not _BUCKET.fullmatch(value):
            raise checks.wrong("s3:// with a bucket and perhaps a prefix, such as s3://desk/tidings")
        return value
    if "://" in value:
        raise checks.wrong("a folder, or s3:// with a bucket")
    return checks.folder_or_none(value)


def endpoint_of(value: str) -> str:
    """Accept nothing, or the address of a server that speaks S3; without TLS only on this machine."""
    found = _ENDPOINT.fullmatch(value)
    if value and (not found or (found[1] == "http" and found[2] not in _HERE)):
        raise checks.wrong("https:// with host and perhaps port, without a path (http:// only on this machine)", secret="@" in value)
    return value


class LakeTable(Table):
    """The archive once more as a DuckLake, for many readers elsewhere: see docs/how-to/ducklake.md. Needs the packages of `tidings[lake]`."""

    catalog: Annotated[str, AfterValidator(catalog_of)] = Field(
        default="",
        description="`sqlite:` with a file, relative to the parent of the configuration folder, or `postgres:` with host=... dbname=... user=..."
        " (port, sslmode and sslrootcert where they are wanted); empty: there is no lake",
    )
    data_path: Annotated[str, AfterValidator(place_of)] = Field(
        default="",
        description="folder for its Parquet files, relative to the parent of the configuration folder, or `s3://` with a bucket and a prefix;"
        " nothing else may be in it; empty: `lake` in the data folder",
    )
    password_env: EnvName | None = Field(default=None, description="variable of the environment that holds the password of PostgreSQL")
    password_file: str | None = Field(
        default=None, description="file that holds the password of PostgreSQL, relative to the configuration folder"
    )
    s3_key_env: EnvName | None = Field(default=None, description="variable of the environment that holds the id of the key to the storage")
    s3_key_file: str | None = Field(
        default=None, description="file that holds the id of the key to the storage, relative to the configuration folder"
    )
    s3_secret_env: EnvName | None = Field(default=None, description="variable of the environment that holds the key to the storage")
    s3_secret_file: str | None = Field(
        default=None, description="file that holds the key to the storage, relative to the configuration folder"
    )
    s3_endpoint: Annotated[str, AfterValidator(endpoint_of)] = Field(
        default="", description="address of a server that speaks S3, such as https://storage.example:9000; empty: AWS"
    )
    s3_region: Annotated[str, Field(pattern=r"^[a-z0-9-]{0,40}$")] = Field(
        default="", description="region of the storage, where it has one"
    )
    keep_days: int = Field(default=7, ge=1, le=3_650, description="days for which earlier versions of the lake can be asked")
    timeout_s: float = Field(
        default=600, ge=1, le=86_400, description="longest time for bringing the lake up to date; the first time takes longest"
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        at_s3 = self.data_path.startswith("s3:")
        key, secret = self.s3_key_env or self.s3_key_file, self.s3_secret_env or self.s3_secret_file
        twice = ((self.password_env, self.password_file), (self.s3_key_env, self.s3_key_file), (self.s3_secret_env, self.s3_secret_file))
        if any(one and other for one, other in twice):
            raise checks.wrong("either the *_env key or the *_file key, not both")
        if (self.password_env or self.password_file) and not self.catalog.startswith("postgres:"):
            raise checks.wrong("a password only with a catalog in PostgreSQL")
        if (key or secret or self.s3_endpoint or self.s3_region) and not at_s3:
            raise checks.wrong("keys that begin with s3_ only with a data_path that begins with s3://")
        if at_s3 and not (key and secret):
            raise checks.wrong("s3_key_env and s3_secret_env (or *_file) with a data_path that begins with s3://")
        return self
