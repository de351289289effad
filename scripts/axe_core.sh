#!/usr/bin/env bash
# Fetches axe-core, by which the browser tests look for faults of accessibility: from npm by name and version, its content
# checked. It goes into a folder of its own: scripts/axe_core.sh [DIR], by default .venv/axe.
set -euo pipefail

version=4.14.1
sha256=29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c
cd "$(dirname "$0")/.."
folder="${1:-.venv/axe}"
file="$folder/node_modules/axe-core/axe.min.js"

whole() { [ -f "$file" ] && echo "$sha256  $file" | sha256sum --check --status; }

if whole; then
    echo "axe-core: $version is there already" >&2
    exit 0
fi
if ! command -v npm >/dev/null; then
    echo "axe-core: there is no npm here; install Node.js, or copy axe.min.js $version to $file" >&2
    exit 2
fi
mkdir -p "$folder"
npm install --no-save --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error \
    --prefix "$folder" "axe-core@$version" >&2
if ! whole; then
    echo "axe-core: $file is not version $version as it is known here (sha256 $sha256); remove $folder and try again" >&2
    exit 1
fi
echo "axe-core: $version" >&2
