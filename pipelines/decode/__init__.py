"""Bytes become text: the decoder of Chinese pages, in order of evidence, with its story told.

`decode` is pure and deterministic. It never invents: what is ambiguous stays U+FFFD.
"""

from pipelines.decode.cascade import decode

DECODER_VERSION: int = 1
"""Raised whenever a page may read differently: `redecode` replays what an older one decoded."""

__all__ = ["DECODER_VERSION", "decode"]
