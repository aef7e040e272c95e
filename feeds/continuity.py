"""Whether the published feeds tell what the ledger says was told; changes nothing.

Continuity: the feed and its archives (RFC 5005) together hold every announced change up to the
last publication, once, so that a reader who comes seldom misses nothing.
"""

import json
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

from feeds.imprint import NAME
from store.database import Database
from store.verify import announced_ids

FEED = "all"


def feed_problems(database: Database, public: Path) -> list[str]:
    """Return one line for each break; empty where nothing was published yet."""
    feeds = public / "feeds"
    try:
        upto = int(json.loads((public / NAME).read_bytes())["sequence"])
    except FileNotFoundError:
        return []
    except (ValueError, KeyError) as error:
        return [f"{public / NAME}: not readable ({error}); remove it and run `policywatch publish`"]
    found = [f"{path}: {why}" for path in sorted(feeds.iterdir()) if (why := _torn(path))]
    if found:
        return [*found, "remove the folder public/ and run `policywatch publish`"]
    with database.reading() as session:
        told = announced_ids(session, upto)
    published = _published(feeds)
    found += [f"feed {FEED}: lacks change {name}" for name in sorted(told - published.keys())]
    found += [f"feed {FEED}: tells {name} of no change" for name in sorted(published.keys() - told)]
    return found + _uneven(feeds)


def _torn(path: Path) -> str:
    """Return why the file is not whole, or ''."""
    try:
        if path.suffix == ".json":
            json.loads(path.read_bytes())
        elif path.suffix in {".xml", ".atom", ".opml"}:
            ElementTree.parse(path)
    except (ValueError, ElementTree.ParseError, OSError) as error:
        return f"not whole: {error}"
    return ""


def _published(feeds: Path) -> Counter[str]:
    """Return the change ids of the feed and of all its archives."""
    paths = [feeds / f"{FEED}.json", *feeds.glob(f"{FEED}-archive-*.json")]
    return Counter(name for path in paths if path.exists() for name in map(_change, _ids(path)))


def _uneven(feeds: Path) -> list[str]:
    """Return the feeds whose RSS tells other items than their JSON."""
    return [
        f"feed {path.stem}: RSS and JSON tell different items"
        for path in sorted(feeds.glob("*.json"))
        if _rss_ids(path.with_suffix(".xml")) != _ids(path)
    ]


def _ids(path: Path) -> list[str]:
    return [item["id"] for item in json.loads(path.read_bytes())["items"]]


def _rss_ids(path: Path) -> list[str]:
    if not path.exists():
        return []
    return [guid.text or "" for guid in ElementTree.parse(path).iter("guid")]


def _change(item_id: str) -> str:
    """Return the change's own id: the last part of the item's tag URI (RFC 4151)."""
    return item_id.rpartition("/")[2].rpartition(":")[2]
