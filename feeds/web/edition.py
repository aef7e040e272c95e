"""Which publication the app answers from: what `public/` holds, so that all answers agree."""

from dataclasses import dataclass
from pathlib import Path

from feeds.imprint import NAME, last_imprint, look
from feeds.settings import PublishSettings


@dataclass(frozen=True, slots=True)
class Edition:
    """A publication: its last sequence, when it was finished (seconds since 1970).

    look: that of the program which answers; after an upgrade the pages beside may still have
    another one until the next publication.
    """

    sequence: int
    look: str
    modified_at_s: float


class Newsstand:
    """Knows the newest publication in a folder at the cost of one `stat` a request."""

    def __init__(self, public: Path, settings: PublishSettings) -> None:
        self._public = public
        self._look = look(settings)  # a running program does not change
        self._file = str(public / NAME)
        self._seen: tuple[int, int] | None = None
        self._edition: Edition | None = None

    def newest(self) -> Edition | None:
        """Return the newest publication, None where nothing is published."""
        try:
            stat = Path(self._file).stat()
        except FileNotFoundError:
            return None
        now = (stat.st_mtime_ns, stat.st_ino)
        if now != self._seen:
            imprint = last_imprint(self._public)
            self._edition = (
                Edition(imprint.sequence, self._look, stat.st_mtime) if imprint else None
            )
            self._seen = now
        return self._edition
