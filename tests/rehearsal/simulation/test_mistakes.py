import pytest

from argonaut.config.errors import ConfigError
from argonaut.rehearsal.binance.access import ApiKey
from argonaut.rehearsal.simulation.mistakes import (
    CONFIG_MISTAKES,
    KEY_MISTAKES,
    MISTAKES,
    Mistake,
    in_force,
    known_keys,
    secrets_of,
)
from argonaut.rehearsal.simulation.plan import FaultPlan
from argonaut.rehearsal.simulation.trader import assembly_of, refuse_mistaken

KEY = ApiKey(key="0123456789abcdef", secret="fedcba9876543210")
PLAN = FaultPlan(seed=1)


@pytest.mark.parametrize("name", CONFIG_MISTAKES)
def test_every_mistake_in_a_config_is_refused(name):
    """The cheapest moment to find a wrong limit is before the first order."""
    with pytest.raises(ConfigError):
        refuse_mistaken(PLAN, name)


def test_a_mistake_is_made_in_a_copy():
    """The right config has to be right again once the mistake is mended."""
    before = assembly_of(PLAN).config
    with pytest.raises(ConfigError):
        refuse_mistaken(PLAN, "unknown parameter")

    assert assembly_of(PLAN).config == before


def test_a_mistake_about_keys_is_none_of_the_config():
    for name in MISTAKES:
        if name not in CONFIG_MISTAKES:
            refuse_mistaken(PLAN, name)


def test_wrong_keys_differ_from_the_right_one_in_what_they_say():
    wrong = {name: change(KEY) for name, change in KEY_MISTAKES.items()}

    assert len(set(wrong.values()) | {KEY}) == len(KEY_MISTAKES) + 1
    assert wrong["wrong secret"].key == KEY.key
    assert wrong["key withdraws"].can_withdraw
    assert not wrong["key may not trade"].can_trade


def test_the_venue_knows_the_keys_that_are_right_but_unfit():
    assert set(known_keys(KEY)) == {
        KEY,
        KEY_MISTAKES["key withdraws"](KEY),
        KEY_MISTAKES["key may not trade"](KEY),
    }


def test_every_key_that_is_ever_used_is_a_secret():
    """A key that was typed wrong is often another account's right one."""
    assert {KEY.key, KEY.secret, KEY_MISTAKES["wrong secret"](KEY).secret} < set(secrets_of(KEY))


def test_a_mistake_is_in_force_until_it_is_mended():
    early = Mistake(0, 6, "checks off")

    assert in_force([early], 5) is early
    assert in_force([early], 6) is None
