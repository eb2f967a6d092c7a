#!/bin/sh
# Redis 6.2 and 7.0 tell the same refusal of a command inside a script (here OOM, at maxmemory under noeviction) in different
# words: 7.0 answers with the error's own code first, 6.2 with `ERR Error running script …` and the code only inside the text,
# behind `@user_script:`. Who tells refusals apart by the first word takes a full 6.2 for a bug in the script. The script is refused
# after its first command, since what only reads may run on a full Redis.
# Packages: com.github.codemonstur:embedded-redis 1.4.4 (Maven, carries 6.2), redis-server 5:7.0.15 (Debian 12).
# Seen 2026-11-28: "ERR" and "OOM".
# What we do: one place looks for the code in the text, too, and answers 503 and E503 for it.
set -eu
dir=$(mktemp -d)
pids=
end() {
  for pid in $pids; do kill "$pid" 2>/dev/null || true; done
  rm -rf "$dir"
}
trap end EXIT
cd "$dir"
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy \
  -Dartifact=com.github.codemonstur:embedded-redis:1.4.4 -DoutputDirectory="$dir" >/dev/null
unzip -q -j embedded-redis-1.4.4.jar '*linux-amd64*' -d old
apt-get download -qq redis-server redis-tools >/dev/null 2>&1
for deb in *.deb; do dpkg-deb -x "$deb" new; done

first_word() {
  server=$1
  port=$2
  "$server" --port "$port" --bind 127.0.0.1 --save '' --maxmemory 4mb --maxmemory-policy noeviction >/dev/null &
  pids="$pids $!"
  for _ in $(seq 50); do
    "$cli" -p "$port" ping >/dev/null 2>&1 && break
    sleep 0.1
  done
  i=0
  while "$cli" -p "$port" setrange "fill:$i" 200000 x | grep -qv OOM && [ "$i" -lt 100 ]; do i=$((i + 1)); done
  "$cli" -p "$port" eval "redis.call('GET', KEYS[1]) return redis.call('SET', KEYS[1], '1')" 1 key 2>&1 | tee -a "$dir/said" | awk 'NR == 1 {print $1}'
}
cli=$dir/new/usr/bin/redis-cli
chmod +x old/*
old=$(first_word "$(ls "$dir"/old/redis-server*)" 17631)
new=$(first_word "$dir/new/usr/bin/redis-server" 17632)
cat "$dir/said"
echo "6.2: $old, 7.0: $new"
[ "$old" = ERR ] && [ "$new" = OOM ]
