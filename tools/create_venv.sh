#!/bin/sh
# Create the virtual environment $1 with the first Python that is new enough.
set -eu
venv=$1

new_enough() {
    command -v "$1" >/dev/null 2>&1 &&
        "$1" -c 'import sys; sys.exit(not sys.version_info >= (3, 11))'
}

python=
for candidate in ${PYTHON_BASE:-} python3 python3.13 python3.12 python3.11; do
    if new_enough "$candidate"; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    found=$(python3 --version 2>/dev/null || echo "no python3")
    echo "Argonaut needs Python 3.11 or newer; found $found." >&2
    echo "Install one (Debian: apt-get install python3 python3-venv) or name it: PYTHON_BASE=..." >&2
    exit 1
fi

# Debian keeps the part of Python that makes environments in a package of its own.
if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "Installing $package, which $python needs to make an environment."
        apt-get update -qq && apt-get install -y -qq "$package" >/dev/null
    else
        echo "$python cannot make an environment: sudo apt-get install $package" >&2
        exit 1
    fi
fi

echo "Creating $venv with $("$python" --version)."
"$python" -m venv "$venv"
