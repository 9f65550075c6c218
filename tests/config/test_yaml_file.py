import pytest

from argonaut.config.errors import ConfigError
from argonaut.config.yaml_file import BYTES_MAX, parse_value, read_yaml
from tests.config.written import written


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "want a mapping of settings, not an empty file"),
        ("- a\n- b\n", "want a mapping of settings, not a list"),
        ("a: 1\na: 2\n", "the key 'a' stands here twice"),
        ("outer: {b: 1, b: 2}\n", "the key 'b' stands here twice"),
        ("1: x\n", "want a text as key, not 1; quote it"),
        ("on: x\n", "want a text as key, not True; quote it"),
        ("a: &x [1]\nb: *x\n", "aliases are not allowed"),
        ("a: [1, 2\n", "expected ',' or ']'"),
        ("a: !!python/object/apply:os.system [true]\n", "could not determine a constructor"),
        ("a: \x00\n", "special characters are not allowed"),
        (f"a: {'9' * 5000}\n", "Exceeds the limit"),
        ("a: " + "[" * 20_000, "nested too deeply"),
        ("a: !!int x\n", "invalid literal"),
    ],
    ids=lambda value: value[:20],
)
def test_a_file_that_could_hide_a_mistake_is_refused_with_its_reason(tmp_path, text, said):
    path = written(tmp_path, text)

    with pytest.raises(ConfigError) as refused:
        read_yaml(path)
    assert said in refused.value.problems[0]
    assert str(path) in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigError, match="No such file"):
        read_yaml(tmp_path / "absent.yaml")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        read_yaml(tmp_path)


def test_bytes_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "config.yaml").write_bytes(b"a: \xff\xfe\n")

    with pytest.raises(ConfigError, match="cannot be read"):
        read_yaml(tmp_path / "config.yaml")


def test_a_file_too_large_is_not_read(tmp_path):
    path = written(tmp_path, "#" * (BYTES_MAX + 1))

    with pytest.raises(ConfigError, match="at most 1,000,000 bytes"):
        read_yaml(path)


@pytest.mark.parametrize("text", ["2021-05-19", "2021-13-45", "2021-05-19T12:00:00Z"])
def test_a_time_stays_the_text_it_was_written_as(text):
    """PyYAML makes a date of it, and raises at the thirteenth month."""
    assert parse_value(text) == text


def test_a_billion_laughs_are_refused_before_they_begin(tmp_path):
    laughs = "a: &a [x, x]\n" + "".join(
        f"{name}: &{name} [*{before}, *{before}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )

    with pytest.raises(ConfigError, match="aliases"):
        read_yaml(written(tmp_path, laughs))
