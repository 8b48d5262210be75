# A throwaway Redis, empty at each start. Obeys orders from its standard input, one a line, and ends
# with it, however the one who gives them ends.
set -eu
# With a folder it makes an authority there, `ca.crt`, and speaks TLS.
address=$1 port=$2 keys=${3:-}
server=

if [ "$keys" ]; then
    new='-x509 -days 2 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'
    (
        cd "$keys"
        # shellcheck disable=SC2086
        openssl req $new -keyout ca.key -out ca.crt -subj /CN=authority
        # shellcheck disable=SC2086
        openssl req $new -keyout redis.key -out redis.crt -CA ca.crt -CAkey ca.key -subj /CN=redis \
            -addext "subjectAltName=IP:$address" -addext basicConstraints=critical,CA:FALSE
    ) 2>/dev/null
    listen="--port 0 --tls-port $port --tls-auth-clients no --tls-ca-cert-file $keys/ca.crt"
    listen="$listen --tls-cert-file $keys/redis.crt --tls-key-file $keys/redis.key"
    ask="redis-cli -h $address -p $port --tls --cacert $keys/ca.crt"
else
    listen="--port $port"
    ask="redis-cli -h $address -p $port"
fi

start() {
    # shellcheck disable=SC2086
    redis-server --bind "$address" --protected-mode no $listen --save '' --appendonly no --dir / >/dev/null 2>&1 &
    server=$!
    until $ask ping >/dev/null 2>&1; do
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
        tell) $ask $argument >/dev/null ;;
    esac
    echo done
done
