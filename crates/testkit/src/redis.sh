# A throwaway Redis, empty at each start. Obeys orders from its standard input, one a line, and ends
# with it, however the one who gives them ends.
set -eu
port=$1
server=

start() {
    redis-server --bind 127.0.0.1 --port "$port" --save '' --appendonly no --dir / >/dev/null 2>&1 &
    server=$!
    until redis-cli -p "$port" ping >/dev/null 2>&1; do
        kill -0 "$server" || exit 1
        sleep 0.02
    done
}

stop() {
    kill -CONT "$server" 2>/dev/null || true
    kill -KILL "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
}

trap stop EXIT
start
echo ready
while read -r order argument; do
    case $order in
        start) start ;;
        stop) stop ;;
        process) echo "$server"; continue ;;
        signal) kill "-$argument" "$server" ;;
        # shellcheck disable=SC2086
        tell) redis-cli -p "$port" $argument >/dev/null ;;
    esac
    echo done
done
