"""Documents in, verdicts out: the manifest that identification is measured by."""

import json
from pathlib import Path

from invented import policy_text

from crawler.trial import identify_manifest

LETTER = "关于印发《河川省督导办法》的通知\n各市民政局：\n河川省民政厅\n2024年3月8日\n"
TEXT = LETTER + policy_text("trial", 9)


def verdicts(
    folder: Path, *texts: str, content_type: str = "text/plain"
) -> list[dict[str, object]]:
    path = folder / "documents.jsonl"
    lines = (
        {"id": str(n), "group": 1, "url": f"http://s{n}.cn/{n}.txt", "content_type": content_type,
         "text": text}
        for n, text in enumerate(texts)
    )  # fmt: skip
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return list(identify_manifest(path))


def test_a_plain_text_is_a_document_whatever_stands_above_its_first_date(tmp_path: Path) -> None:
    flat = TEXT.replace("\n", "")
    one, other = verdicts(tmp_path, TEXT, flat)
    assert one["policy"] == other["policy"]
    assert (one["role"], other["role"], other["differs"]) == ("original", "reprint", False)


def test_an_excerpt_under_a_headline_made_of_its_first_words_is_found(tmp_path: Path) -> None:
    short = policy_text("short", 4)
    excerpt = "\n".join(short.split("\n")[1:3])
    one, other = verdicts(tmp_path, short, f"{excerpt[:26]}\n浏览次数：8次\n{excerpt}")
    assert one["policy"] == other["policy"]


def test_an_edited_clause_is_told_from_a_copy(tmp_path: Path) -> None:
    lines = TEXT.split("\n")
    lines.insert(6, "本条自2025年1月1日起施行，原有规定与本条不一致的，以本条为准。")
    _, other = verdicts(tmp_path, TEXT, "\n".join(lines))
    assert (other["kind"], other["differs"]) == ("joined", True)
