"""What is particular to this broker; the conformance suite does the rest."""

import pytest

from tests.feeds.detectors.broker_rigs import RabbitRig
from tests.feeds.detectors.broker_stories import assert_refused_are_kept, ids_given

pytestmark = pytest.mark.slow  # Erlang starts for seconds


def test_what_is_refused_goes_back_among_the_dead_letters(broker_named):
    """Its sender finds it where it was sent, and nothing is delivered for ever."""
    assert_refused_are_kept(RabbitRig(broker_named("rabbitmq")))


def test_a_signal_without_an_id_has_that_of_its_message(broker_named):
    """A queue has no numbers of its own; what the sender has put on the message stays with it."""
    first, second = ids_given(RabbitRig(broker_named("rabbitmq")))

    assert first != second
