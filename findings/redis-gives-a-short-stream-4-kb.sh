#!/bin/sh
# A stream of one short entry takes 4.7 KB, whatever it holds: Redis allocates a whole node (`stream-node-max-bytes`, 4096 by
# default) for the first entry and gives nothing back until the node is full. A list of the same texts takes a few hundred
# bytes. Streams are made for few long logs; one stream for each of many small things (calls, jobs) costs ten times a list's.
# The setting helps (256 brings it to under 1 KB), but is the server's, for all streams, and not ours to set.
# Packages: redis-server 5:7.0.15 (Debian 12). Seen 2026-11-29: "list below 512: yes, stream above 4096: yes, of 256: below 1024".
# What we do: the timeline of a call is a list, whose writes carry the time that a stream's would bring.
set -eu
dir=$(mktemp -d)
pid=
end() {
  [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
  rm -rf "$dir"
}
trap end EXIT
cd "$dir"
apt-get download -qq redis-server redis-tools >/dev/null 2>&1
for deb in *.deb; do dpkg-deb -x "$deb" new; done
"$dir/new/usr/bin/redis-server" --port 17643 --bind 127.0.0.1 --save '' >/dev/null &
pid=$!
redis() { "$dir/new/usr/bin/redis-cli" -p 17643 "$@"; }
for _ in $(seq 100); do redis ping >/dev/null 2>&1 && break; sleep 0.1; done
texts="s initiated u 4711 d phone-1 c 4712"
redis rpush list t 1795920212236 $texts >/dev/null
redis xadd stream '*' $texts >/dev/null
redis config set stream-node-max-bytes 256 >/dev/null
redis xadd small '*' $texts >/dev/null
is() { if [ "$@" ]; then echo yes; else echo no; fi; }
list=$(redis memory usage list)
stream=$(redis memory usage stream)
small=$(redis memory usage small)
if [ "$small" -lt 1024 ]; then small='below 1024'; fi
seen="list below 512: $(is "$list" -lt 512), stream above 4096: $(is "$stream" -gt 4096), of 256: $small"
echo "$seen"
[ "$seen" = "list below 512: yes, stream above 4096: yes, of 256: below 1024" ]
