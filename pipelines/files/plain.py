"""Plain text files, decoded by the cascade that reads pages."""

from pipelines.decode import decode
from pipelines.files.texts import paragraphs
from store.records import FileText


def read_plain(body: bytes) -> FileText:
    """Return a text file's paragraphs; its charset is found as a page's is."""
    return FileText("txt", paragraphs(decode(body, None).text.splitlines()))
