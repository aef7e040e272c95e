"""The kinds of column the tables share: instants, closed vocabularies, JSON."""

from datetime import UTC, datetime
from typing import Any, get_args

from sqlalchemy import JSON, CheckConstraint, Column, Dialect
from sqlalchemy.types import String, TypeDecorator
from sqlmodel import Field


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC instant, stored as sortable ISO 8601 text with microseconds."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Return the text stored; raises ValueError for a naive datetime."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: the store takes aware UTC instants only")
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Return the instant as aware UTC."""
        return None if value is None else datetime.fromisoformat(value)


def one_of(column: str, vocabulary: Any) -> CheckConstraint:
    """Return the check that `column` holds a word of the closed `vocabulary` (a Literal)."""
    words = ", ".join(f"'{word}'" for word in get_args(vocabulary))
    return CheckConstraint(f"{column} IN ({words})", name=f"ck_{column}")


def at(**options: Any) -> Any:
    """Return an instant's field; `nullable` and the rest go to its column."""
    return Field(sa_column=Column(UtcDateTime, nullable=options.pop("nullable", False), **options))


def as_json() -> Any:
    """Return the field of a JSON column; None is stored as NULL."""
    return Field(default=None, sa_column=Column(JSON(none_as_null=True)))
