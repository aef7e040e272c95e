"""Whether the database keeps its own promises; says what is wrong, changes nothing."""

from sqlalchemy import text
from sqlmodel import Session, col, select

from store.tables import ChangeRow

_QUERIES = {
    "member {0}: its policy {1} was merged into another": """
        SELECT m.page_id, p.id FROM member m JOIN policy p ON p.id = m.policy_id
        WHERE p.redirect_to IS NOT NULL""",
    "change {0}: of a snapshot of another page": """
        SELECT c.id FROM change c JOIN snapshot s ON s.id = c.snapshot_id
        WHERE s.page_id <> c.page_id""",
    "change {0}: announced as new twice for policy {1}": """
        SELECT max(id), policy_id FROM change
        WHERE kind = 'new' AND announcement = 'announced'
        GROUP BY policy_id, page_id, part HAVING count(*) > 1""",
    "visit {0}: settled, and its run {1} is not there": """
        SELECT v.id, v.run_id FROM visit v LEFT JOIN run r ON r.id = v.run_id
        WHERE r.id IS NULL""",
    "delivery {0}: its digest is not there": """
        SELECT d.id FROM delivery d LEFT JOIN digest_run r ON r.id = d.digest_run_id
        WHERE d.digest_run_id IS NOT NULL AND r.id IS NULL""",
    "page {0}: in one dossier with page {1}, kept apart by hand; see `reidentify`": """
        SELECT d.page_id, d.other_page_id FROM decision d
        JOIN member a ON a.page_id = d.page_id AND a.part = d.part
        JOIN member b ON b.page_id = d.other_page_id AND b.part = d.other_part
        WHERE d.verdict = 'apart' AND a.policy_id = b.policy_id""",
    "member {0}: no such policy": """
        SELECT m.page_id FROM member m LEFT JOIN policy p ON p.id = m.policy_id
        WHERE p.id IS NULL""",
    "policy {0}: no page speaks for it": """
        SELECT p.id FROM policy p LEFT JOIN member m ON m.policy_id = p.id
        WHERE m.page_id IS NULL AND p.redirect_to IS NULL""",
    "policy {0}: its redirections go round in circles": """
        WITH RECURSIVE way(start, at, hops) AS (
            SELECT id, redirect_to, 1 FROM policy WHERE redirect_to IS NOT NULL
            UNION ALL
            SELECT way.start, p.redirect_to, way.hops + 1 FROM way JOIN policy p ON p.id = way.at
            WHERE p.redirect_to IS NOT NULL AND way.hops < 100)
        SELECT start FROM way WHERE hops = 100""",
    "change {0}: recorded before the one in front of it": """
        SELECT b.sequence FROM change a JOIN change b ON b.sequence = a.sequence + 1
        WHERE b.recorded_at < a.recorded_at""",
    "digest of {0}: its window overlaps the one before": """
        SELECT b.on_day FROM digest_run a JOIN digest_run b
        ON a.rhythm = b.rhythm AND b.id > a.id WHERE b.after < a.upto""",
}


def problems(session: Session) -> list[str]:
    """Return every broken promise as one line each; empty when the database is sound."""
    found = [
        template.format(*row)
        for template, query in _QUERIES.items()
        for row in session.execute(text(query))
    ]
    if session.get_bind().dialect.name == "sqlite":
        found += [
            f"integrity: {row[0]}"
            for row in session.execute(text("PRAGMA integrity_check"))
            if row[0] != "ok"
        ]
        found += [
            f"{row[0]} row {row[1]}: its {row[2]} is missing"
            for row in session.execute(text("PRAGMA foreign_key_check"))
        ]
    return found


def announced_ids(session: Session, upto: int) -> frozenset[str]:
    """Return the ids of all changes that were announced, up to that sequence."""
    statement = select(ChangeRow.id).where(
        col(ChangeRow.sequence) <= upto, ChangeRow.announcement == "announced"
    )
    return frozenset(session.exec(statement))
