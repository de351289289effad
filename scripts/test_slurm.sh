#!/usr/bin/env bash
# deploy/slurm for real: a Slurm of two nodes on this one machine runs both scripts on the sample data, and what comes of it
# is held against the same runs without Slurm. Everything lies in one folder and listens on this machine alone.
#
#   make test-slurm                        needs Debian's slurm-wlm and munge (apt-get install slurm-wlm munge), and Docker
#   BENCH_SANDBOX=unsafe-local make test-slurm
#   LIMIT=1 make test-slurm                the first sample of each task alone
#   BENCH_ENV=/path make test-slurm        an environment with longcode-bench[ray]; by default what `make test-cluster` makes
set -euo pipefail
cd "$(dirname "$0")/.."

for program in munged slurmctld slurmd sbatch; do
    command -v "$program" >/dev/null || { echo "$program is missing: apt-get install slurm-wlm munge" >&2; exit 2; }
done
BENCH_ENV=$(realpath -s "${BENCH_ENV:-.venv-ray}")
export BENCH_ENV BENCH_SANDBOX="${BENCH_SANDBOX:-docker}"
bench="$BENCH_ENV/bin/bench"

step() { printf '\n== %s (%ss)\n' "$1" "$SECONDS"; }

work=$(mktemp -d)
daemons=()
leave() {
    scancel --user "$(id -un)" 2>/dev/null || true
    for _ in $(seq 100); do [ -n "$(squeue --noheader 2>/dev/null)" ] || break; sleep 0.2; done
    kill "${daemons[@]}" 2>/dev/null || true
    wait
    rm -rf "$work"
}
trap leave EXIT

step "munge, a controller, two nodes"
read -r controller first second < <(python3 - <<'PORTS'
import socket

held = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
print(*(each.getsockname()[1] for each in held))
PORTS
)
host=$(hostname -s) user=$(id -un) cores=$(nproc)
export SLURM_CONF="$work/slurm.conf"
cat >"$SLURM_CONF" <<CONF
ClusterName=trial
SlurmctldHost=$host(127.0.0.1)
SlurmUser=$user
SlurmdUser=$user
AuthInfo=socket=$work/munge/socket
SlurmctldPort=$controller
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd-%n.pid
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool-%n
ProctrackType=proctrack/pgid
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
MailProg=/bin/true
NodeName=one NodeHostname=$host NodeAddr=127.0.0.1 Port=$first CPUs=$cores
NodeName=two NodeHostname=$host NodeAddr=127.0.0.1 Port=$second CPUs=$cores
PartitionName=all Nodes=ALL Default=YES State=UP
CONF
mkdir -m 755 "$work/state" "$work/spool-one" "$work/spool-two"
mkdir -m 700 "$work/munge"
(umask 077; head -c 1024 /dev/urandom >"$work/munge/key")

start() { "$@" >"$work/$1-${!#}.log" 2>&1 & daemons+=($!); }
start munged --foreground --force --key-file "$work/munge/key" --socket "$work/munge/socket" \
    --pid-file "$work/munge/pid" --log-file "$work/munge/log" --seed-file "$work/munge/seed" --num-threads 2
for _ in $(seq 100); do if [ -S "$work/munge/socket" ]; then break; fi; sleep 0.1; done
start slurmctld -D
start slurmd -D -N one
start slurmd -D -N two
for _ in $(seq 100); do
    if [ "$(sinfo --noheader --Node --states idle 2>/dev/null | wc -l)" = 2 ]; then break; fi
    sleep 0.3
done
sinfo --Node

cp -r deploy "$work"
cd "$work"
data=(--data sample ${LIMIT:+--limit "$LIMIT"})

step "bench.sbatch: NaturalCodeBench's own solutions, on a Ray cluster of both nodes"
sbatch --wait --nodes 2 deploy/slurm/bench.sbatch ncb --model reference "${data[@]}" || { cat bench-*.log; exit 1; }
grep -E 'resources|nodes are there' bench-*.log
if grep -E 'Killed|CANCELLED' bench-*.log; then echo "Ray did not end in its own way" >&2; exit 1; fi

step "the same without a cluster"
"$bench" run ncb --model reference "${data[@]}" --sandbox "$BENCH_SANDBOX" --out alone 2>alone.log
cmp runs/ncb/reference/*/scores.jsonl alone/ncb/reference/*/scores.jsonl

step "shards.sbatch: two parts of LongBench, and a job that merges them"
array=$(sbatch --parsable --array 1-2 deploy/slurm/shards.sbatch longbench --model lexical "${data[@]}")
sbatch --wait --dependency "afterany:$array" --output merge.log \
    --wrap "$bench merge shards/[1-2] --run-dir merged" || { cat bench-*.log merge.log; exit 1; }
"$bench" run longbench --model lexical "${data[@]}" --out alone 2>alone.log
cmp merged/scores.jsonl alone/longbench/lexical/*/scores.jsonl
step "passed"
