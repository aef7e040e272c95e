"""What a mail server's refusal was about: the address, the content, the sender, or the pace.

Pure: a reply and the stage it came at in, a judgement out. By RFC 5321 §4.2.1 the first digit says
whether to try again; by RFC 3463 §3 an enhanced status says what was wrong. Chinese providers say
it in words of their own, read here first (网易 "退信代码", seen in the threads of lessons §1).
"""

import re
from typing import Literal, NamedTuple

Stage = Literal["MAIL", "RCPT", "DATA", "END"]
Cause = Literal["address", "content", "sender", "rate", "temporary"]

_ENHANCED = re.compile(r"^\s*[245]\.(\d{1,3})\.(\d{1,3})\b")
_SPOKEN: tuple[tuple[Cause, re.Pattern[str]], ...] = (
    (
        "rate",
        re.compile(
            r"\b(?:MI:(?:STC|SFQ|DMC|CCL)|RP:(?:TRC|DRC|CCL)|HL:(?:IFC|ICC))\b"
            r"|frequency limited|too many (?:mails?|messages|connections|recipients)"
            r"|(?:rate|limit|quota) (?:is )?exceed|exceeds? the (?:rate|limit|quota)"
            r"|(?:发送|发信)(?:过于频繁|超过)",
            re.IGNORECASE,
        ),
    ),
    (
        "sender",
        re.compile(
            r"\bDT:SUM\b|mail from must equal|authentication (?:is )?required|not authenticated"
            r"|sender.{0,20}(?:reject|denied|not allowed)|relay|\bIP is rejected"
            r"|black ?list|block ?list|spamhaus",
            re.IGNORECASE,
        ),
    ),
    (
        "content",
        re.compile(
            r"\bDT:SPM\b|spam|垃圾邮件|invalid subject|content (?:filter|reject)|message content",
            re.IGNORECASE,
        ),
    ),
    (
        "address",
        re.compile(
            r"no such (?:user|mailbox|recipient)|(?:user|mailbox|recipient|account)"
            r".{0,24}(?:not (?:found|exist)|unknown|unavailable|disabled|locked|suspended)"
            r"|unknown (?:user|recipient)",
            re.IGNORECASE,
        ),
    ),
)
_SUBJECTS: dict[str, Cause] = {"1": "address", "2": "address", "6": "content", "7": "content"}
_STAGES: dict[Stage, Cause] = {
    "MAIL": "sender",
    "RCPT": "address",
    "DATA": "content",
    "END": "content",
}


class Judgement(NamedTuple):
    """lasting: trying the same message again is useless. cause: what the refusal was about."""

    lasting: bool
    cause: Cause


def judge(code: int, words: str, stage: Stage) -> Judgement:
    """Return what a reply that is no acceptance means.

    A matter of pace is never lasting, whatever its digit: 网易 says 554 when a day's quota is
    used up. Nor is a matter of the sender: it is the operator's to mend, and no subscriber's loss.
    """
    cause = _cause(words, stage)
    if cause in ("rate", "sender"):
        return Judgement(False, cause)
    if 500 <= code < 600:
        return Judgement(True, cause)
    return Judgement(False, "temporary")


def _cause(words: str, stage: Stage) -> Cause:
    for cause, pattern in _SPOKEN:
        if pattern.search(words):
            return cause
    enhanced = _ENHANCED.match(words)
    if enhanced and enhanced[1] == "1":
        return "sender" if enhanced[2] in ("7", "8") else "address"  # RFC 3463 §3.2: X.1.7, X.1.8
    if enhanced and enhanced[1] in _SUBJECTS and stage != "MAIL":
        return _SUBJECTS[enhanced[1]]
    return _STAGES[stage]
