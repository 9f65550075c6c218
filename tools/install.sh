#!/bin/sh
# Install the lock file $2, every hash checked, and Argonaut itself into the environment $1.
set -eu
venv=$1
lock=$2

echo "Installing $(grep -c '^[a-z]' "$lock") locked packages from $lock; the first time takes a minute or two."
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    --require-hashes --requirement "$lock"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    --no-deps --no-build-isolation --editable .
