"""`python -m argonaut` is the `argonaut` command."""

from argonaut.cli import main

main()
