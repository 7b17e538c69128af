# shellcheck shell=bash
# Shared by the scripts here; sourced, never run. Sets the current folder to the workspace, so no script depends on
# where it is called from.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
ROOT=$PWD
# One target folder, whatever the caller's environment says: the scripts name files in it.
unset CARGO_TARGET_DIR CARGO_BUILD_TARGET_DIR
TOOLS=$ROOT/target/tools
# The tools that scripts/setup put in place come first. They are found by this alone, so nothing has to be sourced.
for folder in "$TOOLS/node/bin" "$HOME/.cargo/bin"; do
  if [[ -d $folder && ":$PATH:" != *":$folder:"* ]]; then PATH=$folder:$PATH; fi
done
export PATH

# One line a step.
say() { printf 'latchkey: %s\n' "$*"; }
# The last line of a script that can't go on.
fail() {
  printf 'latchkey: %s\n' "$*" >&2
  exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

# The first browser of the Chromium family. PLAYWRIGHT_CHROMIUM names another one.
find_chromium() {
  local name
  for name in ${PLAYWRIGHT_CHROMIUM:+"$PLAYWRIGHT_CHROMIUM"} chromium chromium-browser google-chrome google-chrome-stable; do
    # Ubuntu's chromium-browser is a stub that only says to install a snap: it must answer to count.
    if have "$name" && "$name" --version --no-sandbox >/dev/null 2>&1; then
      command -v "$name"
      return
    fi
  done
  # Where `scripts/setup test` lets Playwright put its own.
  for name in "$TOOLS"/browsers/chromium-*/chrome-linux*/chrome; do
    if [[ -x $name ]]; then
      printf '%s\n' "$name"
      return
    fi
  done
  return 1
}

# The newest PostgreSQL server's programs. Debian keeps them off PATH, one folder a version.
find_postgres_bin() {
  local folder
  folder=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)
  if [[ -x $folder ]]; then
    dirname "$folder"
  elif have initdb && have postgres; then
    dirname "$(command -v initdb)"
  else
    return 1
  fi
}

# Where scripts/setup unpacks servers for the tests that this system lacks.
SERVERS=$TOOLS/servers

# find_server NAME: nginx, caddy, haproxy, traefik, or prometheus with its promtool, for the tests.
find_server() {
  local name
  if have "$1"; then
    command -v "$1"
    return
  fi
  # Debian keeps servers off people's PATH.
  for name in /usr/sbin/"$1" "$SERVERS"/usr/{sbin,bin}/"$1" "$ROOT/target/venv/bin/$1"; do
    if [[ -x $name ]]; then
      printf '%s\n' "$name"
      return
    fi
  done
  return 1
}

# A TCP port that nothing listens on right now.
free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    # Connecting must fail: then nobody is there.
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      printf '%s\n' "$port"
      return
    fi
  done
}

# wait_for_port PORT PID: until something listens there; false when the process ends or after 30 seconds.
wait_for_port() {
  local _
  for _ in $(seq 300); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then return 0; fi
    kill -0 "$2" 2>/dev/null || return 1
    sleep 0.1
  done
  return 1
}
