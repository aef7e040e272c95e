"""Records to JSON columns and back, by pydantic: one adapter per record class, made once."""

from typing import Any, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


_adapters: dict[type[Any], TypeAdapter[Any]] = {}


def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def dump(record: Any) -> Any:
    """Return the record as plain JSON values (dicts, lists, strings)."""
    return _adapter(type(record)).dump_python(record, mode="json")


def dump_all(records: Any) -> list[Any]:
    """Return a sequence of records as a list of plain JSON values."""
    return [dump(record) for record in records]


def load(kind: type[T], value: Any) -> T:
    """Return the record that `dump` wrote; raises pydantic.ValidationError if it is none."""
    record: T = _adapter(kind).validate_python(value)
    return record


def load_all(kind: type[T], values: Any) -> tuple[T, ...]:
    """Return the records that `dump_all` wrote; None is the empty sequence."""
    return tuple(load(kind, value) for value in values or ())
