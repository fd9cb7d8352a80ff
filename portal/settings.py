"""All settings: one frozen object, one field = one environment variable = one line of help."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

PREFIX = "PORTAL_"


def _setting(default: str, help_text: str, variable: str | None = None) -> str:
    metadata = {"help": help_text, "variable": variable}
    value: str = field(default=default, metadata=metadata)
    return value


@dataclass(frozen=True)
class Settings:
    """Read from the environment by `from_environment`; every value is text until a property gives it a type."""

    data_dir: str = _setting("./portal-data", "folder of the SQLite database and other files")
    database_url: str = _setting("", "SQLAlchemy address; empty: SQLite in the data folder", "DATABASE_URL")
    elasticsearch_url: str = _setting(
        "", "address of an Elasticsearch 9 cluster; empty: the index is kept in a file", "ELASTICSEARCH_URL"
    )
    elasticsearch_api_key: str = _setting("", "API key for it, encoded", "ELASTICSEARCH_API_KEY")
    elasticsearch_user: str = _setting("", "user, where there is no API key", "ELASTICSEARCH_USER")
    elasticsearch_password: str = _setting("", "the user's password", "ELASTICSEARCH_PASSWORD")
    elasticsearch_ca_file: str = _setting("", "PEM file of the authority of its certificate", "ELASTICSEARCH_CA_FILE")
    elasticsearch_prefix: str = _setting("portal-", "names of its indices begin so", "ELASTICSEARCH_PREFIX")
    elasticsearch_shards: str = _setting("1", "primary shards of a new index", "ELASTICSEARCH_SHARDS")
    elasticsearch_replicas: str = _setting("0", "copies of each shard of a new index", "ELASTICSEARCH_REPLICAS")
    elasticsearch_timeout: str = _setting("1", "seconds that a search may take", "ELASTICSEARCH_TIMEOUT")
    secret_key: str = _setting(
        "", "signs cookies, forms and cursors of the API; empty: a new one at each start", "SECRET_KEY"
    )
    embeddings_model: str = _setting("", "folder of a sentence-transformers model in ONNX form; empty: none takes part")
    translation_url: str = _setting(
        "", "LibreTranslate-compatible server that drafts missing translations; empty: none"
    )
    translation_api_key: str = _setting("", "its key, if it wants one")
    smtp_url: str = _setting(
        "", "smtp://user:password@host:587?starttls=required (or =no), or smtps://…; empty: letters are kept, not sent",
        "SMTP_URL",
    )  # fmt: skip
    smtp_ca_file: str = _setting(
        "", "PEM file of the authority of its certificate; empty: the system's", "SMTP_CA_FILE"
    )
    smtp_timeout: str = _setting("10", "seconds that one of its answers may take", "SMTP_TIMEOUT")
    mail_from: str = _setting("", "whom letters are from: an address, or `Name <address>`", "MAIL_FROM")
    site_url: str = _setting(
        "http://127.0.0.1:5000", "public address, used in letters, feeds and the sitemap; passkeys are bound to it"
    )
    site_name: str = _setting("", "name of the site; empty: the translated name of this project")
    home_region: str = _setting("CN-GX", "ISO 3166 code of the region the site is run for")
    demonstration: str = _setting("", "1: every page says that the content is for demonstration")
    believe_domains: str = _setting(
        "", "1: an e-mail address at an organisation's own domain is enough to make its team; empty: moderators decide"
    )
    trusted_proxies: str = _setting("0", "proxies in front whose word on the client's address and scheme is taken")
    log_level: str = _setting("INFO", "DEBUG, INFO, WARNING or ERROR")
    https_only: str = _setting("", "1: cookies only over HTTPS, and HSTS")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Settings from environment variables; unknown variables are not looked at."""
        values = {f.name: environment[v] for f in fields(cls) if (v := variable_of(f.name)) in environment}
        return cls(**values)

    @property
    def database(self) -> str:
        """The address of the database."""
        return self.database_url or f"sqlite:///{Path(self.data_dir).resolve() / 'portal.sqlite3'}"

    @property
    def files_folder(self) -> Path:
        """Where uploaded papers are kept; nothing in it is served by its name."""
        return Path(self.data_dir).resolve() / "files"

    @property
    def believes_domains(self) -> bool:
        """Whether an address at an organisation's own domain makes its team without a moderator."""
        return self.believe_domains == "1"

    @property
    def secret(self) -> str:
        """The signing key; without one in the environment, cookies do not outlive the process."""
        return self.secret_key or secrets.token_urlsafe(32)

    @property
    def is_demonstration(self) -> bool:
        """Whether every page must say that the content is for demonstration."""
        return self.demonstration == "1"

    @property
    def is_https_only(self) -> bool:
        """Whether cookies and transport are held to HTTPS."""
        return self.https_only == "1"


def variable_of(name: str) -> str:
    """The environment variable of a setting."""
    metadata = {f.name: f.metadata for f in fields(Settings)}[name]
    return metadata["variable"] or PREFIX + name.upper()


def describe() -> list[tuple[str, str, str]]:
    """(variable, default, help) of each setting, for the command line and the README."""
    return [(variable_of(f.name), str(f.default), f.metadata["help"]) for f in fields(Settings)]
