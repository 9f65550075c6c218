"""What an event loop offers of the real machine, each refused by name."""

from __future__ import annotations

import asyncio
from typing import Any, NoReturn

from argonaut.rehearsal.simulation.errors import NotSimulatedError


class Refused:
    """A method that a simulation cannot have."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: object, owner: type) -> Refused:
        return self

    def __call__(self, *_args: object, **_kwargs: object) -> NoReturn:
        """Refuse.

        Raises:
            NotSimulatedError: Always.
        """
        raise NotSimulatedError(
            f"{self._name}() was called in a simulation, which has no threads, sockets, processes "
            f"or signals; want a connection made through the simulated connector"
        )


class NoOutside(asyncio.AbstractEventLoop):
    """The part of a loop that would leave the simulation."""

    run_in_executor: Any = Refused()
    set_default_executor: Any = Refused()
    getaddrinfo: Any = Refused()
    getnameinfo: Any = Refused()
    create_connection: Any = Refused()
    create_server: Any = Refused()
    sendfile: Any = Refused()
    start_tls: Any = Refused()
    create_unix_connection: Any = Refused()
    create_unix_server: Any = Refused()
    connect_accepted_socket: Any = Refused()
    create_datagram_endpoint: Any = Refused()
    connect_read_pipe: Any = Refused()
    connect_write_pipe: Any = Refused()
    subprocess_shell: Any = Refused()
    subprocess_exec: Any = Refused()
    add_reader: Any = Refused()
    remove_reader: Any = Refused()
    add_writer: Any = Refused()
    remove_writer: Any = Refused()
    sock_recv: Any = Refused()
    sock_recv_into: Any = Refused()
    sock_recvfrom: Any = Refused()
    sock_recvfrom_into: Any = Refused()
    sock_sendall: Any = Refused()
    sock_sendto: Any = Refused()
    sock_connect: Any = Refused()
    sock_accept: Any = Refused()
    sock_sendfile: Any = Refused()
    add_signal_handler: Any = Refused()
    remove_signal_handler: Any = Refused()
    set_task_factory: Any = Refused()
    get_task_factory: Any = Refused()
    get_exception_handler: Any = Refused()
    set_exception_handler: Any = Refused()
