"""The servers under the sample sites: addresses, days, conditional requests, sources as TOML."""

import gzip
import socket
import tomllib
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from samplesites_client import fetch

from samplesites import SampleInternet, serve
from samplesites.internet import PortsTaken
from samplesites.roster import BAD_ROSTER, ROSTER

PORT_BASE = 21300
PURCHASING = "/zwgk/zcwj/202603/t20260318_30097.html"
SUPERVISORS = "/art/2024/8/19/art_1001_10835560.html"


@pytest.fixture
def internet() -> Iterator[SampleInternet]:
    with serve(port_base=PORT_BASE) as running:
        yield running


def test_every_site_has_its_own_loopback_port(internet: SampleInternet) -> None:
    assert len(internet.addresses) == len(ROSTER) == len(set(internet.addresses.values()))
    assert all(url.startswith("http://127.0.0.1:") for url in internet.addresses.values())


def test_a_taken_port_moves_the_whole_range_up() -> None:
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", 0))
        squatter.listen()
        taken = squatter.getsockname()[1]
        with serve(port_base=taken - 3) as running:
            first = int(running.addresses["demo_trs"].rpartition(":")[2])
            assert first > taken
            assert fetch(running.addresses["demo_trs"] + PURCHASING).status == 200


def test_no_free_ports_are_reported_with_the_range_tried() -> None:
    with pytest.raises(PortsTaken, match="70000"), serve(port_base=70_000):
        pass


def test_ports_are_free_again_afterwards() -> None:
    for _ in range(2):
        with serve(port_base=PORT_BASE + 900) as running:
            assert running.addresses["demo_trs"].endswith(str(PORT_BASE + 900))


def test_the_counter_moves_while_the_etag_holds_still(internet: SampleInternet) -> None:
    first, second = (fetch(internet.addresses["demo_trs"] + PURCHASING) for _ in range(2))
    assert first.body != second.body
    assert first.headers["ETag"] == second.headers["ETag"]


@pytest.mark.parametrize(
    ("validator", "condition"),
    [("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since")],
)
def test_a_current_copy_is_answered_with_304(
    internet: SampleInternet, validator: str, condition: str
) -> None:
    url = internet.addresses["demo_trs"] + PURCHASING
    known = fetch(url).headers[validator]
    again = fetch(url, {condition: known})
    assert (again.status, again.body) == (304, b"")
    assert again.headers[validator] == known


def test_another_etag_beats_a_matching_date(internet: SampleInternet) -> None:
    url = internet.addresses["demo_trs"] + PURCHASING
    date = fetch(url).headers["Last-Modified"]
    assert fetch(url, {"If-None-Match": '"old"', "If-Modified-Since": date}).status == 200


def test_head_sends_the_headers_alone(internet: SampleInternet) -> None:
    answer = fetch(internet.addresses["demo_trs"] + PURCHASING, method="HEAD")
    assert answer.status == 200
    assert answer.body == b""
    assert int(answer.headers["Content-Length"]) > 1000


def test_an_edit_in_place_changes_etag_and_date_under_the_same_address(
    internet: SampleInternet,
) -> None:
    url = internet.addresses["demo_trs"] + PURCHASING
    internet.advance()
    before = fetch(url)
    internet.advance()
    after = fetch(url, {"If-None-Match": before.headers["ETag"]})
    assert after.status == 200
    assert "6月30日".encode() in after.body
    assert "6月30日".encode() not in before.body
    moved = [parsedate_to_datetime(answer.headers["Last-Modified"]) for answer in (before, after)]
    assert moved[0] < moved[1] <= internet.now


def test_a_removed_page_is_404_and_off_its_list(internet: SampleInternet) -> None:
    base = internet.addresses["demo_hanweb"]
    listing = f"{base}/col/col1001/index.html"
    assert SUPERVISORS.encode() in gzip.decompress(fetch(listing).body)
    internet.advance(2)
    assert fetch(base + SUPERVISORS).status == 404
    assert SUPERVISORS.encode() not in gzip.decompress(fetch(listing).body)


def test_a_list_changes_only_with_its_rows(internet: SampleInternet) -> None:
    url = internet.addresses["demo_trs"] + "/zwgk/zcjd/"
    known = {"If-None-Match": fetch(url).headers["ETag"]}
    internet.advance()
    assert fetch(url, known).status == 304
    internet.advance()
    assert fetch(url, known).status == 200


def test_a_second_internet_sends_the_same_bytes() -> None:
    bodies = []
    for _ in range(2):
        with serve(port_base=PORT_BASE + 700) as running:
            running.advance(3)
            bodies.append([fetch(f"{url}/").body for url in running.addresses.values()])
    assert bodies[0] == bodies[1]


def test_the_date_header_follows_the_calendar(internet: SampleInternet) -> None:
    internet.advance(4)
    answer = fetch(internet.addresses["demo_trs"] + "/nowhere")
    assert answer.status == 404
    assert parsedate_to_datetime(answer.headers["Date"]) == internet.now


def test_a_source_definition_is_written_for_each_site(
    internet: SampleInternet, tmp_path: Path
) -> None:
    paths = internet.write_sources(tmp_path / "sources")
    sources = [tomllib.loads(path.read_text(encoding="utf-8")) for path in paths]
    assert [source["id"] for source in sources] == [path.stem for path in paths]
    assert {source["id"]: source["base_url"] for source in sources} == internet.addresses
    assert all(source["allow_loopback"] and source["delay_s"] == 0 for source in sources)
    assert [s["clone_of"] for s in sources if "clone_of" in s] == ["demo_epaper"]
    for source in sources:
        for column in source["columns"]:
            assert column["url"].startswith(source["base_url"])


def test_the_bad_site_is_not_part_of_the_demo(internet: SampleInternet) -> None:
    assert "demo_bad" not in internet.addresses
    with serve(port_base=PORT_BASE + 800, roster=BAD_ROSTER) as running:
        assert list(running.addresses) == ["demo_bad"]
