"""What happens on the sample sites, day by day (filled in with the content)."""

from dataclasses import dataclass
from typing import Literal

from samplesites.articles import Article, library

What = Literal["posted", "edited", "removed"]
LAST_DAY = 6


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened on one site between the day before and `day`."""

    day: int
    what: What
    article: Article


def events(day: int) -> tuple[Event, ...]:
    """Return what changed on the sites on `day`; for day 0, everything is posted."""
    before = _shown(day - 1) if day else {}
    now = _shown(day)
    posted = [Event(day, "posted", now[key]) for key in now if key not in before]
    edited = [Event(day, "edited", now[k]) for k in now if k in before and now[k] != before[k]]
    removed = [Event(day, "removed", before[key]) for key in before if key not in now]
    return tuple(posted + edited + removed)


def _shown(day: int) -> dict[tuple[str, int], Article]:
    postings = (posting.on(day) for posting in library().postings)
    return {(article.site, article.number): article for article in postings if article}
