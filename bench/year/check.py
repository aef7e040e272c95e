"""Holds what readers and the operator were told against what truly happened: each miss by name.

It reads the product's ledger, the reader's Maildir and the operator's channel; the truth is
`life`'s. A miss is a line for a person: rule, day, source, address or title.
"""

import email
import email.policy
import mailbox
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bench.year.life import MARGIN, START, Home, Life, on
from bench.year.living import Year
from samplesites.articles import Article, Posting
from samplesites.calendar import SHANGHAI
from store import ledger
from store.database import Database
from store.records import Change

LATEST_LOOK_DAYS = ((30, 2), (180, 8), (10_000, 29))
"""(age of the page in days, a look at least so often): `store.revisits.AGES` and a day on top."""
CONFIRMING_DAYS = 3
ALARM_WORDS = {"来源异常：": "sick", "来源久无更新：": "silent", "来源暂缓通知：": "held"}


@dataclass(frozen=True, slots=True, order=True)
class Miss:
    """One thing that was not as it must be."""

    day: int
    rule: str
    source: str
    what: str

    def __str__(self) -> str:
        return f"{on(self.day)} {self.rule}: {self.source} {self.what}"


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the operator's channel. turn: opened, still, closed."""

    day: int
    kind: str
    source: str
    turn: str


@dataclass(frozen=True, slots=True)
class Spell:
    """Days [first, over) on which a source cannot be read, and when the product sees it.

    seen, recovered: the first look in it and the first good one after it; None: there is none.
    """

    source: str
    kind: str
    first: int
    over: int
    seen: int | None
    recovered: int | None


@dataclass(frozen=True)
class Evidence:
    """What the year left in front of people."""

    life: Life
    changes: Sequence[Change]
    mails: Mapping[int, Sequence[str]]
    told: Sequence[Told]

    def announced(self, kind: str, article: Article) -> list[int]:
        """Return the days on which such a change was announced of the article, wherever it stands.

        A copy that is looked at before its original is the policy to readers: they hear of it once.
        """
        places = {
            (posting.article.site, posting.article.title)
            for posting in self.life.library.postings
            if posting.article.dossier == article.dossier
        }
        return [
            day_of(change.recorded_at)
            for change in self.changes
            if change.kind == kind
            and change.announcement == "announced"
            and (change.source_id, change.document.title) in places
        ]


def evidence(year: Year) -> Evidence:
    """Return what the finished year left, read from where people read it."""
    database = Database(year.config.database)
    with database.reading() as session:
        changes = ledger.changes(session)
    database.close()
    names = {home.card.name: home.id for home in year.life.homes}
    told = [_told(line, names) for line in year.told()]
    return Evidence(year.life, changes, _mails(year), told)


def misses(found: Evidence) -> list[Miss]:
    """Return everything that was not as it must be, oldest first."""
    readers = (_publications, _revisions, _withdrawals, _strangers, _mailed, _mailed_twice)
    checks = (*readers, _digests, _outages)
    return sorted(miss for check in checks for miss in check(found))


def day_of(at: datetime) -> int:
    """Return the day of the year's own count."""
    return (at.astimezone(SHANGHAI).date() - START).days


# --- what readers must hear -------------------------------------------------------------------


def _publications(found: Evidence) -> Iterator[Miss]:
    """Every policy that could be seen is announced once, on the first day its list was readable."""
    for posting in _originals(found.life):
        article = posting.article
        copies = (p for p in found.life.library.postings if p.article.dossier == article.dossier)
        due = min(filter(None, (first_seen(found.life, p) for p in copies)), default=None)
        days = found.announced("new", article)
        if article.first_day == 0:
            yield from _wrong(found, "stock announced", article, days, None)
        else:
            yield from _wrong(found, "policy", article, days, due)


def _revisions(found: Evidence) -> Iterator[Miss]:
    for posting in _originals(found.life):
        article = posting.article
        seen = first_seen(found.life, posting)
        days = found.announced("revised", article)
        if not posting.revisions or seen is None or seen >= posting.revisions[0].day:
            yield from _wrong(found, "revision of nothing", article, days, None)
            continue
        changed = posting.revisions[0].day
        latest = _revision_told_by(found.life, article, changed)
        if days or latest < found.life.days:
            yield from _wrong(found, "revision", article, days, changed, latest)


def _revision_told_by(life: Life, article: Article, changed: int) -> int:
    """Return the day by which a revision of that day is to be told.

    Where the first look at it may find new software, it is known to be one when the old address is
    known to be gone for good: until then the page at the new address is a copy like any other.
    """
    move = _home(life, article.site).move
    latest = _latest_look(life, article, changed, 1)
    if move is None or changed > move.mended or latest < move.day:
        return latest
    return max(latest, _latest_look(life, article, move.mended, CONFIRMING_DAYS))


def _withdrawals(found: Evidence) -> Iterator[Miss]:
    for posting in _originals(found.life):
        article, gone = posting.article, posting.gone
        days = found.announced("withdrawn", article)
        seen = first_seen(found.life, posting)
        if gone is None or seen is None or seen >= gone:
            yield from _wrong(found, "false withdrawal", article, days, None)
            continue
        latest = _latest_look(found.life, article, gone, CONFIRMING_DAYS)
        if days or latest < found.life.days:
            yield from _wrong(found, "withdrawal", article, days, gone, latest)


def _strangers(found: Evidence) -> Iterator[Miss]:
    """Nothing is announced that no office published: noise, other kinds of changes."""
    postings = found.life.library.postings
    known = {(p.article.site, p.article.title) for p in postings if p.article.relevant}
    for change in found.changes:
        named = (change.source_id or "", change.document.title or "")
        foreign = named not in known or change.kind not in ("new", "revised", "withdrawn")
        if change.announcement == "announced" and foreign:
            what = f"{change.kind} {change.page_url} {change.document.title}"
            yield Miss(day_of(change.recorded_at), "announced for nothing", named[0], what)


def _mailed(found: Evidence) -> Iterator[Miss]:
    """What was announced is in the digest of its day, or in the next one after its hour."""
    mails = {day: _squeezed("\n".join(texts)) for day, texts in found.mails.items()}
    for change in found.changes:
        title = change.document.title or ""
        day = day_of(change.recorded_at)
        read = mails.get(day, "") + mails.get(day + 1, "")
        last = day + 1 >= found.life.days
        if change.announcement == "announced" and not last and _squeezed(title) not in read:
            yield Miss(day, "not in the digest", str(change.source_id), title)


def _mailed_twice(found: Evidence) -> Iterator[Miss]:
    """A policy stands in no more mails than it was announced for."""
    told = Counter(
        (str(change.source_id), change.document.title or "")
        for change in found.changes
        if change.announcement == "announced"
    )
    mails = {day: _squeezed("\n".join(texts)) for day, texts in sorted(found.mails.items())}
    for (source, title), times in sorted(told.items()):
        days = [day for day, text in mails.items() if _squeezed(title) in text]
        if len(days) > times:
            yield Miss(days[-1], "in too many digests", source, f"{title} ({len(days)}/{times})")


def _digests(found: Evidence) -> Iterator[Miss]:
    for day in range(found.life.days):
        count = len(found.mails.get(day, ()))
        if count != 1:
            yield Miss(day, "digest", "reader", f"{count} mails")


# --- what the operator must hear --------------------------------------------------------------


def _outages(found: Evidence) -> Iterator[Miss]:
    """Every outage is alarmed once at its first look and taken back once at the first after it."""
    explained: set[Told] = set()
    for spell in spells(found.life):
        window = range(spell.first, spell.over + MARGIN)
        near = [t for t in found.told if t.source == spell.source and t.day in window]
        explained.update(t for t in near if t.kind != "silent")
        for turn, day in (("opened", spell.seen), ("closed", spell.recovered)):
            days = [t.day for t in near if t.turn == turn and t.kind == "sick"]
            if days != ([] if day is None else [day]):
                told = ", ".join(str(on(told)) for told in days) or "never"
                due = on(day) if day is not None else "never"
                what = f"{spell.kind}: told {told}, due {due}"
                yield Miss(spell.first, f"outage {turn}", spell.source, what)
    yield from _false_alarms(found, explained)


def _false_alarms(found: Evidence, explained: set[Told]) -> Iterator[Miss]:
    """At most one alarm a source and quarter has nothing behind it; the dead one's is true."""
    died = {home.id: home.died for home in found.life.homes if home.died is not None}
    quarters: dict[tuple[str, int], list[Told]] = defaultdict(list)
    heard: Counter[str] = Counter()
    for told in found.told:
        if told.turn != "opened" or told in explained:
            continue
        if told.kind == "silent" and told.day > died.get(told.source, found.life.days):
            heard[told.source] += 1
            continue
        quarters[told.source, told.day // 92].append(told)
    for (source, _), alarms in quarters.items():
        for told in alarms[1:]:
            yield Miss(told.day, "false alarm", source, f"{told.kind}, {len(alarms)} in a quarter")
    for source, day in died.items():
        if heard[source] != 1 and found.life.days - day > 120:
            yield Miss(day, "silence", source, f"told {heard[source]} times")


def false_alarms(found: Evidence) -> list[Told]:
    """Return the alarms that nothing in the truth explains, the allowed ones among them."""
    windows = [(s.source, s.first, s.over + MARGIN) for s in spells(found.life)]
    died = {home.id: home.died for home in found.life.homes if home.died is not None}
    return [
        t
        for t in found.told
        if t.turn == "opened"
        and not any(t.source == s and a <= t.day < b for s, a, b in windows)
        and not (t.kind == "silent" and t.day > died.get(t.source, found.life.days))
    ]


def spells(life: Life) -> list[Spell]:
    """Return all that must be alarmed, by source and day."""
    outages = [(t.source, t.kind, t.first, t.last) for t in life.troubles]
    moves = [(h.id, "moved", h.move.day, h.move.mended) for h in life.homes if h.move is not None]
    return [_spell(life, *known) for known in sorted([*outages, *moves])]


def _spell(life: Life, source: str, kind: str, first: int, over: int) -> Spell:
    home = _home(life, source)
    days = range(first, min(over, life.days))
    seen = next((day for day in days if life.looks(home, day)), None)
    after = range(over, life.days)
    recovered = next((day for day in after if life.reads(home, day)), None)
    return Spell(source, kind, first, over, seen, recovered if seen is not None else None)


# --- the truth, as the product could have known it ----------------------------------------------


def first_seen(life: Life, posting: Posting) -> int | None:
    """Return the first day on which the product could read of the posting, None if never."""
    home = _home(life, posting.article.site)
    end = life.days if posting.gone is None else posting.gone
    days = range(posting.article.first_day, end)
    return next((day for day in days if life.reads(home, day)), None)


def _latest_look(life: Life, article: Article, day: int, looks: int) -> int:
    """Return the day by which the product has looked so often, unreadable days not counted."""
    home = _home(life, article.site)
    age = day + home.every - article.first_day  # when next looked at it may be of the next class
    left = next(days for below, days in LATEST_LOOK_DAYS if age < below) + home.every * looks
    while left > 0 and day < life.days:
        day += 1
        left -= home.every * life.reads(home, day)
    return day


def _wrong(
    found: Evidence,
    rule: str,
    article: Article,
    days: Sequence[int],
    due: int | None,
    latest: int | None = None,
) -> Iterator[Miss]:
    """Yield a miss unless the days are one, between due and latest; none where none is due."""
    right = not days if due is None else len(days) == 1 and due <= days[0] <= (latest or due)
    if not right:
        told = ", ".join(str(on(day)) for day in days) or "never"
        what = f"{article.title} (told {told}, due {on(due) if due is not None else 'never'})"
        yield Miss(article.first_day if due is None else due, rule, article.site, what)


def _originals(life: Life) -> Iterator[Posting]:
    for posting in life.library.postings:
        if posting.article.role == "original" and posting.article.relevant:
            yield posting


def _home(life: Life, source: str) -> Home:
    return next(home for home in life.homes if home.id == source)


def _mails(year: Year) -> dict[int, list[str]]:
    """Return the texts of the reader's mails by the day in their Date header."""
    found: dict[int, list[str]] = defaultdict(list)
    folder = year.config.data / "maildir"
    if folder.exists():
        for raw in mailbox.Maildir(folder, create=False):
            mail = email.message_from_bytes(raw.as_bytes(), policy=email.policy.default)
            body = mail.get_body(("plain",))
            text = body.get_content() if body else ""
            found[day_of(email.utils.parsedate_to_datetime(str(mail["Date"])))].append(text)
    return found


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _told(line: Mapping[str, object], names: Mapping[str, str]) -> Told:
    title, turn = str(line["title"]), "opened"
    for mark, said in (("仍未恢复：", "still"), ("已恢复：", "closed")):
        if title.startswith(mark):
            title, turn = title.removeprefix(mark), said
    for words, kind in ALARM_WORDS.items():
        if title.startswith(words):
            source = names.get(title.removeprefix(words), title)
            return Told(int(str(line["day"])), kind, source, turn)
    return Told(int(str(line["day"])), title, "", turn)
