#!/bin/sh
# Resolve requirements.lock and requirements-dev.lock from pyproject.toml, for every platform.
# Arguments go to uv: `tools/lock.sh --upgrade`, `tools/lock.sh --upgrade-package ccxt`.
set -eu
cd "$(dirname "$0")/.."
if [ -x .venv/bin/uv ]; then uv=.venv/bin/uv; else uv=uv; fi

resolve() {
    UV_CUSTOM_COMPILE_COMMAND="make lock" "$uv" pip compile --quiet --universal \
        --python-version 3.11 --fork-strategy fewest --generate-hashes \
        --no-emit-index-url --no-emit-find-links --group build pyproject.toml "$@"
}

resolve --output-file requirements.lock "$@"
resolve --extra dev --extra postgres --extra queues --constraint requirements.lock --output-file requirements-dev.lock "$@"
