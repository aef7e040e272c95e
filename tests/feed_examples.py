"""Invented changes, policies and sources in the manner of the real thing, for the feeds tests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from store import ledger, pages
from store.database import Database
from store.records import (
    Attachment,
    Change,
    ChangeDraft,
    Classification,
    Decoded,
    Diff,
    DiffBlock,
    Document,
    Edit,
    Evidence,
    Finding,
    HealthEvent,
    LifecycleStep,
    MatchKey,
    Member,
    PageFacts,
    Policy,
    Reason,
    SourceStatus,
    Verdict,
)

NOON = datetime(2026, 6, 6, 4, 0, tzinfo=UTC)
"""12:00 on 2026年6月6日 in China."""

STATION = Document(
    url="https://mzt.example.gov.cn/art/2026/6/5/art_100_1.html",
    title="关于加强乡镇（街道）社会工作服务站建设的实施意见",
    body_text="各市民政局：\n第一条 每个乡镇设社会工作服务站一个。\n"
    "第二条 每站配备社工不少于三名。",
    published_on="2026-06-05",
    document_number="苏民发〔2026〕12号",
    issuers=("江苏省民政厅", "江苏省财政厅"),
    region="32",
    attachments=(
        Attachment("https://mzt.example.gov.cn/files/建设标准.pdf", "建设标准.pdf"),
        Attachment("https://mzt.example.gov.cn/files/b.docx", "申报表.docx"),
    ),
    evidence={"document_number": Evidence("header-table", "信息公开表")},
)

SALARY_DIFF = Diff(
    (
        DiffBlock("same", "第一条", "第一条 每个乡镇设站一个。", "第一条 每个乡镇设站一个。"),
        DiffBlock(
            "edited",
            "第二条",
            "第二条 每站配备社工不少于三名。",
            "第二条 每站配备社工不少于四名。",
            (
                Edit("=", "第二条 每站配备社工不少于"),
                Edit("-", "三"),
                Edit("+", "四"),
                Edit("=", "名。"),
            ),
        ),
        DiffBlock("inserted", "第三条", None, "第三条 督导每月不少于一次。"),
    )
)


def change(sequence: int = 1, **fields: object) -> Change:
    """Return an announced new policy of 江苏, with any field replaced."""
    base = Change(
        sequence=sequence,
        id=f"c{sequence:04d}",
        recorded_at=NOON + timedelta(minutes=sequence),
        kind="new",
        announcement="announced",
        policy_id=f"p{sequence:04d}",
        policy_title="关于加强乡镇（街道）社会工作服务站建设的实施意见",
        page_url=f"https://mzt.example.gov.cn/art/2026/6/5/art_100_{sequence}.html",
        source_id="mz_js",
        role="original",
        genre="policy",
        topics=("社工站",),
        region="32",
        possibly_relevant=False,
        body_withheld=False,
        evidence="标题含“社会工作服务站”",
        document=STATION,
        reasons=(Reason("社会工作服务站", "title", 3.0, "relevant"),),
    )
    return replace(base, **fields)  # type: ignore[arg-type]


def draft(sequence: int = 2, ends_on: str = "2026-06-20", **fields: object) -> Change:
    """Return an announced draft for comment."""
    document = replace(
        STATION,
        url="https://mzt.example.gov.cn/art/2026/6/6/art_101_2.html",
        title="社会工作者继续教育办法（征求意见稿）",
        document_number=None,
        issuers=("吉林省民政厅",),
        region="22",
        attachments=(),
        consultation_ends_on=ends_on,
    )
    told = {"genre": "draft", "role": "draft", "region": "22", "topics": ("继续教育",)}
    return change(sequence, document=document, **{**told, **fields})


def revision(sequence: int = 3, **fields: object) -> Change:
    """Return an announced revision with one edited and one inserted article."""
    return change(sequence, kind="revised", diff=SALARY_DIFF, **fields)


def repeal(sequence: int = 4, **fields: object) -> Change:
    """Return an announced lifecycle step: repealed from 1 July."""
    step = LifecycleStep("repealed", "2026-07-01", "原《社会工作站管理办法》自2026年7月1日起废止。")
    return change(sequence, kind="lifecycle", step=step, **fields)


def policy(policy_id: str = "p0001", **fields: object) -> Policy:
    """Return the dossier of the station policy."""
    base = Policy(
        id=policy_id,
        title=str(STATION.title),
        document_number=STATION.document_number,
        region="32",
        issuers=STATION.issuers,
        genre="policy",
        topics=("社工站",),
        status="issued",
        first_seen_at=NOON,
        updated_at=NOON + timedelta(minutes=1),
        members=(
            Member(
                STATION.url, 0, "mz_js", "original", "policy", STATION.title, "2026-06-05", False
            ),
            Member(
                "https://news.example.org/2026/0606/1.shtml",
                0,
                "swnews",
                "reprint",
                "policy",
                STATION.title,
                "2026-06-06",
                False,
            ),
        ),
        steps=(LifecycleStep("issued", "2026-06-05", "江苏省民政厅2026年6月5日印发。"),),
        document=STATION,
    )
    return replace(base, **fields)  # type: ignore[arg-type]


def source(source_id: str = "mz_js", **fields: object) -> SourceStatus:
    """Return a healthy source, looked at an hour before the digest's cut of 7 June."""
    base = SourceStatus(
        source_id=source_id,
        name="江苏省民政厅",
        region="32",
        health="healthy",
        since=NOON,
        last_visit_at=datetime(2026, 6, 6, 23, 0, tzinfo=UTC),
        last_success_at=datetime(2026, 6, 6, 23, 0, tzinfo=UTC),
        last_outcome="ok",
        detail="",
    )
    return replace(base, **fields)  # type: ignore[arg-type]


def sick(source_id: str = "mz_jl", **fields: object) -> SourceStatus:
    """Return a source that has not answered for days."""
    told = {
        "name": "吉林省民政厅",
        "region": "22",
        "health": "sick",
        "last_outcome": "unreachable",
        "last_success_at": datetime(2026, 6, 3, 23, 0, tzinfo=UTC),
        "detail": "连接超时",
    }
    return source(source_id, **{**told, **fields})


def event(event_id: int = 1, **fields: object) -> HealthEvent:
    """Return a source that fell sick."""
    base = HealthEvent(
        id=event_id,
        source_id="mz_jl",
        source_name="吉林省民政厅",
        happened_at=NOON,
        was="healthy",
        now="sick",
        reason="连续3次连接超时",
        remedy="运行 policywatch doctor mz_jl",
    )
    return replace(base, **fields)  # type: ignore[arg-type]


HOSTILE = "社工\x00<script>alert(1)</script>\u202e站\ufffe\ud800𠮷\"'&]]><b onclick=x>"
"""Markup, a NUL, a bidi override, a noncharacter, a lone surrogate and a 4-byte character."""


def tell(database: Database, number: int = 1, *, now: datetime = NOON, **told: object) -> str:
    """Record a change in a real ledger and return its id.

    told: kind, announcement, genre, role, topics, document fields, diff and cites (titles).
    """
    cited = [MatchKey("cited_title", str(title)) for title in told.pop("cites", ())]  # type: ignore[attr-defined]
    fields = {name: told.pop(name) for name in list(told) if name in Document.__dataclass_fields__}
    url = f"https://mzt.example.gov.cn/art/2026/6/5/art_200_{number}.html"
    document = replace(STATION, **{"url": url, "title": f"社工站建设意见之{number}", **fields})
    topics = tuple(told.get("topics", ("社工站",)))  # type: ignore[call-overload]
    classification = Classification(told.get("genre", "policy"), topics, "yes")
    drafted = ChangeDraft(
        told.get("kind", "new"),
        told.get("announcement", "announced"),
        "标题含“社工站”",
        body_withheld=bool(told.get("body_withheld")),
        diff=told.get("diff"),
    )
    finding = Finding(
        url=url,
        part=0,
        document=document,
        classification=classification,
        verdict=Verdict(told.get("policy_id"), told.get("role", "original"), "new", False, "首见"),
        content_hash=f"h{number}{document.body_text}",
        reader_version="1",
        decoded=Decoded("", "utf-8", ("utf8-valid",)),
        keys=(MatchKey("title", str(document.title)), *cited),
        changes=(drafted,),
    )
    facts = PageFacts(url, "article", "mz_js", "zcwj", now, None, "sha")
    with database.writing() as session:
        page_id = pages.touch(session, facts)
        (change_id,) = ledger.record(session, facts, page_id, finding, now)
    return change_id
