"""Files are put whole, touched only when they change, younger than what they replace."""

from pathlib import Path

from feeds.files import put_whole


def test_new_bytes_in_the_same_second_are_a_second_younger(tmp_path: Path) -> None:
    path = tmp_path / "all.xml"
    times = []
    for content in (b"one", b"two", b"three"):
        assert put_whole(path, content)
        times.append(int(path.stat().st_mtime))
    assert times[0] < times[1] < times[2]


def test_equal_bytes_leave_the_file_and_its_time_alone(tmp_path: Path) -> None:
    path = tmp_path / "all.xml"
    put_whole(path, b"one")
    before = path.stat().st_mtime_ns
    assert not put_whole(path, b"one")
    assert path.stat().st_mtime_ns == before
