"""Serves `public/` as it lies there: strong ETags, gzip, right media types, no hidden file."""

import os
from pathlib import Path, PurePosixPath

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from feeds.site.missing import missing_page
from feeds.site.shell import ASSETS
from feeds.web.notices import Notices
from feeds.web.validators import (
    BodyCache,
    answer,
    is_unchanged,
    not_modified,
    strong_etag,
    wants_gzip,
    zipped,
)

MEDIA_TYPES = {
    ".xml": "application/rss+xml; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".json": "application/feed+json; charset=utf-8",
    ".opml": "text/x-opml; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
}
"""Everything we publish is text; a file of another kind is served as Starlette guesses."""


class PublicFiles(StaticFiles):
    """The published folder. Hidden files (a half-written page, the imprint) do not exist.

    What does not exist is answered with a page for people: 404, or 503 before there is anything.
    """

    def __init__(self, public: Path, cache: BodyCache, notices: Notices) -> None:
        super().__init__(directory=public, html=True, check_dir=False)
        self._front = public / "index.html"
        self._cache = cache
        self.notices = notices
        self._missing = missing_page(notices.settings)

    async def check_config(self) -> None:
        """Take a folder that is not there: the first publication makes it."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file's response, or that of the page in its place."""
        hidden = any(part.startswith(".") and part != "." for part in PurePosixPath(path).parts)
        try:
            if not hidden:
                return await super().get_response(path, scope)
        except HTTPException as refused:
            if refused.status_code != 404:
                raise
        return self._absent(PurePosixPath(path).as_posix())

    def _absent(self, path: str) -> Response:
        """Return the page in a file's place; style and script are there before there is a page."""
        if self._front.is_file():
            return HTMLResponse(self._missing, 404, {"Cache-Control": "no-cache"})
        if path in ASSETS:
            return Response(ASSETS[path], media_type=MEDIA_TYPES[PurePosixPath(path).suffix])
        return self.notices.unpublished()

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """Return the file, zipped where the client takes it, or 304 (StaticFiles' own hook)."""
        media_type = MEDIA_TYPES.get(Path(full_path).suffix)
        headers = Headers(scope=scope)
        zip_it = media_type is not None and wants_gzip(headers)
        name = f"{stat_result.st_mtime_ns:x}-{stat_result.st_size:x}-{stat_result.st_ino:x}"
        etag, modified = strong_etag(name, zipped=zip_it), stat_result.st_mtime
        if is_unchanged(headers, etag, modified):
            return not_modified(etag, modified)
        if zip_it and media_type is not None:
            body = self._cache.get(etag, lambda: zipped(Path(full_path).read_bytes()))
            return answer(body, media_type, etag, modified)
        response = FileResponse(
            full_path, status_code=status_code, stat_result=stat_result, media_type=media_type
        )
        response.headers["etag"] = etag
        response.headers["vary"] = "Accept-Encoding"
        response.headers["cache-control"] = "no-cache"
        return response
