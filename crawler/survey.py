"""Looking at a site with a client: one column as it answers now, or the columns it has.

`look` follows a column to its rows as the family's spider would; `survey` starts from any page and
proves each promising link by reading its rows. Stores nothing and proposes nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from crawler.addresses import site_of
from crawler.client import Answer, Client
from crawler.discovery import (
    Kind,
    Lead,
    find_leads,
    is_same_page,
    kind_of,
    page_name,
    recognise_family,
    site_name,
)
from crawler.errors import BodyError
from crawler.outcomes import Judgement, judge_answer, judge_listing
from crawler.reach import NoAnswer
from crawler.sources import Column, Family
from crawler.spiders import reader_for
from crawler.spiders.paging import form_of
from crawler.spiders.sheet import Sheet, SheetError
from pipelines.decode import decode
from store.records import Decoded, Listing, day_of

MAX_SIGNPOSTS = 3
MOST_LEADS = 20
"""So many addresses one survey asks for at most: a person waits, and the site is asked politely."""

FEWEST_ROWS = 3
MOST_ROWS = 1000
_NOTHING = Decoded("", "utf-8", ())


@dataclass(frozen=True, slots=True)
class Look:
    """One column as it answered: the hops to it, its text, what the family reads in it.

    judgement: why it is not the list asked for, None where it may be. sheet: None then.
    """

    hops: tuple[Answer, ...]
    decoded: Decoded
    sheet: Sheet | None = None
    judgement: Judgement | None = None

    @property
    def url(self) -> str:
        """The address that answered in the end."""
        return self.hops[-1].url

    @property
    def listing(self) -> Listing:
        """The rows that were read, none where the answer is not a list."""
        return (self.sheet.listing if self.sheet else None) or Listing()


@dataclass(frozen=True, slots=True)
class Proven:
    """A column that was read: where, what it is called, its family, its rows, its next page."""

    url: str
    name: str
    kind: Kind
    family: Family
    listing: Listing
    next_url: str | None

    @property
    def newest(self) -> str | None:
        """The newest whole date of its rows, None where no row shows one."""
        return max((e.on for e in self.listing.entries if e.on and day_of(e.on)), default=None)


@dataclass
class Survey:
    """What a survey found: the site's name, proven columns, and why the other leads are none."""

    start: str
    site: str | None = None
    columns: list[Proven] = field(default_factory=list)
    dismissed: dict[str, str] = field(default_factory=dict)


def look(client: Client, column: Column, family: Family) -> Look:
    """Return the column as it answers now; raises NoAnswer where nothing does."""
    hops = client.ask(column.url, form=form_of(column.url, column))
    for _ in range(MAX_SIGNPOSTS + 1):
        seen = _read(hops, column, family)
        if seen.sheet is None or seen.sheet.listing is not None:
            return seen
        if seen.sheet.next_url is None:
            break
        onward = seen.sheet.next_url
        hops = (*hops, *client.ask(onward, form=form_of(onward, column)))
    return Look(hops, seen.decoded, judgement=("drifted", "没有通向列表"))


def survey(
    client: Client,
    start: str,
    *,
    leave_out: Iterable[str] = (),
    progress: Callable[[str], None] = lambda url: None,
) -> Survey:
    """Return the columns that the site of a page has, proven by their rows.

    leave_out: addresses not to look at. Raises NoAnswer when the page itself does not answer.
    """
    first = read_page_at(client, start)
    found = Survey(first.url, site_name(first.decoded.text))
    if first.judgement is not None:
        found.dismissed[first.url] = first.judgement[1]
        return found
    asked = {start, first.url, *leave_out}
    queue = _leads(first, asked)
    while queue and len(asked) < MOST_LEADS:
        lead = queue.pop(0)
        asked.add(lead.url)
        progress(lead.url)
        try:
            seen = read_page_at(client, lead.url)
        except NoAnswer as error:
            found.dismissed[lead.url] = str(error)
            if error.step in {"time", "dns", "tcp"}:
                break
            continue
        _take(found, first, lead, seen)
        queue = _by_weight([*queue, *_leads(seen, asked | {q.url for q in queue})])
    return found


def prove(client: Client, url: str) -> tuple[Look, Proven | str]:
    """Return the column at an address as a person gave it, or why it is none.

    Raises NoAnswer when it does not answer.
    """
    seen = read_page_at(client, url)
    name = page_name(seen.decoded.text, url) or site_name(seen.decoded.text) or "栏目"
    return seen, _proven(seen, Lead(url, name, kind_of(name) or Kind("news", "lm", 0)))


def read_page_at(client: Client, url: str) -> Look:
    """Return a page as a column of whatever family it shows itself to be of."""
    draft = _draft(url)
    hops = client.ask(url)
    seen = _read(hops, draft, "generic")
    if seen.judgement is not None:
        return seen
    family = recognise_family(seen.decoded.text, seen.url, seen.listing.entries)
    if family == "generic":
        return seen
    special = _read(hops, draft, family)
    if special.sheet is not None and special.sheet.listing is None and special.sheet.next_url:
        further = _read((*hops, *client.ask(special.sheet.next_url)), draft, family)
        return Look(further.hops, seen.decoded, further.sheet, further.judgement)
    return special if special.judgement is None else seen


def _read(hops: tuple[Answer, ...], column: Column, family: Family) -> Look:
    answer = hops[-1]
    try:
        decoded = decode(answer.content(), answer.names.get("content-type"))
    except BodyError as error:
        return Look(hops, _NOTHING, judgement=("drifted", str(error)))
    bad = judge_answer(
        answer.status,
        answer.names,
        decoded.text,
        asked=column.url,
        final=answer.url,
        body_bytes=len(answer.body),
    )
    if bad is not None:
        return Look(hops, decoded, judgement=bad)
    try:
        return Look(hops, decoded, reader_for(family)(decoded.text, answer.url, column))
    except SheetError as error:
        return Look(hops, decoded, judgement=("drifted", str(error)))
    except Exception as error:  # the boundary: one list fails alone, by name, as in a crawl
        why = f"程序读取时出错：{type(error).__name__}: {error}"
        return Look(hops, decoded, judgement=("drifted", why))


def _draft(url: str) -> Column:
    """Return a column about which nothing is known but its address."""
    return Column(
        id="draft",
        name="栏目",
        role="news",
        url=url,
        basis="seen",
        entries_per_listing=(1, MOST_ROWS),
    )


def _leads(seen: Look, known: Iterable[str]) -> list[Lead]:
    leads = find_leads(seen.decoded.text, seen.hops[0].url) if seen.judgement is None else ()
    return [lead for lead in leads if lead.url not in set(known)]


def _by_weight(leads: list[Lead]) -> list[Lead]:
    return sorted(leads, key=lambda lead: -lead.kind.weight)


def _take(found: Survey, home: Look, lead: Lead, seen: Look) -> None:
    """Add what a lead came to."""
    answered_itself = seen.url == seen.hops[0].url  # not by a service that its page leads to
    if answered_itself and is_same_page(seen.decoded.text, home.decoded.text, home.url):
        found.dismissed[lead.url] = "就是来时的那一页，只是地址不同"
        return
    result = _proven(seen, lead)
    if isinstance(result, str):
        found.dismissed[lead.url] = result
        return
    rows = {entry.url for entry in result.listing.entries}
    twin = next((c for c in found.columns if {e.url for e in c.listing.entries} == rows), None)
    if twin is not None:
        found.dismissed[lead.url] = f"条目与 {twin.url} 相同"
    elif result.kind.role is None:
        found.dismissed[lead.url] = "只是通往栏目的页面，本身不是要找的栏目"
    else:
        found.columns.append(result)


def _proven(seen: Look, lead: Lead) -> Proven | str:
    """Return the column, or why its rows are no proof."""
    if seen.judgement is not None:
        return seen.judgement[1]
    listing = seen.listing
    draft = _draft(lead.url)
    outcome, why = judge_listing(listing, draft)
    own = [entry for entry in listing.entries if site_of(entry.url) == site_of(lead.url)]
    if outcome != "ok":
        return why
    issue = seen.sheet is not None and seen.sheet.may_be_bare  # a paper's page may hold one article
    if len(own) < FEWEST_ROWS and not issue and not any(entry.on for entry in own):
        return f"只有 {len(own)} 条本站条目，且没有日期"
    family = recognise_family(seen.decoded.text, seen.hops[0].url, listing.entries)
    next_url = seen.sheet.next_url if seen.sheet else None
    return Proven(lead.url, lead.name, lead.kind, family, listing, next_url)
