#!/bin/sh
# Build the Java runner and the Java compiler:   build.sh [PREFIX [JAR...]]
#
# PREFIX is /opt/bench by default. Without JARs those of Debian's packages junit5, libjsoup-java and liblombok-java are
# taken, and whatever lies in PREFIX/jars already. Needs a JDK 17. Writes
#   PREFIX/jars/*.jar       what tests and solutions find on the class path
#   PREFIX/java/            our classes, and the archives that make the virtual machine start quickly
#   PREFIX/tools/*.jar      what measures a suite: JaCoCo and ASM, from Debian's libjacoco-java; left out where it is not there
#   PREFIX/java-runner      \
#   PREFIX/java-compiler     } commands that speak frames of JSON on standard input and output
#   PREFIX/java-trial       /
set -eu

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
prefix=${1:-/opt/bench}
[ $# -gt 0 ] && shift
debian=/usr/share/java
[ $# -gt 0 ] || set -- "$debian/junit-platform-console-standalone.jar" "$debian/jsoup.jar" "$debian/lombok.jar"

mkdir -p "$prefix/jars" "$prefix/java" "$prefix/tools"
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
tools=
for name in org.jacoco.core asm asm-commons asm-tree; do
    [ ! -e "$debian/$name.jar" ] || cp -L "$debian/$name.jar" "$prefix/tools/"
    tools="$tools:$prefix/tools/$name.jar"
done
set -- "$here"/*.java
[ ! -e "$prefix/tools/org.jacoco.core.jar" ] || set -- "$@" "$here"/measuring/*.java
javac -nowarn -encoding UTF-8 -proc:none -cp "$path$tools" -d "$work/classes" "$@"
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
faketime=$(find /usr/lib -path '*/faketime/libfaketimeMT.so.1' 2>/dev/null | head -n 1)
trial="$runner -Dbench.trial=\"$prefix/java-trial\" -Dbench.faketime=\"$faketime\""

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
write java-trial "$trial" bench.runner.Trial "$path$tools"

# frame TEXT: one message, for texts under 65536 bytes.
frame() {
    printf "\\000\\000\\$(printf %03o $((${#1} / 256)))\\$(printf %03o $((${#1} % 256)))%s" "$1"
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

# A suite whose solution is measured, so that all that this needs is in the archive.
mkdir "$work/sample"
echo 'class Even { static boolean even(int n) { return n % 2 == 0; } }' >"$work/sample/Even.java"
cat >"$work/sample/EvenTest.java" <<'EOF'
import static org.junit.jupiter.api.Assertions.*;
import org.junit.jupiter.api.Test;
class EvenTest {
    @Test void one() { assertArrayEquals(new int[] {1}, new int[] {2}); }
    @Test void two() { assertTrue(Even.even(2), () -> "two"); }
}
EOF
javac -nowarn -encoding UTF-8 -proc:none -cp "$path" -d "$work/sample" "$work/sample"/*.java
class() { printf '"%s.class":"%s"' "$1" "$(base64 -w 0 "$work/sample/$1.class")"; }
rounds='[{"name":"alone","alone":true,"coverage":true},{"name":"other","order":["two","one"]}]'
archive java-trial "{\"classes\":{$(class Even)},\"inputs\":{\"a/b.txt\":\"YQ==\"}}" \
    "{\"classes\":{$(class EvenTest)},\"test_class\":\"EvenTest\",\"rounds\":$rounds,\"test_seconds\":60}"
