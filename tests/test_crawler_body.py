"""Content codings are undone exactly, and a body cut short is never taken for a whole one."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.body import unpack
from crawler.errors import BodyError

PAGE = "<p>社会工作服务</p>".encode() * 50


@given(st.binary(max_size=2000))
def test_unpacking_undoes_packing(body):
    assert unpack(gzip.compress(body), "gzip") == body
    assert unpack(zlib.compress(body), "deflate") == body


def test_codings_are_undone_in_reverse_order():
    assert unpack(gzip.compress(zlib.compress(PAGE)), "deflate, gzip") == PAGE


def test_raw_deflate_of_old_servers_is_understood():
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    assert unpack(packer.compress(PAGE) + packer.flush(), "deflate") == PAGE


@given(st.integers(min_value=3, max_value=len(gzip.compress(PAGE)) - 1))
def test_a_gzip_cut_anywhere_is_refused(cut):
    with pytest.raises(BodyError, match=r"不完整|损坏"):
        unpack(gzip.compress(PAGE)[:cut], "gzip")


def test_a_plain_body_under_a_gzip_label_is_itself():
    assert unpack(PAGE, "gzip") == PAGE


def test_a_body_that_unpacks_to_too_much_is_refused():
    with pytest.raises(BodyError, match="超过 1000"):
        unpack(gzip.compress(b"0" * 10_000_000), "gzip", max_bytes=1000)
    with pytest.raises(BodyError, match="超过"):
        unpack(b"0" * 1001, None, max_bytes=1000)


def test_a_coding_we_never_ask_for_is_named():
    with pytest.raises(BodyError, match="'br'"):
        unpack(PAGE, "br")
