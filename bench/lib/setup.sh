# shellcheck shell=bash
# What every benchmark starts with. Sourced by bench/NAME/run; leaves it in the repository's folder.
cd "$(dirname "$(readlink --canonicalize "${BASH_SOURCE[0]}")")/../.." || exit
# shellcheck source=tests/lib/say.sh
source tests/lib/say.sh
# shellcheck source=tests/lib/packages.sh
source tests/lib/packages.sh
# shellcheck source=tests/lib/postgres.sh
source tests/lib/postgres.sh

temporary=${TMPDIR:-/tmp}
[[ $(stat --file-system --format %T "$temporary") != tmpfs ]] ||
  die "$temporary is in memory, where durability costs nothing: set TMPDIR to a folder on a disk"

# Where the release build puts its programs.
export TRUNKLINE_BENCH_BIN=${CARGO_TARGET_DIR:-$PWD/target}/release

# build_release CARGO-OPTION…
build_release() {
  say "Building for speed: $*"
  cargo build --release "$@" >&2
}
