"""Whether the database keeps its own promises; says what is wrong, changes nothing."""

from sqlalchemy import text
from sqlmodel import Session

_QUERIES = {
    "member {0}: no such policy": """
        SELECT m.page_id FROM member m LEFT JOIN policy p ON p.id = m.policy_id
        WHERE p.id IS NULL""",
    "policy {0}: no page speaks for it": """
        SELECT p.id FROM policy p LEFT JOIN member m ON m.policy_id = p.id
        WHERE m.page_id IS NULL AND p.redirect_to IS NULL""",
    "policy {0}: redirects to itself": "SELECT id FROM policy WHERE redirect_to = id",
    "change {0}: recorded before the one in front of it": """
        SELECT b.sequence FROM change a JOIN change b ON b.sequence = a.sequence + 1
        WHERE b.recorded_at < a.recorded_at""",
    "digest of {0}: its window overlaps the one before": """
        SELECT b.on_day FROM digest_run a JOIN digest_run b
        ON a.rhythm = b.rhythm AND b.on_day > a.on_day WHERE b.after < a.upto""",
}


def problems(session: Session) -> list[str]:
    """Return every broken promise as one line each; empty when the database is sound."""
    found = [
        template.format(row[0])
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
