"""What an exchange says in words, read into facts: what it lists, ends or promises, and when.

May import domain and `feeds.errors`. Text is hostile: nothing here trades, and what cannot be read
for certain is said to be unknown. Start reading at `read.py`.
"""
