"""Serves `public/` as it lies there: strong ETags, gzip, right media types, no hidden file."""

import os
from pathlib import Path, PurePosixPath

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

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
    """The published folder. Hidden files (a half-written page, the imprint) do not exist."""

    def __init__(self, public: Path, cache: BodyCache) -> None:
        super().__init__(directory=public, html=True, check_dir=False)
        self._cache = cache

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file's response; 404 for a hidden one."""
        if any(part.startswith(".") and part != "." for part in PurePosixPath(path).parts):
            raise HTTPException(404)
        return await super().get_response(path, scope)

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
