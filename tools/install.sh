#!/bin/sh
# Install the lock file $2, every hash checked, and Argonaut itself into the environment $1.
set -eu
venv=$1
lock=$2

echo "Installing $(grep -c '^[a-z]' "$lock") locked packages from $lock; the first time takes a minute or two."
# The lock names everything, so nothing is left to resolve: where a requirement has an extra
# (coverage[toml]), pip would look for a newer release, which has no hash here.
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    --require-hashes --no-deps --requirement "$lock"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    --no-deps --no-build-isolation --editable .
