# shellcheck shell=bash
# A PostgreSQL server of our own in a temporary folder, from Debian's binaries: on a free loopback port,
# with full durability, and gone when the shell that started it exits.

postgres_folder='' # of the running server; empty when there is none
postgres_bin=''

find_postgres() {
  local found
  found=$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort --version-sort | tail --lines 1 || true)
  postgres_bin=${found%/initdb}
}

# PostgreSQL refuses to run as root, so root lends it the user that Debian's package made. That user may
# not be allowed to enter the current folder.
as_postgres() (
  cd /
  if ((EUID == 0)); then
    runuser --user postgres -- "$@"
  else
    "$@"
  fi
)

need_postgres() {
  find_postgres
  [[ -z $postgres_bin ]] || return 0
  install_packages postgresql
  find_postgres
}

# start_postgres: exports TRUNKLINE_TEST_POSTGRES, the address of a superuser, and PSQL, the client. A server
# that the caller has named there already is used as it is.
start_postgres() {
  need_postgres
  export PSQL=$postgres_bin/psql
  [[ -z ${TRUNKLINE_TEST_POSTGRES:-} ]] || return 0
  trap stop_postgres EXIT
  create_cluster
  local attempt port
  # Another program may take the port between our look and the server's bind.
  for attempt in 1 2 3; do
    port=$(free_port)
    launch_postgres "$port" && break
    ((attempt < 3)) || die "PostgreSQL does not start: $(tail --lines 5 "$postgres_folder/log")"
  done
  TRUNKLINE_TEST_POSTGRES=$(postgres_address "$port")
  export TRUNKLINE_TEST_POSTGRES
}

# postgres_address PORT: of the superuser.
postgres_address() {
  printf 'postgres://trunkline:%s@127.0.0.1:%s/postgres\n' "$(<"$postgres_folder/password")" "$1"
}

# The password keeps other users of the machine out: a superuser may run commands as the server's user.
create_cluster() {
  postgres_folder=$(mktemp --directory --tmpdir trunkline-postgres.XXXXXX)
  od --address-radix=n --read-bytes=16 --format=x8 /dev/urandom | tr --delete ' \n' >"$postgres_folder/password"
  ((EUID != 0)) || chown --recursive postgres: "$postgres_folder"
  as_postgres "$postgres_bin/initdb" --pgdata "$postgres_folder/data" --username trunkline \
    --auth scram-sha-256 --pwfile "$postgres_folder/password" \
    --encoding UTF8 --locale C.UTF-8 --no-instructions >/dev/null
}

# launch_postgres PORT
launch_postgres() {
  local options="-p $1 -k $postgres_folder -c listen_addresses=127.0.0.1 -c max_connections=200"
  options+=' -c shared_buffers=128MB -c fsync=on -c synchronous_commit=on -c log_min_messages=error'
  as_postgres "$postgres_bin/pg_ctl" --pgdata "$postgres_folder/data" --log "$postgres_folder/log" \
    --options "$options" --wait --silent start >/dev/null
}

# halt_postgres fast|immediate: "immediate" is a crash as far as the data are concerned.
halt_postgres() {
  as_postgres "$postgres_bin/pg_ctl" --pgdata "$postgres_folder/data" --mode "$1" --silent stop >/dev/null
}

stop_postgres() {
  [[ -n $postgres_folder ]] || return 0
  # Nobody reads this data again.
  halt_postgres immediate 2>/dev/null || true
  rm --recursive --force "$postgres_folder"
  postgres_folder=''
}

# free_port: a TCP port that nothing listens on just now.
free_port() {
  node -e 'const server = require("net").createServer().listen(0, "127.0.0.1", () => {
    console.log(server.address().port); server.close(); });'
}
