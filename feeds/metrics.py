"""The state of the product for monitors: Prometheus text exposition (version 0.0.4), and a pulse.

Read from the ledger at each question; it names no reader, no address and no secret.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from store import alarms, digests, health, ledger, runs

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
FRESH = timedelta(hours=24)
"""A product whose last run ended longer ago is not well, whatever else it says."""

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Gauge:
    """One metric family. samples: (labels, value)."""

    name: str
    help: str
    samples: tuple[tuple[Labels, float], ...]


def metrics(session: Session, now: datetime) -> bytes:
    """Return every gauge as the body of `/metrics`."""
    lines = (line for gauge in _gauges(session, now) for line in _exposed(gauge))
    return ("\n".join(lines) + "\n").encode()


def pulse(session: Session, now: datetime) -> tuple[bool, dict[str, Any]]:
    """Return whether the product is well, and what `/health` says."""
    ended = runs.last_finished_at(session)
    well = ended is not None and now - ended <= FRESH
    return well, {
        "status": "pass" if well else "fail",  # words of draft-inadarei-api-health-check
        "last_run_at": ended.isoformat() if ended else None,
        "open_alarms": _open_alarms(session),
    }


def _gauges(session: Session, now: datetime) -> Iterator[Gauge]:
    sources = health.statuses(session)
    yield _one("last_run_timestamp_seconds", "When the last run ended.", _at(session))
    yield _one("changes", "Newest sequence number of the ledger.", ledger.last_sequence(session))
    yield _one("alarms_open", "Alarms that are open now.", _open_alarms(session))
    yield _one(
        "withheld_changes_7d",
        "Changes of a week told without their damaged body.",
        alarms.withheld(session, now - timedelta(days=7), now),
    )
    yield _each(
        "source_healthy",
        "1: healthy, 0: sick or silent.",
        (({"source": s.source_id}, s.health == "healthy") for s in sources if s.health),
    )
    yield _each(
        "source_held",
        "1: the flood gate holds its changes.",
        (({"source": s.source_id}, s.held) for s in sources),
    )
    yield _each(
        "source_last_success_timestamp_seconds",
        "When the source was last looked at.",
        (
            ({"source": s.source_id}, s.last_success_at.timestamp())
            for s in sources
            if s.last_success_at
        ),
    )
    yield _each(
        "deliveries",
        "Messages by what became of them.",
        (({"state": state}, count) for state, count in sorted(digests.tally(session).items())),
    )


def _at(session: Session) -> float | None:
    ended = runs.last_finished_at(session)
    return ended.timestamp() if ended else None


def _open_alarms(session: Session) -> int:
    return sum(alarm.closed_at is None for alarm in alarms.unsettled(session))


def _one(name: str, words: str, value: float | None) -> Gauge:
    return Gauge(name, words, () if value is None else (({}, value),))


def _each(name: str, words: str, samples: Iterable[tuple[Labels, float]]) -> Gauge:
    return Gauge(name, words, tuple(samples))


def _exposed(gauge: Gauge) -> Iterator[str]:
    name = f"policywatch_{gauge.name}"
    yield f"# HELP {name} {gauge.help}"
    yield f"# TYPE {name} gauge"
    for labels, value in gauge.samples:
        inside = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
        yield f"{name}{{{inside}}} {_number(value)}" if inside else f"{name} {_number(value)}"


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _escaped(text: str) -> str:
    """Return a label's value with what would end it escaped (the format's own three)."""
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
