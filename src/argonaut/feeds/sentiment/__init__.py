"""How people feel about a coin, read out of what they write, for sources that only have text.

May import domain. Start reading at `score.py`; the words and their weights are `lexicon.txt`.
"""
