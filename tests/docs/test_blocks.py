"""Blocks are found, noted and split as docs/howto/write-docs.md promises."""

import pytest

from tests.docs.blocks import Block, blocks_of, commands_of, missing_line


def page(tmp_path, text):
    path = tmp_path / "page.md"
    path.write_text(text)
    return path


def test_a_block_knows_its_language_title_and_first_line(tmp_path):
    text = "# Title\n\n```yaml title=demo.yaml\nmode: paper\n```\n"

    assert blocks_of(page(tmp_path, text)) == [
        Block(language="yaml", code="mode: paper", line=4, title="demo.yaml")
    ]


def test_notes_belong_to_the_next_block_only(tmp_path):
    text = (
        "<!-- exit: 2 -->\n\n```console\n$ a\n```\n\n"
        "<!-- skip: needs git -->\nwords between\n\n```console\n$ b\n```\n"
    )
    first, second = blocks_of(page(tmp_path, text))

    assert first.notes == {"exit": "2"}
    assert second.notes == {}


def test_a_block_in_a_list_loses_its_indent(tmp_path):
    (block,) = blocks_of(page(tmp_path, "1. Do:\n\n   ```python\n   if x:\n       y()\n   ```\n"))

    assert block.code == "if x:\n    y()"


def test_a_longer_fence_may_show_a_shorter_one(tmp_path):
    (block,) = blocks_of(page(tmp_path, "````markdown\n```python\nx\n```\n````\n"))

    assert (block.language, block.code) == ("markdown", "```python\nx\n```")


def test_an_open_fence_is_an_error(tmp_path):
    with pytest.raises(ValueError, match=r"page\.md:1 opens a block"):
        blocks_of(page(tmp_path, "```python\nx = 1\n"))


def test_output_follows_its_command():
    block = Block("console", "$ one \\\n    --flag\nout\n\n$ two\n", line=1)
    one, two = commands_of(block)

    assert (one.text.split(), one.shown) == (["one", "--flag"], ("out",))
    assert (two.text, two.shown) == ("two", ())


def test_a_block_without_dollars_is_all_commands():
    assert [c.text for c in commands_of(Block("bash", "# first\nmake run\n", line=1))] == [
        "make run"
    ]


def test_shown_output_has_to_come_in_order():
    printed = "orders 12\nfills 11\n"

    assert missing_line(("orders ...", "fills 11"), printed) is None
    assert missing_line(("fills 11", "orders 12"), printed) == "orders 12"
    assert missing_line(("...", "fills 13"), printed) == "fills 13"
