# A network namespace with two ways into it: `island.sh NAME HERE THERE HERE THERE`, the
# addresses of both ends of each way. Obeys "cut WAY" and "mend WAY", one a line, and ends with its
# standard input.
set -eu
name=$1
there="ip netns exec $name"
trap 'ip netns delete "$name"' EXIT
ip netns add "$name"
$there ip link set lo up

# Both ends know where the other is, so that nobody finds out that it is not there any more.
way() {
    ip link add "$name-$1" address "02:00:00:00:0$1:01" type veth \
        peer name "way$1" address "02:00:00:00:0$1:02" netns "$name"
    ip address add "$2/30" dev "$name-$1"
    ip link set "$name-$1" up
    ip neighbour replace "$3" lladdr "02:00:00:00:0$1:02" dev "$name-$1" nud permanent
    $there ip address add "$3/30" dev "way$1"
    $there ip link set "way$1" up
    $there ip neighbour replace "$2" lladdr "02:00:00:00:0$1:01" dev "way$1" nud permanent
}

way 0 "$2" "$3"
way 1 "$4" "$5"
echo ready
while read -r order way; do
    case $order in
        # A queue in which nothing has a place: packets are lost in both directions.
        cut)
            tc qdisc replace dev "$name-$way" root pfifo limit 0
            $there tc qdisc replace dev "way$way" root pfifo limit 0
            ;;
        mend)
            tc qdisc delete dev "$name-$way" root
            $there tc qdisc delete dev "way$way" root
            ;;
    esac
    echo done
done
