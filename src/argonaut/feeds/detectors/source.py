"""Who may send signals, how each proves who it is, and how much it may ask for."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Literal

import msgspec

from argonaut.domain.ids import InstrumentId
from argonaut.domain.secret import Secret

Auth = Literal["hmac", "body_secret", "loopback"]
Network = IPv4Network | IPv6Network


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One detector, or several that share a name.

    `secrets` are by key id for `hmac`: during a rotation there are two. `body_secret` has one,
    under any id, and `loopback` none.
    """

    name: str
    auth: Auth = "hmac"
    secrets: dict[str, Secret] = {}
    instruments: frozenset[InstrumentId] = frozenset()  # allow-list; empty allows all
    networks: tuple[Network, ...] = ()  # allow-list of addresses; empty allows all
    transports: frozenset[str] = frozenset()  # allow-list; empty allows all
    notional_max: Decimal | None = None  # quote units that one entry may ask for
    per_second_max: float = 100.0  # entries, and as many exits beside them
    ttl_s: float = 30.0  # given to a signal that brings none
    dry_run: bool = False  # whatever its signals say

    def allows_peer(self, peer: str) -> bool:
        """Whether a signal may come from this address; a broker has none and vouches itself."""
        if not peer:
            return self.auth == "hmac"
        address = _address(peer)
        if self.auth == "loopback" and not address.is_loopback:
            return False
        return not self.networks or any(address in network for network in self.networks)

    def allows_transport(self, transport: str) -> bool:
        """Whether it may come that way."""
        return not self.transports or transport in self.transports


class Sources:
    """Every source, found by its name and by the id of a key.

    Raises:
        ValueError: Two sources have one name, or two keys one id.
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        self.by_name: dict[str, Source] = {}
        self._by_key: dict[str, tuple[Source, bytes]] = {}
        for source in sources:
            if source.name in self.by_name:
                raise ValueError(f"there are two sources named {source.name}")
            self.by_name[source.name] = source
            for key_id, secret in source.secrets.items():
                if key_id in self._by_key:
                    raise ValueError(f"there are two keys with the id {key_id}")
                self._by_key[key_id] = source, secret.reveal().encode()

    def of_key(self, key_id: str) -> tuple[Source, bytes] | None:
        """Return the source that signs with this key, and the secret; None for an unknown one."""
        found = self._by_key.get(key_id)
        return found if found is not None and found[0].auth == "hmac" else None

    def body_secret(self, source: Source) -> bytes:
        """Return the word a source that cannot sign puts into its signals."""
        return next(iter(source.secrets.values())).reveal().encode()


@lru_cache(maxsize=1024)  # a detector sends again and again from where it is
def _address(peer: str) -> IPv4Address | IPv6Address:
    """Return an address; one of IPv4 that came through an IPv6 socket as what it is."""
    address = ip_address(peer.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address
