"""The settings: read once, typed, and refused by name (contract: prefix KENTONGAN_, environment or .env)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.errors import OperatorError

PREFIX = "KENTONGAN_"
DEFAULT_DATABASE = "sqlite+aiosqlite:///data/kentongan.db"
PRACTICE_FILE = "latihan.env"
"""In a practice folder: the settings its data can be looked at with."""
_TOKEN = re.compile(r"\d{3,}:[A-Za-z0-9_-]{20,}")


class Settings(BaseSettings):
    """Everything about the process; everything about the office is in the profile."""

    # Empty means not set: .env.example, copied, holds empty lines.
    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    token: SecretStr | None = Field(default=None, description="the bot's token from BotFather")
    api_url: str = Field(default="https://api.telegram.org", description="Bot API server")
    database_url: str = Field(default=DEFAULT_DATABASE, description="SQLAlchemy URL, SQLite or PostgreSQL (asyncpg)")
    data_dir: Path = Field(default=Path("data"), description="attachments and backups")
    profile: str = Field(default="lengkap", description="name of a shipped profile or path of a profile file")
    secret_keys: SecretStr | None = Field(default=None, description="comma-separated keys; the first one encrypts")
    mode: Literal["polling", "webhook"] = Field(default="polling", description="how updates arrive")
    webhook_url: str | None = Field(default=None, description="public https address of the webhook")
    webhook_secret: SecretStr | None = Field(default=None, description="secret token that Telegram repeats to us")
    listen: str = Field(default="127.0.0.1:8081", description="host:port of health, metrics and webhook")
    log_format: Literal["console", "json"] = Field(default="console", description="how log lines look")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", description="least level logged")

    @field_validator("api_url")
    @classmethod
    def _api_url_shape(cls, value: str) -> str:
        if not re.fullmatch(r"https?://[^/\s]+(/\S*)?", value):
            raise ValueError("is not an http(s) address such as https://api.telegram.org")
        return value.rstrip("/")

    @field_validator("listen")
    @classmethod
    def _listen_shape(cls, value: str) -> str:
        if not re.fullmatch(r"[^:\s]+:\d{1,5}", value) or int(value.rsplit(":", 1)[1]) > 65535:
            raise ValueError("is not host:port such as 127.0.0.1:8081")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _secret_shape(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", value.get_secret_value()):
            raise ValueError("must be 16-256 characters of A-Z a-z 0-9 _ - (Bot API setWebhook)")
        return value

    @property
    def keys(self) -> tuple[str, ...]:
        """The secret keys, in order; empty when none is set."""
        return (
            ()
            if self.secret_keys is None
            else tuple(key.strip() for key in self.secret_keys.get_secret_value().split(",") if key.strip())
        )

    @property
    def database(self) -> str:
        """The database URL; the default lies inside ``data_dir``."""
        if self.database_url == DEFAULT_DATABASE:
            return f"sqlite+aiosqlite:///{self.data_dir / 'kentongan.db'}"
        return self.database_url

    @property
    def address(self) -> tuple[str, int]:
        """Host and port to listen on."""
        host, port = self.listen.rsplit(":", 1)
        return host, int(port)

    def require(self, *names: str) -> None:
        """Raise OperatorError naming the first of ``names`` that is not set, or the token when it is none."""
        mends = {
            "token": "set it to the token that BotFather gave you",
            "secret_keys": "make a key with `kentongan key new` and set it",
            "webhook_url": "set it to the public https address of this bot, or use KENTONGAN_MODE=polling",
            "webhook_secret": "set it to 16-256 random characters of A-Z a-z 0-9 _ -",
        }
        for name in names:
            if not getattr(self, name):
                raise OperatorError(f"{PREFIX}{name.upper()} is not set: {mends[name]}")
        # Only what talks to Telegram asks for the token, so only that stops on a wrong one.
        if "token" in names and self.token is not None and not _TOKEN.fullmatch(self.token.get_secret_value()):
            raise OperatorError(f"{PREFIX}TOKEN is not a bot token (digits, a colon, letters); copy it from BotFather")


def load_settings(practice: Path | None = None) -> Settings:
    """The settings from the environment and .env, or those of a practice folder, which neither can change.

    Raises OperatorError with one line for the first wrong one.
    """
    try:
        return Settings() if practice is None else Settings(_env_file=None, **_of_practice(practice))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = f"{PREFIX}{str(first['loc'][0]).upper()}"
        why = first["msg"].removeprefix("Value error, ")
        joiner = " " if why.startswith(("is ", "must ")) else ": "
        raise OperatorError(f"{name}{joiner}{why}") from None


def write_practice_file(folder: Path, settings: Settings) -> None:
    """Leave in the folder what ``load_settings(folder)`` and a shell can read; only its owner may."""
    values = {
        "DATABASE_URL": settings.database,
        "DATA_DIR": str(settings.data_dir),
        "PROFILE": settings.profile,
        "SECRET_KEYS": ",".join(settings.keys),
    }
    file = folder / PRACTICE_FILE
    file.touch(mode=0o600)
    file.write_text("".join(f"{PREFIX}{name}={value}\n" for name, value in values.items()), encoding="utf-8")


def _of_practice(folder: Path) -> dict[str, Any]:
    try:
        lines = (folder / PRACTICE_FILE).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise OperatorError(f"--practice {folder}: no practice data there ({error.strerror}); run: make demo") from None
    pairs = (line.partition("=") for line in lines)
    return {name.removeprefix(PREFIX).lower(): value for name, _, value in pairs}
