"""What is particular to this broker; the conformance suite does the rest."""

from tests.feeds.detectors.broker_rigs import KafkaRig
from tests.feeds.detectors.broker_stories import assert_refused_are_kept, ids_given


def test_what_is_refused_goes_back_among_the_dead_letters(broker_named):
    """Its sender finds it where it was sent, and nothing is delivered for ever."""
    assert_refused_are_kept(KafkaRig(broker_named("kafka")))


def test_a_signal_without_an_id_has_that_of_its_place(broker_named):
    """The topic and its partition and the number in it are the same at every redelivery."""
    rig = KafkaRig(broker_named("kafka"))

    first, second = ids_given(rig)

    assert first != second
    assert first.startswith(f"{rig.name}:")
