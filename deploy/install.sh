#!/bin/sh
# Installs Saola from the folder this script stands in, without a network.
#
#   sh install.sh [TARGET]      TARGET is /opt/saola unless named; PYTHON=… names another Python.
#
# Run again over an older installation it brings that up to date.
set -eu
cd "$(dirname "$0")"
target=${1:-/opt/saola}
python=${PYTHON:-python3}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "Saola needs Python 3.11 or newer; name one with PYTHON=…" >&2
  exit 4
}
sha256sum --check --quiet SHA256SUMS >&2 || {
  echo "A file of the bundle is damaged or missing. Nothing was installed." >&2
  exit 5
}

# No setting of this machine may send pip to another place.
export PIP_CONFIG_FILE=/dev/null PIP_DISABLE_PIP_VERSION_CHECK=1
[ -x "$target/bin/python" ] || "$python" -m venv "$target"
"$target/bin/python" -m pip install --quiet --no-index --find-links wheels \
  --only-binary :all: --require-hashes --requirement run.txt
"$target/bin/python" -m pip install --quiet --no-index --no-deps --force-reinstall saola-*.whl
"$target/bin/saola" --version
