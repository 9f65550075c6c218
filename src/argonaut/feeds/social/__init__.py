"""What people write and feel about coins: eight sources, counted in windows of ten minutes.

May import domain, sentiment and the plain text of announcements. Start reading at `crowd.py`; the
pure reader of a source has its name.
"""
