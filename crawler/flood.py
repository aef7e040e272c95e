"""The flood gate (DESIGN rule 12): what is far more than a source ever did is held back.

Many new pages, many edits of a site that moved, many pages gone: none of them is to be believed
before a person has looked.
"""

LEAST = 20
TIMES_BUSIEST = 5
MOST_GONE = 5
"""Pages of one source that may be gone at the same time and still be believed withdrawn."""


def reason_to_hold(fresh: int, busiest_day: int) -> str | None:
    """Return why the source is to be held, or None.

    fresh: pages this run brings that the archive has never seen, baseline not counted.
    busiest_day: most new policies the source ever brought on one day.
    """
    limit = max(LEAST, TIMES_BUSIEST * busiest_day)
    if fresh <= limit:
        return None
    return f"一次出现{fresh}个新页面，超过上限{limit}（历史最多一天{busiest_day}个）"


def reason_to_doubt(revised: int) -> str | None:
    """Return why a source that moved is to be held, or None.

    revised: pages of it that said something else within a day. Nobody amends so many at once: it
    is the new software that is read differently.
    """
    if revised < LEAST:
        return None
    return f"网站换了地址后一天内有{revised}个页面内容不同，可能只是新版面读法不同"


def reason_to_wait(gone: int) -> str | None:
    """Return why withdrawals of a source are to be held, or None.

    gone: pages of policies that are missing and stand nowhere else on its site.
    """
    if gone <= MOST_GONE:
        return None
    return f"同时有{gone}个政策页面消失，可能是网站改版或栏目迁移，不像是撤下"
