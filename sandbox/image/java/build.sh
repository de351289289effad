#!/bin/sh
# Build the Java runner and the Java compiler:   build.sh [PREFIX [JAR...]]
#
# PREFIX is /opt/bench by default. Without JARs those of Debian's packages junit5, libjsoup-java and liblombok-java are
# taken, and whatever lies in PREFIX/jars already. Needs a JDK 17. Writes
#   PREFIX/jars/*.jar       what tests and solutions find on the class path
#   PREFIX/java/            our classes, and the archives that make the virtual machine start quickly
#   PREFIX/java-runner      \ commands that speak frames of JSON on standard input and output
#   PREFIX/java-compiler    /
set -eu

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
prefix=${1:-/opt/bench}
[ $# -gt 0 ] && shift
debian=/usr/share/java
[ $# -gt 0 ] || set -- "$debian/junit-platform-console-standalone.jar" "$debian/jsoup.jar" "$debian/lombok.jar"

mkdir -p "$prefix/jars" "$prefix/java"
prefix=$(CDPATH= cd -- "$prefix" && pwd)
for jar; do
    case $jar in
    "$prefix"/jars/*) ;;
    *) cp -L "$jar" "$prefix/jars/" ;;
    esac
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
path=$(printf '%s:' "$prefix"/jars/*.jar)
javac -nowarn -encoding UTF-8 -proc:none -cp "$path" -d "$work/classes" "$here"/*.java
jar --create --file "$prefix/java/runner.jar" -C "$work/classes" .
path="$prefix/java/runner.jar:${path%:}"

java=$(command -v java)
common="-Xshare:auto -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData -Xlog:disable -Xlog:all=error:stderr"
common="$common -Dfile.encoding=UTF-8 -Djava.awt.headless=true"
# Most of a short life is spent at the start, where compiling what runs a few hundred times costs more than it saves.
common="$common -XX:Tier3InvocationThreshold=1000 -XX:Tier3MinInvocationThreshold=500 -XX:Tier3CompileThreshold=5000"
# No attaching, no core files; one gigabyte of heap fits the default limit of a container.
runner="$common -Xmx1024m -XX:+DisableAttachMechanism -XX:-CreateCoredumpOnCrash -XX:ErrorFile=/dev/null"
compiler="$common -Xmx1024m"

# write NAME FLAGS CLASS PATH: the caller's pipes move to 3 and 4, so that printing cannot reach them.
write() {
    cat >"$prefix/$1" <<EOF
#!/bin/sh
LC_ALL=C.UTF-8 exec "$java" $2 -XX:SharedArchiveFile="$prefix/java/$1.jsa" -cp "$4" $3 3<&0 4>&1 </dev/null 1>&2
EOF
    chmod 755 "$prefix/$1"
}
write java-runner "$runner" bench.runner.Runner "$path:."
write java-compiler "$compiler" bench.runner.Compiler "$path"

# frame TEXT: one message, for texts under 256 bytes.
frame() {
    printf "\\000\\000\\000\\$(printf %03o "${#1}")%s" "$1"
}
# archive NAME MESSAGE...: hold one conversation and keep the classes that it loaded.
archive() {
    name=$1
    shift
    for message; do frame "$message"; done >"$work/messages"
    sed 's/-XX:SharedArchiveFile=/-XX:ArchiveClassesAtExit=/' "$prefix/$name" >"$work/$name"
    mkdir -p "$work/empty"
    (cd "$work/empty" && sh "$work/$name" <"$work/messages" >/dev/null)
}
archive java-runner '{"classes":{},"inputs":{"a/b.txt":"YQ=="}}' '{"classes":{},"test_class":"bench.runner.WarmOld"}'
archive java-compiler '{"main":"A","sources":{"A.java":"class A { java.util.List<String> a() { return null; } }"}}'
