# One chromedriver: says on which port it listens, and is gone with all its
# browsers and their profiles when standard input closes.
set -eu
dir=$(mktemp -d "${TMPDIR:-/tmp}/whatscrap-browser-XXXXXX")
end() {
    for child in $(cat /proc/"$1"/task/*/children 2>/dev/null); do
        end "$child"
    done
    kill -KILL "$1" 2>/dev/null || true
}
TMPDIR="$dir" "$1" --port=0 --log-path="$dir/log" &
trap 'end $!; wait; rm -rf "$dir"' EXIT
cat >/dev/null
