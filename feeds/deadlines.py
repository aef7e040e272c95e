"""The days a team must not miss, as an iCalendar file (RFC 5545) of whole-day events."""

from collections.abc import Sequence
from datetime import date

from icalendar import Calendar, Event

from feeds.inert import inert_line, safe_link
from feeds.items import dossier_url, tag
from feeds.settings import PublishSettings
from feeds.words import exact_day
from store.editions import Deadline

_WORDS = {
    "consultation": "征求意见截止",
    "effective": "施行",
    "expired": "失效",
    "repealed": "废止",
}


def deadlines(days: Sequence[Deadline], settings: PublishSettings) -> bytes:
    """Return the calendar of consultation ends and of days of coming into and out of force.

    A date known only by its month, or one that no calendar has (2月30日), is no event: it stays on
    the dossier page, as the page said it.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//policywatch//deadlines//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{settings.title}：重要日期")
    for deadline in days:
        day = exact_day(deadline.on)
        if day is not None:
            calendar.add_component(_event(deadline, day, settings))
    return bytes(calendar.to_ical())


def _event(deadline: Deadline, day: date, settings: PublishSettings) -> Event:
    what = _WORDS[deadline.step]
    event = Event()
    event.add("uid", tag(settings, "deadline", f"{deadline.policy_id}-{what}-{day:%Y%m%d}"))
    event.add("dtstamp", deadline.updated_at)
    event.add("dtstart", day)
    event.add("summary", inert_line(f"【{what}】{deadline.title}"))
    event.add("transp", "TRANSPARENT")
    link = safe_link(deadline.url) or dossier_url(deadline.policy_id, settings)
    if link:
        event.add("url", link)
    return event
