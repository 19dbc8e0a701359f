"""Rosters as teachers have them, and names as files carry them."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.errors import CourseError
from course_lib.grading.records import Student
from course_lib.grading.roster.matching import Claim, Names, loosely
from course_lib.grading.roster.roster import as_csv, read_roster

OURS = "id,name,email,aliases\nana5,Ana Ruiz,ana@uni.edu,aruiz; A. Ruiz\nbob7,Bob Ng,,\n"
ANA = Student("ana5", "Ana Ruiz", "ana@uni.edu", ("aruiz", "A. Ruiz"))
BOB = Student("bob7", "Bob Ng")


def written(folder: Path, text: str | bytes) -> Path:
    file = folder / "roster.csv"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


WRITINGS = {
    "plain": OURS.encode(),
    "BOM": OURS.encode("utf-8-sig"),
    "Excel with semicolons": OURS.replace(",", ";").replace("aruiz; A. Ruiz", '"aruiz; A. Ruiz"').encode("utf-8-sig"),
    "Excel names its delimiter": b"sep=,\r\n" + OURS.replace("\n", "\r\n").encode(),
    "Excel Unicode text": OURS.replace(",", "\t").encode("utf-16"),
    "capitals and blanks": OURS.replace("id,name", " ID , Name").encode(),
}


@pytest.mark.parametrize("data", WRITINGS.values(), ids=WRITINGS)
def test_our_own_table_in_every_writing(tmp_path: Path, data: bytes) -> None:
    assert read_roster(written(tmp_path, data)) == ([ANA, BOB], [])


def test_latin_1_is_read_with_a_note(tmp_path: Path) -> None:
    [student], [note] = read_roster(written(tmp_path, "id,name\nj1,José Núñez\n".encode("latin-1")))
    assert student.name == "José Núñez"
    assert "not in UTF-8" in note


def test_a_canvas_export(tmp_path: Path) -> None:
    text = (
        "Student,ID,SIS User ID,SIS Login ID,Section,Week 7 homework (4711)\n"
        ",,,,,Manual Posting\n"
        "    Points Possible,,,,,20.00\n"
        '"Gómez Ruiz, Ana María",1001,S-77,agomez,Biology,\n'
        '"Ng, Bob",1002,S-78,bng,Biology,\n'
        '"Student, Test",1003,,f00ba4,Biology,\n'
    )
    students, notes = read_roster(written(tmp_path, text))
    assert students == [
        Student("agomez", "Ana María Gómez Ruiz", "", ("S-77", "1001")),
        Student("bng", "Bob Ng", "", ("S-78", "1002")),
    ]
    assert notes == ["1 test student of Canvas was left out"]
    students, _ = read_roster(written(tmp_path, "LastName,FirstName,ID,SIS Login ID,Section\nNg,Bob,1002,,B\n"))
    assert students == [Student("1002", "Bob Ng")], "where nobody has a login, the number is the id"


def test_moodle_exports(tmp_path: Path) -> None:
    sheet = (
        "Identifier,Full name,ID number,Email address,Status,Grade\n"
        "Participant 512,Ana Ruiz,77,ana@uni.edu,Submitted,\n"
        "Participant 513,Bob Ng,,bob@uni.edu,Submitted,\n"
    )
    students, _ = read_roster(written(tmp_path, sheet))
    assert students == [
        Student("ana@uni.edu", "Ana Ruiz", "ana@uni.edu", ("77", "Participant 512")),
        Student("bob@uni.edu", "Bob Ng", "bob@uni.edu", ("Participant 513",)),
    ], "an id that not everybody has is nobody's id"
    participants = "First name,Last name,ID number,Email address\nAna,Ruiz,77,ana@uni.edu\nBob,Ng,78,bob@uni.edu\n"
    students, _ = read_roster(written(tmp_path, participants))
    assert [(each.id, each.name) for each in students] == [("77", "Ana Ruiz"), ("78", "Bob Ng")]


FAULTS = {
    "doubled": ("id,name\nana,A\nbob,B\nANA,C\n", "line 4: the id 'ANA' stands in line 2 already"),
    "composed": ("id\njos\u00e9\njose\u0301\n", "line 3: the id 'jos\u00e9' stands in line 2"),
    "empty": ("id,name\nana,A\n,B\n", "line 3: the id is empty"),
    "long": ("id\n" + "x" * 81 + "\n", "line 2: a student's id has 1 to 80 characters"),
    "alias of another": ("id,aliases\nana,\nbob,ana\n", "line 3: the alias 'ana' belongs to line 2"),
    "no student": ("id,name\n", "names no student"),
    "nothing": ("", "is empty"),
    "other columns": ("first,second\n1,2\n", "has the columns first, second. A roster has id, name, email, aliases"),
    "a spreadsheet": (b"PK\3\4\0\0\0\0", "save it from the spreadsheet as CSV"),
}


@pytest.mark.parametrize(("text", "said"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_with_its_line(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(CourseError) as caught:
        read_roster(written(tmp_path, text))
    assert said in str(caught.value)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="there is no file"):
        read_roster(tmp_path / "nowhere.csv")


CLASS = [
    Student("agomez", "Ana María Gómez Ruiz", "ana.gomez@uni.edu", ("1001", "Participant 512")),
    Student("bng", "Bob Ng", "bob@uni.edu", ("1002",)),
    Student("a_b", "Lee Ann"),
    Student("ab", "Ann Lee"),
    Student("smith1", "Sam Smith", "", ("2001",)),
    Student("smith2", "Sam Smith", "", ("2002",)),
    Student("1003", "Zoë Müller"),
]
NAMES = Names(CLASS)
FITS = [
    ("agomez", "agomez"), ("AGomez", "agomez"), ("ana.gomez@uni.edu", "agomez"), ("ana.gomez", "agomez"),
    ("Ana María Gómez Ruiz", "agomez"), ("Gómez Ruiz, Ana María", "agomez"), ("gómezruizanamaría", "agomez"),
    ("gomez_ruiz_ana_maria", "agomez"), (unicodedata.normalize("NFD", "GÓMEZ RUIZ ANA MARÍA"), "agomez"),
    ("a_b", "a_b"), ("ab", "ab"), ("BOB-NG", "bng"), ("zoemuller", "1003"), ("1003", "1003"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "student"), FITS)
def test_a_name_fits_however_it_is_written(name: str, student: str) -> None:
    assert NAMES.find(Claim((), (name,))) == (student, "")


def test_what_fits_two_fits_nobody() -> None:
    found, why = NAMES.find(Claim((), ("Sam Smith",)))
    assert (found, why) == (None, "Sam Smith fits smith1 and smith2; give each of them an alias in the roster")
    assert NAMES.find(Claim((), ("Ann Lee",)))[0] is None, "two names that are the same the other way round"
    assert NAMES.find(Claim(("2002",), ("smithsam",))) == ("smith2", ""), "a number tells them apart"


def test_number_and_name_that_disagree_fit_nobody() -> None:
    found, why = NAMES.find(Claim(("1002",), ("Ana María Gómez Ruiz",)))
    assert (found, why) == (None, "its number is that of bng, its name that of agomez")


def test_strangers_are_told_with_the_nearest_names() -> None:
    found, why = NAMES.find(Claim((), ("bob nge",)))
    assert found is None
    assert why == "nobody in the roster is called bob nge; nearest: bng (Bob Ng)"
    assert NAMES.find(Claim(("1009",), ("strangejoe",)))[1] == "nobody in the roster is called strangejoe / 1009", (
        "a number like that of others says nothing where there is a name"
    )
    assert NAMES.find(Claim((), ("___",)))[0] is None
    assert NAMES.find(Claim())[1] == "nobody in the roster is called a file without a name"


letters = st.text(st.characters(categories=["Lu", "Ll", "Lo", "Mn", "Nd"]), min_size=1, max_size=8)


@given(st.lists(letters, min_size=1, max_size=4), st.sampled_from(["NFC", "NFD"]), st.sampled_from(" _-"), st.data())
def test_every_way_to_write_one_name_finds_its_student(
    words: list[str], form: str, between: str, data: st.DataObject
) -> None:
    if not loosely(" ".join(words)).strip():
        return
    names = Names([Student("only", " ".join(words)), Student("bob", "Bob Ng")])
    if names.find(Claim((), (" ".join(words),)))[0] != "only":
        return  # marks alone, or Bob himself
    cut = data.draw(st.integers(0, len(words) - 1))
    turned = between.join(words[cut:] + words[:cut])
    assert names.find(Claim((), (unicodedata.normalize(form, turned).casefold(),))) == ("only", "")


ids = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"], exclude_characters=";"), min_size=1, max_size=9
)


@given(st.lists(ids, min_size=1, max_size=5, unique_by=lambda id: unicodedata.normalize("NFC", id.strip()).casefold()))
def test_a_roster_that_was_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, made: list[str]) -> None:
    students = [Student(unicodedata.normalize("NFC", id), f"Name {n}") for n, id in enumerate(made)]
    file = tmp_path_factory.getbasetemp() / "made.csv"
    file.write_text(as_csv(students), encoding="utf-8")
    assert read_roster(file) == (students, [])
