# shellcheck shell=bash
# Runs the parts of the test suite one after the other and sums them up.

# run_parts NAME…: returns 1 when any of them failed.
run_parts() {
  local part logs passed=0 failed=0 summary=()
  logs=$(mktemp --directory)
  for part in "$@"; do
    run_part "$part" "$logs/$part"
  done
  rm --recursive --force "$logs"
  printf '\n'
  printf '%s\n' "${summary[@]}"
  printf '%d passed, %d failed\n' "$passed" "$failed"
  ((failed == 0))
}

# Adds to passed, failed and summary of run_parts. The part is a process of its own: what it starts ends
# with it (see `trap … EXIT`), and it stops at its first error, which a function in an `if` would not.
run_part() {
  local name=$1 log=$2 started=$SECONDS outcome=ok part_passed part_failed
  say "── $name"
  ./dev test-part "$name" 2>&1 | tee "$log" || outcome=FAILED
  read -r part_passed part_failed < <(awk -f tests/lib/count.awk "$log")
  # A part that broke without a failing test (it does not compile, a lint complains) is one failure.
  [[ $outcome == ok ]] || ((part_failed)) || part_failed=1
  passed=$((passed + part_passed)) failed=$((failed + part_failed))
  summary+=("$(printf '%-8s  %-6s  %4d passed  %3d failed  %s' \
    "$name" "$outcome" "$part_passed" "$part_failed" "$(duration $((SECONDS - started)))")")
}
