from argonaut.config.errors import ConfigError
from argonaut.domain.errors import ExitCode


def test_every_problem_has_a_line_of_its_own():
    error = ConfigError("config.yaml", ["a: is missing", "b: unknown key"])

    assert str(error) == "config.yaml: 2 problems\n  - a: is missing\n  - b: unknown key"
    assert error.exit_code == ExitCode.USAGE


def test_one_problem_is_one():
    assert str(ConfigError("x", ["y"])).startswith("x: 1 problem\n")
