#!/usr/bin/env bash
# The images of deploy/kubernetes are built, and its pods stand as containers on this machine: a head, and two nodes with a
# Docker daemon of their own. They share a network and nothing else. A run over them, in the middle of which one node is
# killed, is held against the same run without a cluster.
#
#   make test-pods                  needs Docker and the sandbox's image; pulls python:3.11-slim-bookworm and docker:29-dind
#   STAND_INS=1 make test-pods      makes both of debian:bookworm-slim instead, where nothing can be pulled
#   RIGHTS="--cap-add ..." make test-pods    in place of --privileged, where this machine itself lacks a right
set -euo pipefail
cd "$(dirname "$0")/.."

base=python:3.11-slim-bookworm
daemon=docker:29-dind
name="bench-pods-$$"
socket=unix:///run/bench/docker.sock
read -ra rights <<<"${RIGHTS:---privileged}"
work=$(mktemp -d)

step() { printf '\n== %s (%ss)\n' "$1" "$SECONDS"; }

leave() {
    docker ps --all --quiet --filter "name=^$name-" | xargs --no-run-if-empty docker rm --force --volumes >/dev/null
    docker volume ls --quiet --filter "name=^$name-" | xargs --no-run-if-empty docker volume rm >/dev/null
    docker network rm "$name" >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap leave EXIT

until_it_holds() {
    for _ in $(seq 120); do if "$@" >/dev/null 2>&1; then return 0; fi; sleep 0.5; done
    echo "in vain: $*" >&2
    return 1
}

# stand_in TAG PACKAGE...: an image with these packages of Debian
stand_in() {
    docker build --quiet --tag "$1" - >/dev/null 2>&1 <<DOCKERFILE
FROM debian:bookworm-slim
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends ${*:2}
DOCKERFILE
}

if [ -n "${STAND_INS:-}" ]; then
    step "stand-ins for $base and $daemon"
    base=bench-pods-python daemon=bench-pods-daemon
    stand_in "$base" python3 python3-venv
    stand_in "$daemon" docker.io iptables ca-certificates
fi

step "wheel, sandbox, the images of the pods"
mkdir -p "$work/deploy/kubernetes"
cp deploy/kubernetes/Dockerfile "$work/deploy/kubernetes/"
.venv/bin/python -m build --wheel --no-isolation --outdir "$work/dist" >/dev/null 2>&1
.venv/bin/bench sandbox save "$work/deploy/kubernetes/sandbox.tar.gz"
for target in bench sandbox; do
    docker build --file "$work/deploy/kubernetes/Dockerfile" --build-arg "BASE=$base" --target "$target" \
        --tag "bench-pods-$target" "$work" >"$work/$target.log" 2>&1 || { tail -n 40 "$work/$target.log"; exit 1; }
done
docker image ls --format '{{.Repository}} {{.Size}}' | grep bench-pods

step "a head and two nodes"
RAY_AUTH_TOKEN=$(python3 -c 'import secrets; print(secrets.token_hex(32))')
export RAY_AUTH_TOKEN
ray=(--shm-size 1g --env RAY_AUTH_MODE=token --env RAY_AUTH_TOKEN)
docker network create "$name" >/dev/null
docker run --detach --name "$name-head" --network "$name" --network-alias head "${ray[@]}" bench-pods-bench \
    ray start --head --num-cpus 0 --include-dashboard false --block >/dev/null
for pod in one two; do
    beside=(--env "DOCKER_HOST=$socket" --volume "$name-$pod-socket:/run/bench")
    docker run --detach --name "$name-$pod-docker" "${rights[@]}" --network "$name" "${beside[@]}" \
        --volume "$name-$pod-images:/var/lib/docker" "$daemon" dockerd "--host=$socket" --group=1000 >/dev/null
    until_it_holds docker exec "$name-$pod-docker" docker info
    docker run --rm --network "container:$name-$pod-docker" "${beside[@]}" bench-pods-sandbox \
        bench sandbox load /opt/sandbox.tar.gz
    until_it_holds docker exec "$name-head" ray status
    docker run --detach --name "$name-$pod-ray" --network "container:$name-$pod-docker" "${beside[@]}" "${ray[@]}" \
        bench-pods-bench ray start --address head:6379 --num-cpus 1 --resources '{"docker": 1}' --block >/dev/null
done
both_are_there() { [ "$(docker exec "$name-head" ray status | grep -c '^ 1 node_')" = 3 ]; }
until_it_holds both_are_there

step "NaturalCodeBench's own solutions; one node is killed on the way"
run=(bench run ncb --model reference --data sample)
docker exec "$name-head" "${run[@]}" --cluster auto --out runs >"$work/run.log" 2>&1 &
running=$!
some_are_done() { docker exec "$name-head" sh -c 'test "$(cat runs/ncb/reference/*/executions.jsonl | wc -l)" -ge 30'; }
until_it_holds some_are_done
docker kill "$name-two-docker" "$name-two-ray" >/dev/null
echo "killed after $(docker exec "$name-head" sh -c 'cat runs/ncb/reference/*/executions.jsonl | wc -l') executions"
kill -0 "$running" || { echo "the run was over before the node was killed" >&2; exit 1; }
wait "$running" || { cat "$work/run.log"; exit 1; }
docker cp "$name-head:/home/bench/runs" "$work/pods" >/dev/null
python3 -c 'import json, sys; print("ran on", *(node["address"] for node in json.load(open(sys.argv[1]))["sandbox"]["nodes"]))' "$work"/pods/ncb/reference/*/run.json

step "the same without a cluster"
.venv/bin/"${run[0]}" "${run[@]:1}" --out "$work/alone" >"$work/alone.log" 2>&1
cmp "$work"/pods/ncb/reference/*/scores.jsonl "$work"/alone/ncb/reference/*/scores.jsonl
lines=$(cat "$work"/pods/ncb/reference/*/executions.jsonl | wc -l)
once=$(cut -d, -f1-3 "$work"/pods/ncb/reference/*/executions.jsonl | sort -u | wc -l)
[ "$lines $once" = "96 96" ] || { echo "$lines executions, $once of them different ones; 96 are asked for" >&2; exit 1; }
step "passed"
