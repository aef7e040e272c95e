"""The tests that know days and hours, run again in four zones more: the machine's is nobody's.

The whole suite runs in a zone of one's choice with `TZ=Asia/Kathmandu make test`; all five with
`make zones`.
"""

import time
from collections.abc import Iterator

import pytest
from letters import letters
from test_crawler_rhythm import (  # noqa: F401
    test_a_lively_column_is_silent_after_weeks_and_a_seldom_one_after_years,
    test_only_workdays_of_the_chinese_calendar_count,
)
from test_dates import (  # noqa: F401
    test_every_day_survives_every_spelling,
)
from test_digest_first_screen import (  # noqa: F401
    test_a_deadline_is_told_from_its_day_to_fourteen_days_before,
)
from test_digest_run import (  # noqa: F401
    database,
    settings,
    test_change_at_the_cut_belongs_to_the_next_day,
    test_missed_days_are_caught_up_without_loss_or_doubling,
)
from test_scheduler import (  # noqa: F401
    clock,
    job,
    test_a_source_is_due_again_when_its_rhythm_is_over,
    test_no_digest_before_its_hour_and_exactly_one_after,
    test_the_weekly_digest_is_mondays,
)

ZONES = ("Asia/Shanghai", "America/Los_Angeles", "Pacific/Kiritimati", "Asia/Kathmandu")
AT_IMPORT = letters()


@pytest.fixture(autouse=True, params=ZONES)
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The machine stands in this zone during the test."""
    with monkeypatch.context() as patched:
        patched.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


def test_mails_are_the_same_bytes_wherever_the_machine_stands(zone: str) -> None:
    assert time.tzname[0] != "UTC"
    assert letters() == AT_IMPORT
