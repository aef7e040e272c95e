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
