# One throwaway PostgreSQL cluster: `cluster.sh BINARIES [SETTING=VALUE...]`.
# Prints its socket folder once it accepts connections. Then obeys the commands
# below, one a line, and answers each with "done". It is gone when standard
# input closes, however its owner ended.
set -eu
bin=$1
shift
dir=$(mktemp -d "${TMPDIR:-/tmp}/whatscrap-postgres-XXXXXX")
trap 'rm -rf "$dir"' EXIT
"$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --no-locale --no-sync >"$dir/log" 2>&1

launch() {
    "$bin/postgres" -D "$dir/data" -k "$dir" "$@" >>"$dir/log" 2>&1 &
    postmaster=$!
}

# After a kill, what it left behind may refuse a successor for a moment.
start() {
    launch "$@"
    until "$bin/pg_isready" -q -h "$dir"; do
        kill -0 $postmaster 2>/dev/null || launch "$@"
        sleep 0.02
    done
}

signal_all() {
    kill "-$1" $postmaster $(cat "/proc/$postmaster/task/$postmaster/children" 2>/dev/null) 2>/dev/null || true
}

stop() {
    kill "-$1" $postmaster
    wait $postmaster || true
}

for setting; do
    set -- "$@" -c "$setting"
    shift
done
set -- -c listen_addresses= -c max_connections=300 "$@"
start "$@"
trap 'signal_all CONT; kill -QUIT $postmaster; wait; rm -rf "$dir"' EXIT
echo "$dir"
while read -r command signal; do
    case $command in
    start) start "$@" ;;
    stop) stop "$signal" ;;
    signal) signal_all "$signal" ;;
    esac
    echo done
done
