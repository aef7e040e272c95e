"""Submission servers of Chinese mail providers: where they are, how fast one may write to them.

All want port 465 with TLS and an 授权码 (an app password made in the web mail), not the password
of the account. None publishes its limits, and all adapt them to an account's history; these are
cautious values of ours, to be raised with `smtp_per_minute` and `smtp_per_day` when an account has
proved itself. What does not fit into a day waits for the next.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Provider:
    """A submission server and the pace it is written to."""

    host: str
    per_minute: int
    per_day: int
    port: int = 465


PROVIDERS: dict[str, Provider] = {
    "qq": Provider("smtp.qq.com", per_minute=10, per_day=100),
    "163": Provider("smtp.163.com", per_minute=10, per_day=100),
    "aliyun": Provider("smtp.qiye.aliyun.com", per_minute=30, per_day=500),
    "tencent": Provider("smtp.exmail.qq.com", per_minute=20, per_day=500),
}
