#!/usr/bin/env bash
# What tests of code without a container need, on a Debian machine, as in CI: a JDK, the jars of the sandbox's image, and
# libfaketime. What is there is left alone. Needs root for what it installs.
set -euo pipefail

say() { printf 'java: %s\n' "$1" >&2; }

missing=()
command -v javac >/dev/null || missing+=(openjdk-17-jdk-headless)
while read -r jar package; do
    [ -e "/usr/share/java/$jar.jar" ] || missing+=("$package")
done <<JARS
junit-platform-console-standalone junit5
jsoup libjsoup-java
lombok liblombok-java
org.jacoco.core libjacoco-java
JARS
[ -n "$(find /usr/lib -path '*/faketime/libfaketime.so.1' 2>/dev/null)" ] || missing+=(libfaketime)
if [ "${#missing[@]}" -eq 0 ]; then
    say "everything is there already"
    exit 0
fi
say "installing ${missing[*]}"
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
say "ready"
