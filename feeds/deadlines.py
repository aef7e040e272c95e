"""The days a team must not miss, as an iCalendar file (RFC 5545) of whole-day events."""

from collections.abc import Iterator, Sequence
from datetime import date

from icalendar import Calendar, Event

from feeds.inert import inert_line, safe_link
from feeds.items import dossier_url, tag
from feeds.settings import PublishSettings
from feeds.words import exact_day
from store.records import PartialDate, Policy

_STEP_WORDS = {"effective": "施行", "expired": "失效", "repealed": "废止"}


def deadlines(policies: Sequence[Policy], settings: PublishSettings) -> bytes:
    """Return the calendar of consultation ends and of days of coming into and out of force.

    A date known only by its month is no event: a calendar must not invent the day.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//policywatch//deadlines//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{settings.title}：重要日期")
    for policy in policies:
        for what, day in sorted(set(_days(policy))):
            calendar.add_component(_event(policy, what, day, settings))
    return bytes(calendar.to_ical())


def _days(policy: Policy) -> Iterator[tuple[str, date]]:
    document = policy.document
    dated: list[tuple[str, PartialDate | None]] = [
        (_STEP_WORDS[step.step], step.on) for step in policy.steps if step.step in _STEP_WORDS
    ]
    if document is not None:
        dated += [("施行", document.effective_on), ("失效", document.expires_on)]
        dated += [("征求意见截止", document.consultation_ends_on)]
    for what, on in dated:
        day = exact_day(on)  # the page's own impossible date (2月30日) stays on the dossier page
        if day is not None:
            yield what, day


def _event(policy: Policy, what: str, day: date, settings: PublishSettings) -> Event:
    event = Event()
    event.add("uid", tag(settings, "deadline", f"{policy.id}-{what}-{day:%Y%m%d}"))
    event.add("dtstamp", policy.updated_at)
    event.add("dtstart", day)
    event.add("summary", inert_line(f"【{what}】{policy.title}"))
    event.add("transp", "TRANSPARENT")
    official = safe_link(policy.document.url) if policy.document else None
    link = official or dossier_url(policy.id, settings)
    if link:
        event.add("url", link)
    return event
