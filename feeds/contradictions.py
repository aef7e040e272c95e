"""What is said of a policy's life and cannot all be true: kept, and shown as it was said.

Pure. It resolves nothing: which statement holds is for the reader, who is shown both.
"""

from collections import defaultdict

from feeds.words import STATUSES, STEPS, day_words
from store.records import Policy

_ONCE = ("effective", "expired", "repealed", "replaced")
"""Steps that happen to a policy on one day; copies may say that it was issued on several."""
_ENDED = frozenset({"expired", "repealed", "replaced"})


def contradictions(policy: Policy) -> list[str]:
    """Return each contradiction as a sentence: two days of one step, a site's field against it."""
    days: dict[str, list[str]] = defaultdict(list)
    for step in policy.steps:
        if step.step in _ONCE and step.on and step.on not in days[step.step]:
            days[step.step].append(step.on)
    said = [
        f"{STEPS[step]}日期说法不一：{'、'.join(day_words(on) for on in stated)}，依据见上。"
        for step, stated in days.items()
        if _differ(stated)
    ]
    validity = (policy.document.validity if policy.document else None) or ""
    if policy.status in _ENDED and "有效" in validity and "失效" not in validity:
        said.append(f"原页效力一栏仍写“{validity}”，而依据上文{STATUSES[policy.status]}。")
    return said


def _differ(days: list[str]) -> bool:
    """Return whether the days are not one: `2024-05` and `2024-05-03` do not contradict."""
    longest = max(days, key=len)
    return any(not longest.startswith(day) for day in days)
