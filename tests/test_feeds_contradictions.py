"""Statements about a policy's life that cannot all be true are shown, none is dropped."""

from datetime import UTC, datetime

import pytest

from feeds.contradictions import contradictions
from store.records import Document, LifecycleStep, Policy, Step

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def policy(*steps: tuple[Step, str | None], status: str, validity: str | None = None) -> Policy:
    return Policy(
        id="p1",
        title="社工站管理办法",
        document_number=None,
        region="32",
        issuers=(),
        genre="policy",
        topics=(),
        status=status,
        first_seen_at=NOW,
        updated_at=NOW,
        steps=tuple(LifecycleStep(step, on, "依据") for step, on in steps),
        document=Document(url="http://a.cn/1", title="社工站管理办法", validity=validity),
    )


def test_two_days_of_coming_into_force_are_both_named() -> None:
    (said,) = contradictions(
        policy(("effective", "2024-05-01"), ("effective", "2024-06-01"), status="effective")
    )
    assert said == "施行日期说法不一：2024年5月1日、2024年6月1日，依据见上。"


def test_a_site_that_still_calls_an_ended_policy_valid_is_shown_against_it() -> None:
    (said,) = contradictions(policy(("expired", "2025-01-01"), status="expired", validity="有效"))
    assert said == "原页效力一栏仍写“有效”，而依据上文已失效。"


@pytest.mark.parametrize(
    "sound",
    [
        policy(("effective", "2024-05"), ("effective", "2024-05-03"), status="effective"),
        policy(("issued", "2024-05-01"), ("issued", "2024-06-01"), status="issued"),
        policy(("repealed", None), ("repealed", "2024-06-01"), status="repealed"),
        policy(("expired", "2025-01-01"), status="expired", validity="已失效"),
        policy(("effective", "2024-05-01"), status="effective", validity="有效"),
    ],
)
def test_what_can_all_be_true_is_no_contradiction(sound: Policy) -> None:
    assert contradictions(sound) == []
