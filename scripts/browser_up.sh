#!/usr/bin/env bash
# What the browser tests need, on a Debian machine, as in CI: Chromium, a Chinese font, npm. What is there is left alone.
# Needs root for what it installs.
set -euo pipefail

say() { printf 'browser: %s\n' "$1" >&2; }

has_browser() {
    local name
    for name in "${BENCH_CHROMIUM:-chromium}" chromium chromium-browser google-chrome; do
        if command -v "$name" >/dev/null; then return 0; fi
    done
    return 1
}

has_chinese() { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh family)" ]; }

missing=()
has_browser || missing+=(chromium)
has_chinese || missing+=(fontconfig fonts-wqy-microhei)
command -v npm >/dev/null || missing+=(nodejs npm)
if [ "${#missing[@]}" -eq 0 ]; then
    say "everything is there already"
    exit 0
fi
say "installing ${missing[*]}"
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
say "ready"
