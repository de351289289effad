#!/usr/bin/env bash
# Brings Docker up from nothing on a Debian machine without systemd, as in CI: installs it where it is missing, starts the
# daemon where none answers, and waits for it. A daemon that answers is left alone. Needs root for what it does.
set -euo pipefail

log="${DOCKERD_LOG:-/var/log/dockerd.log}"
patience=60

say() { printf 'docker: %s\n' "$1" >&2; }
answers() { timeout 10 docker info >/dev/null 2>&1; }

# A pid file whose process is gone, or only its remains, keeps the daemon from starting.
remove_stale() {
    local file pid state
    for file in /var/run/docker.pid /run/docker/containerd/containerd.pid; do
        [ -e "$file" ] || continue
        pid=$(cat "$file")
        state=$(awk '/^State:/ {print $2}' "/proc/$pid/status" 2>/dev/null || true)
        if [ -z "$state" ] || [ "$state" = Z ]; then rm -f "$file"; fi
    done
}

if command -v docker >/dev/null && answers; then
    say "a daemon answers already"
    exit 0
fi
if ! command -v dockerd >/dev/null; then
    say "installing"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        docker.io iptables ca-certificates mmdebstrap >/dev/null
fi
remove_stale
say "starting the daemon, its log is $log"
setsid nohup dockerd >>"$log" 2>&1 </dev/null &
for _ in $(seq "$patience"); do
    if answers; then
        say "ready: server $(docker version --format '{{.Server.Version}}')"
        exit 0
    fi
    sleep 1
done
say "the daemon does not answer after $patience s; the end of $log:"
tail -n 20 "$log" >&2
exit 1
