"""A text that is never shown: an exchange key, its secret, a token."""

from __future__ import annotations

from typing import NoReturn

from argonaut.domain.errors import InvalidValueError

_SHOWN = "Secret(***)"


class Secret:
    """Holds a text that only `reveal` gives away; printing, pickling and comparing do not."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Take the text.

        Raises:
            InvalidValueError: It is empty or has line breaks inside, so it is no key.
        """
        kept = text.strip()
        if not kept or len(kept.split()) != 1:
            raise InvalidValueError("want a secret of one word, not an empty or broken one")
        self._text = kept

    def reveal(self) -> str:
        """Return the text. Only what signs a request asks for it."""
        return self._text

    def __repr__(self) -> str:
        """Show nothing of it."""
        return _SHOWN

    __str__ = __repr__

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled or copied: a copy would outlive what guards this one."""
        raise TypeError("a Secret is not pickled")
