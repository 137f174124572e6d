"""The table [lake]: what is wrong with it is said once and plainly, and a secret never."""

from pathlib import Path

import pytest

from tidings.config import hidden, load
from tidings.errors import ConfigError

FEEDS = '[[feed]]\nurl = "https://news.example/rss"\npublisher = "Example"\nlanguage = "en"\n'
TOPICS = '[[topic]]\nname = "libya"\ntitle = "Libya"\n[topic.names]\nen = ["Libya"]\n'
POSTGRES = 'catalog = "postgres:host=db.example dbname=lake user=tidings sslmode=verify-full"\n'
KEYS = 's3_key_env = "LAKE_KEY"\ns3_secret_env = "LAKE_SECRET"\n'
ENV = {"LAKE_PASSWORD": "hush", "LAKE_KEY": "hush-id", "LAKE_SECRET": "hush-key"}


def write(folder: Path, lake: str) -> Path:
    """Write a configuration with this table."""
    config = folder / "config"
    config.mkdir()
    (config / "pw").write_text("hush", encoding="utf-8")
    for name, text in {"feeds": FEEDS, "topics": TOPICS, "settings": f"[lake]\n{lake}"}.items():
        (config / f"{name}.toml").write_text(text, encoding="utf-8")
    return config


WRONG = {
    "another kind of catalog": ('catalog = "mysql:lake"\n', "lake.catalog", "sqlite:"),
    "a catalog without a kind": ('catalog = "lake.sqlite"\n', "lake.catalog", "sqlite:"),
    "a password in the catalog": (POSTGRES.replace("user=", "password=hush user="), "lake.catalog", "no password in the catalog"),
    "a password in a URL": (
        'catalog = "postgres:postgresql://tidings:hush@db.example/lake"\n',
        "lake.catalog",
        "no password in the catalog",
    ),
    "a word that reads a password elsewhere": (POSTGRES.replace("user=", "service=hush user="), "lake.catalog", "with these names only"),
    "no database": (POSTGRES.replace("dbname=lake ", ""), "lake.catalog", "with these names only"),
    "a word twice": (POSTGRES.replace("user=", "user=a user="), "lake.catalog", "with these names only"),
    "a quote in the catalog": (POSTGRES.replace("dbname=lake", "dbname='lake'"), "lake.catalog", "with these names only"),
    "a folder of the shell": ('data_path = "~/lake"\n', "lake.data_path", "written out"),
    "another storage": ('data_path = "gs://desk/lake"\n', "lake.data_path", "s3://"),
    "no bucket": (f'data_path = "s3://"\n{KEYS}', "lake.data_path", "a bucket"),
    "object storage without a key": ('data_path = "s3://desk/lake"\n', "lake", "s3_key_env and s3_secret_env"),
    "a key without object storage": (KEYS, "lake", "only with a data_path"),
    "both places of a secret": (POSTGRES + 'password_env = "LAKE_PASSWORD"\npassword_file = "pw"\n', "lake", "not both"),
    "a password for SQLite": (
        'catalog = "sqlite:lake.sqlite"\npassword_env = "LAKE_PASSWORD"\n',
        "lake",
        "only with a catalog in PostgreSQL",
    ),
    "a password in the file": (POSTGRES + 'password = "hush"\n', "lake.password", "password_env or password_file"),
    "a variable that is not set": (POSTGRES + 'password_env = "NOT_SET"\n', "lake.password_env", "a variable NOT_SET"),
    "a file that is not there": (POSTGRES + 'password_file = "nowhere"\n', "lake.password_file", "one line"),
    "an endpoint in the clear": (
        f'data_path = "s3://desk"\ns3_endpoint = "http://storage.example"\n{KEYS}',
        "lake.s3_endpoint",
        "https://",
    ),
    "an endpoint with a path": (
        f'data_path = "s3://desk"\ns3_endpoint = "https://storage.example/x"\n{KEYS}',
        "lake.s3_endpoint",
        "https://",
    ),
    "no days": ("keep_days = 0\n", "lake.keep_days", "at least 1"),
}


@pytest.mark.parametrize(("lake", "key", "expected"), WRONG.values(), ids=WRONG.keys())
def test_one_clear_error_each(tmp_path: Path, lake: str, key: str, expected: str) -> None:
    """Each mistake is one problem at its key, which says what to write, without the secret."""
    with pytest.raises(ConfigError) as caught:
        load(write(tmp_path, lake), ENV)
    [problem] = caught.value.problems
    assert (problem.file, problem.key) == ("settings.toml", key)
    assert expected in str(problem)
    assert "hush" not in str(problem)


def test_what_is_right_is_read_and_its_secrets_are_hidden(tmp_path: Path) -> None:
    """Places are absolute, secrets come from where the keys say, and neither repr nor `hidden` shows one."""
    lake = f'{POSTGRES}password_env = "LAKE_PASSWORD"\ndata_path = "s3://desk/tidings"\ns3_endpoint = "http://127.0.0.1:9000"\n{KEYS}'
    settings = load(write(tmp_path, lake), ENV)
    assert settings.lake is not None
    assert (settings.lake.data_path, settings.lake.password) == ("s3://desk/tidings/", "hush")
    assert (settings.lake.s3_key, settings.lake.s3_secret) == ("hush-id", "hush-key")
    assert "hush" not in f"{settings!r} {settings.lake!r} {hidden(settings)}"


def test_files_stand_beside_the_configuration_folder(tmp_path: Path) -> None:
    """A catalog in SQLite and a folder are found from the parent of the configuration folder; by itself the folder is in the data folder."""
    settings = load(write(tmp_path, 'catalog = "sqlite:data/lake.sqlite"\n'), {})
    assert settings.lake is not None
    assert settings.lake.catalog == f"sqlite:{tmp_path}/data/lake.sqlite"
    assert settings.lake.data_path == f"{tmp_path}/data/lake/"


def test_there_is_none_by_itself(tmp_path: Path) -> None:
    """Without a catalog there is no lake."""
    assert load(write(tmp_path, ""), {}).lake is None
