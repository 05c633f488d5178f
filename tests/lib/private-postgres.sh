#!/usr/bin/env bash
# private-postgres.sh PORT: a PostgreSQL server for one test, which may stop and start it.
#
# Says the server's address on standard output, then obeys standard input line by line ("stop fast", "stop
# immediate", "start") and answers "done" to each. The server is gone when the input ends, however its owner ended.
set -euo pipefail
cd "$(dirname "$(readlink --canonicalize "${BASH_SOURCE[0]}")")/../.."
# shellcheck source=tests/lib/say.sh
source tests/lib/say.sh
# shellcheck source=tests/lib/packages.sh
source tests/lib/packages.sh
# shellcheck source=tests/lib/postgres.sh
source tests/lib/postgres.sh

port=$1
need_postgres
trap stop_postgres EXIT
create_cluster
launch_postgres "$port"
postgres_address "$port"
while read -r command mode; do
  case $command in
    stop) halt_postgres "$mode" ;;
    start) launch_postgres "$port" ;;
    *) die "There is no command \"$command\"." ;;
  esac
  echo 'done'
done
