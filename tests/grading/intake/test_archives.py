"""Zips made by attackers: every bad member is a row with a reason, and its neighbours are read all the same."""

import io
import random
import struct
import tracemalloc
import zipfile
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.errors import CourseError
from course_lib.grading.intake.archives import entries_of, entries_within
from course_lib.grading.intake.entries import Entry, Limits
from course_lib.grading.untrusted_notebook import MB
from tests.grading.campus import LINKS, PIPES, homework, packed, with_member


def read(data: bytes, limits: Limits | None = None) -> list[Entry]:
    """The entries of a zip in memory."""
    return entries_of(io.BytesIO(data), limits or Limits())


def member(name: str, attributes: int = 0o100644 << 16, method: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, (2026, 11, 20, 12, 0, 0))
    info.external_attr, info.compress_type = attributes, method
    return info


def changed(data: bytes, old: bytes, new: bytes) -> bytes:
    """The same zip with a name exchanged everywhere, for names that no library writes."""
    assert len(old) == len(new) and data.count(old) >= 2
    return data.replace(old, new)


def flagged(data: bytes, name: bytes, flags: int) -> bytes:
    """The same zip with flags set on one member, in both of its headers."""
    made = bytearray(data)
    for sign, at_flags, at_name in ((b"PK\3\4", 6, 30), (b"PK\1\2", 8, 46)):
        at = data.index(sign)
        while data[at + at_name : at + at_name + len(name)] != name:
            at = data.index(sign, at + 1)
        old = struct.unpack_from("<H", made, at + at_flags)[0]
        struct.pack_into("<H", made, at + at_flags, old | flags)
    return bytes(made)


ATTACKS = {
    "up": (with_member(member("../bad.ipynb")), "leads out of the folder"),
    "up within": (with_member(member("ana/../../bad.ipynb")), "leads out of the folder"),
    "up on Windows": (with_member(member("ana\\..\\..\\bad.ipynb")), "leads out of the folder"),
    "absolute": (with_member(member("/etc/bad.ipynb")), "begins at the root of a disk"),
    "drive": (with_member(member("C:/bad.ipynb")), "begins at the root of a disk"),
    "share": (with_member(member("\\\\host\\bad.ipynb")), "begins at the root of a disk"),
    "link": (with_member(member("bad.ipynb", LINKS), b"/etc/passwd"), "symbolic link"),
    "linked folder": (with_member(member("bad", LINKS), b"/root"), "symbolic link"),
    "pipe": (with_member(member("bad.ipynb", PIPES)), "a device"),
    "long name": (with_member(member("b" * 256 + ".ipynb")), "longer than 255 bytes"),
    "long in bytes": (with_member(member("é" * 130 + ".ipynb")), "longer than 255 bytes"),
    "NUL": (changed(with_member(member("bad.ipynb!!txt")), b"bad.ipynb!!txt", b"bad.ipynb\0.txt"), "no name may hold"),
    "bell": (with_member(member("bad\a.ipynb")), "no name may hold"),
    "no text": (
        flagged(changed(with_member(member("bad_.ipynb")), b"bad_", b"bad\xff"), b"bad\xff", 0x800),
        "not text",
    ),
    "password": (flagged(with_member(member("bad.ipynb")), b"bad.ipynb", 1), "password"),
    "rare packing": (with_member(member("bad.ipynb", method=zipfile.ZIP_LZMA)), "rare way (method 14)"),
}


@pytest.mark.parametrize(("data", "said"), ATTACKS.values(), ids=ATTACKS)
def test_a_bad_member_says_why_and_its_neighbours_are_read(data: bytes, said: str) -> None:
    first, bad, last = read(data)
    assert said in bad.problem
    assert bad.path.isprintable()
    with pytest.raises(CourseError) as caught:
        bad.content()
    assert said in str(caught.value)
    assert (first.path, last.path) == ("ana/homework.ipynb", "eva/homework.ipynb")
    assert first.content() == last.content() == homework()


def test_names_without_a_flag_are_utf8_where_they_can_be() -> None:
    written = packed({"Jos\u00e9.ipynb": b"{}"})
    name, flag = "José.ipynb".encode(), struct.pack("<H", 0x800)
    assert written.count(flag) >= 2
    made = bytearray(written)
    for sign, at_flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        struct.pack_into("<H", made, written.index(sign) + at_flags, 0)
    assert name in bytes(made)
    [entry] = read(bytes(made))
    assert (entry.path, entry.content()) == ("José.ipynb", b"{}")


def test_a_bomb_is_stopped_while_it_unpacks() -> None:
    data = packed({"bomb.ipynb": b"0" * 30 * MB, "ana.ipynb": homework()})
    assert len(data) < 40_000
    bomb, ana = read(data)
    tracemalloc.start()
    with pytest.raises(CourseError, match="a zip bomb"):
        bomb.content()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * MB, "30 kB may become 6 MB, and not the 30 MB that are in it"
    assert ana.content() == homework()


def test_the_cap_holds_whatever_the_ratio() -> None:
    noise = random.Random(0).randbytes(300_000)
    [entry] = read(packed({"a.ipynb": noise}), Limits(file=200_000))
    with pytest.raises(CourseError, match=r"larger than 0\.2 MB"):
        entry.content()
    [entry] = read(packed({"a.ipynb": noise}), Limits(file=300_000))
    assert entry.content() == noise


@pytest.mark.parametrize("claimed", [0, 10, 2**31])
def test_the_size_in_the_header_is_not_believed(claimed: int) -> None:
    content = homework()
    data = bytearray(packed({"a.ipynb": content}))
    for sign, at in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        struct.pack_into("<I", data, bytes(data).index(sign) + at, claimed)
    [entry] = read(bytes(data), Limits(file=100_000))
    try:
        got = entry.content()
    except CourseError as error:
        assert "damaged" in str(error)
    else:
        assert got == content if claimed else got in (b"", content)


def test_everything_together_has_a_limit() -> None:
    noise = random.Random(0).randbytes(60_000)
    entries = read(packed({f"{n}.ipynb": noise for n in range(3)}), limits := Limits(left=150_000))
    assert [entries[0].content(), entries[1].content()] == [noise, noise]
    with pytest.raises(CourseError, match="the limit for one collection"):
        entries[2].content()
    assert limits.left < 0


def test_too_many_entries_are_refused() -> None:
    data = packed({f"{n}.ipynb": b"" for n in range(4)})
    assert len(read(data, Limits(entries=4))) == 4
    with pytest.raises(CourseError, match="4 entries; at most 3"):
        read(data, Limits(entries=3))


def test_a_giant_table_of_contents_is_not_loaded() -> None:
    table = 12 * MB
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 65_535, 65_535, table, 0, 0)
    with pytest.raises(CourseError, match="table of contents is too long"):
        read(b"\0" * table + end)


@pytest.mark.parametrize(
    "data", [b"", b"no zip", b"PK\5\6", packed({"a.ipynb": homework()})[:-30], b"\0" * 100_000], ids=range(5)
)
def test_what_is_no_zip_is_refused_kindly(data: bytes) -> None:
    with pytest.raises(CourseError, match="not a whole zip"):
        read(data)


def test_a_damaged_member_says_so() -> None:
    data = bytearray(packed({"a.ipynb": random.Random(0).randbytes(500), "b.ipynb": homework()}))
    data[100] ^= 0xFF
    first, second = read(bytes(data))
    with pytest.raises(CourseError, match="damaged inside the zip"):
        first.content()
    assert second.content() == homework()


def test_a_zip_in_a_zip_in_a_zip_stays_closed() -> None:
    inner = packed({"deep.zip": packed({"homework.ipynb": homework()}), "homework.ipynb": homework()})
    deep, near = entries_within(inner, Limits())
    assert "a zip within a zip" in deep.problem
    assert near.content() == homework()


def test_dates_are_in_the_zone_that_is_given_and_utc_where_the_zip_says_so() -> None:
    zone = timezone(timedelta(hours=5))
    [entry] = entries_of(io.BytesIO(packed({"a": b""})), Limits(), zone)
    assert entry.when == datetime(2026, 11, 20, 7, 0, 0, tzinfo=UTC)
    info = member("a")
    info.extra = struct.pack("<HHBi", 0x5455, 5, 1, 1_795_000_000)
    dates = {each.path: each.when for each in entries_of(io.BytesIO(with_member(info)), Limits(), zone)}
    assert dates["a"] == datetime.fromtimestamp(1_795_000_000, UTC)
    [entry] = read(packed({"a": b""}, (1980, 1, 1, 0, 0, 0)))
    assert entry.when is None, "the first date a zip can hold means that nobody knows"


def test_what_a_mac_adds_is_left_out() -> None:
    names = ["__MACOSX/._a.ipynb", "a/.DS_Store", "a/.ipynb_checkpoints/a-checkpoint.ipynb", "a/b.ipynb"]
    assert [each.path for each in read(packed(dict.fromkeys(names, b"")))] == ["a/b.ipynb"]


WHOLE = packed({"ana/homework.ipynb": homework(), "b\u00e9.zip": packed({"x.ipynb": homework("return 1")})})


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=6), st.booleans())
def test_no_damage_raises_anything_but_a_reason(changes: list[tuple[int, int]], cut: bool) -> None:
    data = bytearray(WHOLE)
    for at, byte in changes:
        data[at] = byte
    try:
        entries = read(bytes(data[: changes[0][0]] if cut else data))
    except CourseError:
        return
    for entry in entries:
        assert entry.path.isprintable()
        try:
            assert len(entry.content()) < MB
        except CourseError as error:
            assert str(error)
