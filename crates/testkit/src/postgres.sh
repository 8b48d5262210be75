# One throwaway PostgreSQL cluster: prints its socket folder once it accepts
# connections, and is gone when standard input closes, however its owner ended.
set -eu
dir=$(mktemp -d "${TMPDIR:-/tmp}/whatscrap-postgres-XXXXXX")
trap 'rm -rf "$dir"' EXIT
"$1/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --no-locale --no-sync >"$dir/log" 2>&1
"$1/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= -c fsync=off \
    -c max_connections=300 >>"$dir/log" 2>&1 &
trap 'kill -QUIT $!; wait; rm -rf "$dir"' EXIT
until "$1/pg_isready" -q -h "$dir"; do
    kill -0 $!
    sleep 0.02
done
echo "$dir"
cat >/dev/null
