"""Arrays in files: every kind that is read, every sentence that refuses one, with file, line and column."""

import json
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnmath.errors import CnnmathError, FileError
from cnnmath.grid import Grid
from cnnmath.reading.files import LARGEST, read_array_file
from cnnmath.reading.givens import read_given


def npy(array, **options):
    """Return the bytes of a .npy file."""
    stream = BytesIO()
    np.save(stream, array, **options)
    return stream.getvalue()


GOOD = [
    ("comma.csv", b"1,2\n3,4\n", [[1, 2], [3, 4]]),
    ("semicolon.csv", b"1;2\n3;4", [[1, 2], [3, 4]]),
    ("space.csv", b"1 2\n3   4\n", [[1, 2], [3, 4]]),
    ("tab.csv", b"1\t2\n3\t4\n", [[1, 2], [3, 4]]),
    ("bom.csv", b"\xef\xbb\xbf1,2\r\n3,4\r\n", [[1, 2], [3, 4]]),
    ("blank.csv", b"\n1, 2\n \n3 ,4\n\n", [[1, 2], [3, 4]]),
    ("trailing.csv", b"1,2,\n3,4,\n", [[1, 2], [3, 4]]),
    ("quoted.csv", b'"1","2"\n"3","4"\n', [[1, 2], [3, 4]]),
    ("full-width.csv", "１，２\n３，−４\n".encode(), [[1, 2], [3, -4]]),
    ("one-row.csv", b"1,2,3", [[1, 2, 3]]),
    ("UPPER.CSV", b"1,2", [[1, 2]]),
    ("one.npy", npy(np.arange(3)), [0, 1, 2]),
    ("two.npy", npy(np.array([[1.5, 2], [3, 4]])), [[1.5, 2], [3, 4]]),
    ("three.npy", npy(np.arange(8, dtype=np.uint8).reshape(2, 2, 2)), [[[0, 1], [2, 3]], [[4, 5], [6, 7]]]),
    ("fortran.npy", npy(np.asfortranarray([[1, 2], [3, 4]])), [[1, 2], [3, 4]]),
    ("list.json", b"[[1, 2], [3, 4]]", [[1, 2], [3, 4]]),
    ("bom.json", b"\xef\xbb\xbf[1, 2.5]", [1, 2.5]),
    ("values.json", b'{"other": 0, "values": [1, 2]}', [1, 2]),
    ("word.json", b'{"values": [9], "input": [1, 2]}', [1, 2]),
    ("volume.json", b"[[[1,2],[3,4]]]", [[[1, 2], [3, 4]]]),
    ("values.toml", b"values = [[1, 2], [3, 4]]", [[1, 2], [3, 4]]),
    ("word.toml", b"# an image\ninput = [\n  1,\n  2,\n]\n", [1, 2]),
]


@pytest.mark.parametrize(("name", "content", "nested"), GOOD, ids=[name for name, _, _ in GOOD])
def test_a_good_file_is_read(tmp_path, name, content, nested):
    path = tmp_path / name
    path.write_bytes(content)
    assert read_array_file(str(path), "input") == Grid.of(nested)
    assert read_given("input", f" '{path}' ") == Grid.of(nested)


AXES = (
    "`input` has {} axes, and no quantity takes more than height × width × channels: give one image at a time.",
    "`input` 有 {} 个维度，而最多只能是 高 × 宽 × 通道：请一次给出一幅图像。",
)
NO_LIST = (
    "there is no list of numbers called `input` or `values`.",
    "没有名为 `input` 或 `values` 的数表。",
)
NOT_NPY = ("this is not a .npy file of numbers, or it is cut short.", "这不是由数构成的 .npy 文件，或文件不完整。")
NOT_REAL = ("the array does not hold real numbers.", "数组中不是实数。")
EMPTY = ("the file is empty.", "文件是空的。")
NOT_UTF8 = ("this is not UTF-8 text: save the file as UTF-8.", "这不是 UTF-8 文本：请以 UTF-8 保存。")
DEEP = ("the file is nested too deeply.", "文件嵌套过深。")


def not_a_number(shown):
    return f"`{shown}` is not a number.", f"`{shown}` 不是数。"


BAD = [
    ("ragged.csv", b"1,2\n\n3,4,5\n", ":3", "this row has 3 values and row 1 has 2.", "该行有 3 个值，而第 1 行有 2 个。"),
    ("word.csv", b"1,2\n3,x\n", ":2:3", "`x` is not a number (value 2 of the row).", "`x` 不是数（该行第 2 个）。"),
    ("nan.csv", b"1 nan\n", ":1:3", "`nan` is not a number (value 2 of the row).", "`nan` 不是数（该行第 2 个）。"),
    ("head.csv", b"a,b\n1,2\n", ":1:1", "`a` is not a number (value 1 of the row).", "`a` 不是数（该行第 1 个）。"),
    ("empty.csv", b"", "", *EMPTY),
    ("blank.json", b" \n\t\n", "", *EMPTY),
    ("latin.csv", b"1,2\n3,\xff\n", ":2:3", *NOT_UTF8),
    ("utf16.json", "[1]".encode("utf-16"), ":1:1", *NOT_UTF8),
    ("latin.toml", b"# caf\xe9\nvalues = [1]", ":1:6", *NOT_UTF8),
    ("four.npy", npy(np.zeros((1, 2, 1, 2))), "", AXES[0].format(4), AXES[1].format(4)),
    ("pickle.npy", npy(np.array([1, {}], dtype=object), allow_pickle=True), "", *NOT_NPY),
    ("cut.npy", npy(np.arange(9))[:-5], "", *NOT_NPY),
    ("head.npy", npy(np.arange(9))[:30], "", *NOT_NPY),
    ("text.npy", b"1,2,3", "", *NOT_NPY),
    ("complex.npy", npy(np.array([1j])), "", *NOT_REAL),
    ("strings.npy", npy(np.array(["a"])), "", *NOT_REAL),
    ("dates.npy", npy(np.array(["2026-01-01"], dtype="datetime64[D]")), "", *NOT_REAL),
    ("nan.npy", npy(np.array([[1, 2], [3, np.nan]])), "", "the value at [1, 1] (from 0) is not a finite number.",
     "[1, 1]（从 0 计）处的值不是有限数。"),
    ("inf.npy", npy(np.array([np.inf])), "", "the value at [0] (from 0) is not a finite number.",
     "[0]（从 0 计）处的值不是有限数。"),
    ("ragged.json", b"[[1,2],[3]]", "", "`input` is ragged: row 1 has 2 values and row 2 has 1.",
     "`input` 各行长度不同：第 1 行有 2 个值，第 2 行有 1 个。"),
    ("mixed.json", b"[1,[2]]", "", "`input` is ragged: its lists are not all equally deep and long.",
     "`input` 不整齐：各层列表的长度或深度不同。"),
    ("four.json", b"[[[[1]]]]", "", AXES[0].format(4), AXES[1].format(4)),
    ("deep.json", b"[" * 5000 + b"]" * 5000, "", *DEEP),
    ("nan.json", b"[1, NaN]", "", *not_a_number("nan")),
    ("inf.json", b"[1e999]", "", *not_a_number("inf")),
    ("long.json", b"[1" + b"0" * 5000 + b"]", "", "a number in the file is too long.", "文件中的某个数过长。"),
    ("text.json", b'["a"]', "", *not_a_number("a")),
    ("truth.json", b"[1, true]", "", *not_a_number("True")),
    ("long-text.json", json.dumps(["b" * 99]).encode(), "", *not_a_number("b" * 40)),
    ("none.json", b'{"pixels": [1]}', "", *NO_LIST),
    ("scalar.json", b"28", "", *NO_LIST),
    ("scalar.toml", b"values = 28", "", *NO_LIST),
    ("none.toml", b"pixels = [1]", "", *NO_LIST),
    ("nan.toml", b"values = [nan]", "", *not_a_number("nan")),
    ("date.toml", b"values = [1979-05-27]", "", *not_a_number("1979-05-27")),
    ("bad.toml", b"values = [1]\nx = = 2\n", ":2:5", "this is not TOML.", "这不是 TOML。"),
    ("deep.toml", b"values = " + b"[" * 5000 + b"]" * 5000, "", "this is not TOML.", "这不是 TOML。"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "place", "en", "zh"), BAD, ids=[row[0] for row in BAD])
def test_a_bad_file_is_refused_in_both_languages(tmp_path, name, content, place, en, zh):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(FileError) as refused:
        read_array_file(str(path), "input")
    assert refused.value.said("en") == f"{path}{place}: {en}"
    assert refused.value.said("zh") == f"{path}{place}: {zh}"


@pytest.mark.parametrize(("content", "place"), [(b"[1,\n 2", ":2:3"), (b"[1,,2]", ":1:4"), (b"{'a': 1}", ":1:2")])
def test_what_is_not_json_is_refused_where_it_breaks(tmp_path, content, place):
    path = tmp_path / "a.json"
    path.write_bytes(content)
    with pytest.raises(FileError) as refused:
        read_array_file(str(path), "input")
    assert refused.value.said("en").startswith(f"{path}{place}: this is not JSON: ")
    assert refused.value.said("zh").startswith(f"{path}{place}: 这不是 JSON：")


def refusal(path):
    with pytest.raises(FileError) as refused:
        read_array_file(str(path), "input")
    return refused.value.said("en").removeprefix(f"{path}: "), refused.value.said("zh").removeprefix(f"{path}: ")


def test_a_missing_file(tmp_path):
    assert refusal(tmp_path / "none.csv") == ("there is no such file.", "没有这个文件。")
    assert refusal("exercises/none.csv") == ("there is no such file.", "没有这个文件。")
    assert refusal("exercises/../exercises/slides/none.csv") == ("there is no such file.", "没有这个文件。")


def test_a_folder(tmp_path):
    (tmp_path / "a.csv").mkdir()
    assert refusal(tmp_path / "a.csv") == ("this is a folder, not a file.", "这是文件夹，不是文件。")


def test_a_device_is_never_opened(tmp_path):
    (tmp_path / "endless.csv").symlink_to("/dev/zero")
    assert refusal(tmp_path / "endless.csv") == ("this is not an ordinary file.", "这不是普通文件。")


def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    def refuse(self):
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.csv").write_text("1")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert refusal(tmp_path / "a.csv") == ("the file may not be read.", "没有读取该文件的权限。")


@pytest.mark.parametrize("ending", [".csv", ".npy", ".json", ".toml"])
def test_a_file_that_is_too_large_is_not_read(tmp_path, monkeypatch, ending):
    path = tmp_path / f"a{ending}"
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("it was read"))
    assert refusal(path) == ("the file is larger than 16 MiB.", "文件大于 16 MiB。")


def test_a_pickle_is_never_run(tmp_path):
    class Bomb:
        def __reduce__(self):
            return exec, (f"open({str(tmp_path / 'boom')!r}, 'w')",)

    path = tmp_path / "a.npy"
    path.write_bytes(npy(np.array([Bomb()], dtype=object), allow_pickle=True))
    assert refusal(path) == NOT_NPY
    assert not (tmp_path / "boom").exists()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("bytes")


HEAD = npy(np.arange(6.0).reshape(2, 3))
MUTATED = st.builds(
    lambda at, piece, end: HEAD[:at] + piece + HEAD[at + len(piece) : end],
    st.integers(0, len(HEAD)),
    st.binary(max_size=8),
    st.integers(0, len(HEAD)),
)
LIKELY = st.text(alphabet='[]{}",:= \n0123456789.eE-avluesNinputr;\ufeff', max_size=60).map(str.encode)


@settings(max_examples=120, deadline=2000)
@given(st.sampled_from([".csv", ".npy", ".json", ".toml"]), st.one_of(st.binary(max_size=200), LIKELY, MUTATED))
def test_any_bytes_give_a_grid_or_a_sentence(folder, ending, content):
    path = folder / f"any{ending}"
    path.write_bytes(content)
    try:
        grid, said = read_array_file(str(path), "input"), None
    except CnnmathError as error:
        grid, said = None, str(error)
    if grid is None:
        assert said.startswith((str(path), "`input`"))
    else:
        assert 1 <= len(grid.shape) <= 3
        assert all(value - value == 0 for value in grid.values)
