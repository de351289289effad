#!/usr/bin/env bash
# Makes the base image of sandbox/image/Dockerfile where none can be pulled: a minimal Debian 12 from this machine's own
# package sources, imported under the public image's name. It is a stand-in for this machine: never push it.
#
#     scripts/base_image.sh [TAG]        needs root, mmdebstrap (apt-get install mmdebstrap) and a Docker daemon
#
# It does nothing where the tag is there already; FORCE=1 makes it anew.
set -euo pipefail

tag="${1:-debian:bookworm-slim}"
suite=bookworm
bundle=/etc/ssl/certs/ca-certificates.crt

say() { printf 'base image: %s\n' "$1" >&2; }

if [ -z "${FORCE:-}" ] && docker image inspect "$tag" >/dev/null 2>&1; then
    say "$tag is there already"
    exit 0
fi
command -v mmdebstrap >/dev/null || { say "mmdebstrap is missing: apt-get install mmdebstrap"; exit 2; }

# The host's source files are handed over as they are, so that no mirror is named here.
sources=()
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list; do
    if [ -s "$file" ] && grep -q "$suite" "$file"; then sources+=("$file"); fi
done
[ ${#sources[@]} -gt 0 ] || { say "no file under /etc/apt names $suite: use another machine, or docker pull $tag"; exit 2; }

# Certificates that this machine trusts beyond Debian's own, as behind a proxy that opens connections. They lie apart from
# Debian's bundle, which installing the package ca-certificates writes anew; ca-certificates takes up the local ones.
hooks=() changes=()
if [ -s "$bundle" ]; then
    kept=/usr/local/share/bench-base-ca.pem
    hooks+=(--customize-hook="copy-in $bundle /usr/local/share"
            --customize-hook="mv \"\$1/usr/local/share/$(basename "$bundle")\" \"\$1$kept\""
            --customize-hook="mkdir -p \"\$1/usr/local/share/ca-certificates\"")
    for file in /usr/local/share/ca-certificates/*.crt; do
        if [ -e "$file" ]; then hooks+=(--customize-hook="copy-in $file /usr/local/share/ca-certificates"); fi
    done
    changes+=(--change "ENV PIP_CERT=$kept" --change "ENV SSL_CERT_FILE=$kept")
fi

say "making $tag, about a minute"
mmdebstrap --quiet --variant=minbase \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    "${hooks[@]}" "$suite" - "${sources[@]}" | docker import "${changes[@]}" - "$tag" >/dev/null
say "$tag: $(docker image inspect --format '{{.Size}}' "$tag" | awk '{printf "%.0f MB", $1 / 1e6}')"
