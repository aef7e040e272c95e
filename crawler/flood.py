"""The flood gate (DESIGN rule 12): far more new pages than a source ever brought are held back."""

LEAST = 20
TIMES_BUSIEST = 5


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
