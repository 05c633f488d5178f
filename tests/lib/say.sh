# shellcheck shell=bash
# How our scripts speak: everything for people goes to standard error, so that standard output stays
# free for results that programs read.

bold='' red='' plain=''
if [[ -t 2 ]]; then
  bold=$'\e[1m' red=$'\e[31m' plain=$'\e[0m'
fi

say() { printf '%s%s%s\n' "$bold" "$*" "$plain" >&2; }

complain() { printf '%s%s%s\n' "$red" "$*" "$plain" >&2; }

die() {
  complain "$*"
  exit 1
}

# duration 75 -> "1 min 15 s"
duration() {
  if (($1 < 60)); then
    printf '%d s' "$1"
  else
    printf '%d min %d s' $(($1 / 60)) $(($1 % 60))
  fi
}
