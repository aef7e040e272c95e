"""The product's configuration: defaults, then `policywatch.toml`, then POLICYWATCH_* variables.

Secrets come from the environment or from files named there, never from the TOML; `masked` shows
the effective values without them. Reading configuration has no side effect.
"""

import re
from datetime import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from feeds.providers import PROVIDERS
from feeds.settings import MailSettings, SmtpSettings

CONFIG_FILE = "policywatch.toml"
PROJECT_ADDRESS = "https://policywatch.example/"
"""Stands in the User-Agent until the operator names a contact of their own."""


class ConfigError(Exception):
    """The configuration cannot be used; the message names file or variable, and what to do."""


class Config(BaseSettings):
    """Every setting, with its default; names are those of the TOML and, upper-cased, of the env."""

    model_config = SettingsConfigDict(
        env_prefix="POLICYWATCH_",
        toml_file=CONFIG_FILE,
        extra="forbid",
        frozen=True,
    )

    data: Path = Path("var")
    database_url: str = ""
    sources: Path = Path(__file__).parent / "crawler" / "sources"
    classify_rules: Path | None = None
    """The operator's own topics, words and genre patterns, beside the built-in ones (TOML)."""
    contact: str = PROJECT_ADDRESS
    public_url: str | None = None
    site_title: str = "社工政策监测"
    feed_limit: int = Field(default=300, ge=1)
    after_publish: list[str] = []
    """A command and its arguments, run without a shell when `public/` has changed."""
    serve_host: str = "127.0.0.1"
    serve_port: int = Field(default=8080, ge=1, le=65535)
    digest_at: str = Field(default="08:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    quiet_hours: str = Field(
        default="", pattern=r"^$|^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$"
    )
    """`23:00-06:00` of Asia/Shanghai: no crawl begins by itself then."""
    crawl_timeout_s: int = Field(default=3600, ge=1)
    crawl_source_timeout_s: int = Field(default=1800, ge=1)
    """One source that takes longer goes on in the next run, so that it cannot hold up others."""
    crawl_memory_mb: int = Field(default=1500, ge=200)

    smtp_provider: Literal["qq", "163", "aliyun", "tencent"] | None = None
    smtp_host: str | None = None
    smtp_port: int = 465
    smtp_security: Literal["ssl", "starttls", "plain"] = "ssl"
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_password_file: Path | None = None
    smtp_per_minute: int | None = Field(default=None, ge=1)
    smtp_per_day: int | None = Field(default=None, ge=1)
    unsubscribe_url: str | None = Field(default=None, pattern=r"^$|^https://[^/?#]+[^?#]*$")
    unsubscribe_secret: SecretStr | None = None
    oneclick_host: str = "127.0.0.1"
    oneclick_port: int = Field(default=8081, ge=1, le=65535)
    mail_from: str = "policywatch@policywatch.local"
    heartbeat_url: SecretStr | None = None
    disk_free_mb: int = Field(default=500, ge=0)

    alert_urls: list[SecretStr] = []
    """apprise addresses of the operator's channels; they carry tokens, so they are secrets."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return the sources, strongest first: arguments, environment, TOML."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def database(self) -> str:
        """The database URL: the configured one, else SQLite in the data folder."""
        return self.database_url or f"sqlite:///{self.data / 'policywatch.db'}"

    @property
    def archive(self) -> Path:
        """The folder of WARC files."""
        return self.data / "archive"

    @property
    def public(self) -> Path:
        """The only folder a web server may see."""
        return self.data / "public"

    @property
    def user_agent(self) -> str:
        """Who we say we are, with an address to complain to."""
        return f"Mozilla/5.0 (compatible; policywatch/{program_version()}; +{self.contact})"

    @property
    def one_click_url(self) -> str | None:
        """Where the app of unsubscribe links is reached; None: mails offer `mailto:` alone.

        `unsubscribe_url`, else under `public_url`; empty: switched off. RFC 8058 §3.1 wants HTTPS.
        """
        if self.unsubscribe_url is not None:
            return self.unsubscribe_url.rstrip("/") or None
        if self.public_url is None or not self.public_url.startswith("https://"):
            return None
        return f"{self.public_url.rstrip('/')}/unsubscribe"

    def password(self) -> str | None:
        """Return the SMTP password (授权码) from the variable or the file, or None."""
        if self.smtp_password is not None:
            return self.smtp_password.get_secret_value()
        if self.smtp_password_file is not None:
            return self.smtp_password_file.read_text(encoding="utf-8").strip()
        return None

    def masked(self) -> dict[str, Any]:
        """Return the effective values as plain JSON, secrets shown as `**********`."""
        shown = self.model_dump(mode="json")
        return {**shown, "database_url": _without_password(self.database_url)}


def load_config(**overrides: Any) -> Config:
    """Return the effective configuration; raises ConfigError naming every bad setting."""
    try:
        return Config(**overrides)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in error.errors()
        )
        raise ConfigError(
            f"configuration: {problems}; mend {CONFIG_FILE} or the POLICYWATCH_* variable"
        ) from error
    except (OSError, ValueError) as error:
        raise ConfigError(f"configuration: {CONFIG_FILE}: {error}; mend the file") from error


def _without_password(url: str) -> str:
    """Return a database URL with its password, if it has one, as `***`."""
    return re.sub(r"(://[^/@:]*):[^@]*@", r"\1:***@", url)


def program_version() -> str:
    """Return the installed version, `0` from a checkout that was never installed."""
    try:
        return version("policywatch")
    except PackageNotFoundError:
        return "0"


def mail_settings(config: Config) -> MailSettings:
    """Return where mail goes, from the configuration; without a server, to the Maildir."""
    return MailSettings(
        digests=config.data / "digests",
        maildir=config.data / "maildir",
        from_address=_sender(config),
        from_name=config.site_title,
        public_url=config.public_url,
        smtp=_smtp(config),
        digest_at=time.fromisoformat(config.digest_at),
    )


def _smtp(config: Config) -> SmtpSettings | None:
    """Return the submission server: the provider's preset, each stated setting before it."""
    preset = PROVIDERS[config.smtp_provider] if config.smtp_provider else None
    host = config.smtp_host or (preset.host if preset else None)
    if host is None:
        return None
    return SmtpSettings(
        host=host,
        port=config.smtp_port,
        security=config.smtp_security,
        username=config.smtp_user,
        password=config.password(),
        per_minute=config.smtp_per_minute or (preset.per_minute if preset else None),
        per_day=config.smtp_per_day or (preset.per_day if preset else None),
    )


def _sender(config: Config) -> str:
    """Return the sender; providers want the account's own address, so it stands in for none."""
    account = config.smtp_user or ""
    return (
        account
        if "mail_from" not in config.model_fields_set and "@" in account
        else config.mail_from
    )
