# shellcheck shell=bash
# Brings what the machine lacks: Debian packages, npm packages and one Python environment. Nothing is
# touched when it is there already.

as_root() {
  if ((EUID == 0)); then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "This needs root (or sudo): $*"
  fi
}

apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get --yes --quiet "$@" >&2
}

# install_packages NAME…: from Debian, saying so.
install_packages() {
  command -v apt-get >/dev/null || die "Please install: $* (there is no apt-get here to do it)"
  say "Installing Debian packages: $*"
  # A fresh image has no package lists and an old one stale ones: both show as a failed install.
  apt_get install --no-install-recommends "$@" || {
    apt_get update
    apt_get install --no-install-recommends "$@"
  }
}

# need COMMAND=PACKAGE…: installs the packages whose command is missing.
need() {
  local pair missing=()
  for pair in "$@"; do
    command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
  done
  ((${#missing[@]} == 0)) || install_packages "${missing[@]}"
}

# need_toolchains: what no Debian 12 package provides in the version we need.
need_toolchains() {
  command -v cargo >/dev/null || die "Rust is missing: install it from https://rustup.rs"
  need_node
  need cc=build-essential
}

need_node() {
  command -v npm >/dev/null || die "Node 20.19 or newer with npm is missing: see https://nodejs.org"
  node -e 'const [major, minor] = process.versions.node.split(".").map(Number);
    process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1);' ||
    die "Node 20.19 or newer is needed, this is $(node --version)"
}

# npm_install FOLDER: `npm ci`, but only when the lock file is not the one installed last.
npm_install() {
  local folder=$1 stamp=$1/node_modules/.installed-lock
  cmp --silent "$folder/package-lock.json" "$stamp" && return 0
  say "Installing npm packages in $folder"
  (cd "$folder" && npm ci --no-audit --no-fund >&2)
  cp "$folder/package-lock.json" "$stamp"
}

# python_install FOLDER: the same for FOLDER/requirements.txt, into FOLDER/.venv.
python_install() {
  local folder=$1 stamp=$1/.venv/.installed-requirements
  cmp --silent "$folder/requirements.txt" "$stamp" && return 0
  need python3=python3
  # Debian ships the `venv` module without the pip it needs; python3-venv adds it.
  python3 -c 'import ensurepip' 2>/dev/null || install_packages python3-venv
  say "Installing Python packages in $folder/.venv"
  python3 -m venv --clear "$folder/.venv"
  "$folder/.venv/bin/pip" install --quiet --requirement "$folder/requirements.txt" >&2
  cp "$folder/requirements.txt" "$stamp"
}
