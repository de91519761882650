#!/bin/sh
# Build the Python environment in .venv and install one requirements file into it.
# PyICU, which rigour needs, is compiled: ICU headers and a C++ compiler must be there.
set -eu

PYTHON=${PYTHON:-python3.11}
REQUIREMENTS=${1:-requirements.txt}
DEBIAN_PACKAGES="g++ pkg-config libicu-dev"

say() { printf '%s\n' "$*" >&2; }

find_python() {
    for candidate in "$PYTHON" python3.11 python3 python; do
        if command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' 2>/dev/null; then
            printf '%s' "$candidate"
            return
        fi
    done
    say "Watchlink needs Python 3.11 or newer with venv. On Debian or Ubuntu: apt-get install python3.11 python3.11-venv"
    exit 1
}

has_icu() {
    command -v c++ >/dev/null 2>&1 || command -v g++ >/dev/null 2>&1 || return 1
    command -v pkg-config >/dev/null 2>&1 && pkg-config --exists icu-i18n
}

if [ ! -x .venv/bin/python ]; then
    "$(find_python)" -m venv .venv
fi

if ! .venv/bin/python -c 'import icu' 2>/dev/null && ! has_icu; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        say "Installing what PyICU is compiled with: $DEBIAN_PACKAGES"
        # shellcheck disable=SC2086
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $DEBIAN_PACKAGES; } >&2
    elif command -v apt-get >/dev/null 2>&1; then
        say "PyICU is compiled. Type this once, then run make again: sudo apt-get install -y $DEBIAN_PACKAGES"
        exit 1
    else
        say "PyICU is compiled. Install a C++ compiler, pkg-config and the ICU headers (libicu-devel, or brew install icu4c pkg-config), then run make again."
        exit 1
    fi
fi

.venv/bin/python -m pip install --quiet --disable-pip-version-check -r "$REQUIREMENTS"
