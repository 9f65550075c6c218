"""What makes our state equal to the venue's, as pure functions: answers in, inputs out.

May import the domain only. Start reading at `round.py` (the nouns), then `reconcile.py`.
"""
