"""The SQLModel tables. Rows do not leave this room; `store.records` values do.

`table=True` models do not validate, so closed vocabularies are CHECKed by the database and
instants pass through `UtcDateTime`, which refuses naive ones. JSON columns hold whole records
(`store.codec`). Every table says who writes it.
"""

from store.tables.crawl import (
    CaptureRow,
    ColumnRow,
    HealthEventRow,
    ListedRow,
    RunRow,
    SourceRow,
    VisitRow,
)
from store.tables.dossiers import ChangeRow, DecisionRow, MatchKeyRow, MemberRow, PolicyRow, StepRow
from store.tables.fields import UtcDateTime
from store.tables.pages import FileRow, PageFileRow, PageRow, SnapshotRow
from store.tables.readers import (
    AlarmRow,
    AlertRow,
    DeliveryRow,
    DigestRunRow,
    MailContentRow,
    SubscriptionRow,
)

__all__ = [
    "AlarmRow",
    "AlertRow",
    "CaptureRow",
    "ChangeRow",
    "ColumnRow",
    "DecisionRow",
    "DeliveryRow",
    "DigestRunRow",
    "FileRow",
    "HealthEventRow",
    "ListedRow",
    "MailContentRow",
    "MatchKeyRow",
    "MemberRow",
    "PageFileRow",
    "PageRow",
    "PolicyRow",
    "RunRow",
    "SnapshotRow",
    "SourceRow",
    "StepRow",
    "SubscriptionRow",
    "UtcDateTime",
    "VisitRow",
]
