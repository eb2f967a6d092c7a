#!/bin/sh
# PgBouncer 1.18.0 in transaction mode before Postgres 15: a pg_dump through it, which ends well, may leave a connection to the server with an empty
# search_path. Whoever gets that connection next finds no table by its name alone, in whatever session, until the connection is closed (RECONNECT).
# pg_dump 15 empties the path by itself and outside of its transaction, which then may meet another connection; only that one is closed with it, and
# PgBouncer resets sessions (server_reset_query) in session mode only. Under load it happens by itself; here server_round_robin makes sure of it.
# Packages: Debian 12's pgbouncer 1.18.0, postgresql-client-15 and postgresql-15 (apt-get download, unpacked, not installed); as root the servers run as nobody.
# Seen 2026-12-01: before the dump "1 1 1", after it 'relation "things" does not exist' by one of three connections, after RECONNECT "1 1 1".
# What our users meet: an operator who dumps $DATABASE_URL, which is the pooler, has devices and rooms answer 500 from then on. docs/guides/backup.md: dumps
# and restores go past PgBouncer.
set -eu
dir=$(mktemp -d)
chmod 755 "$dir"
pids=
trap 'kill $pids 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
mkdir debs && (cd debs && chmod 777 . && apt-get download -qq pgbouncer postgresql-client-15 postgresql-15 libpq5 libevent-2.1-7 libc-ares2 libllvm14 >/dev/null 2>&1)
for deb in debs/*.deb; do dpkg -x "$deb" root; done
LD_LIBRARY_PATH=$(find root/usr/lib root/lib -maxdepth 1 -type d -name '*-linux-gnu' 2>/dev/null | sed "s:^:$dir/:" | paste -sd:)
export LD_LIBRARY_PATH
bin=$dir/root/usr/lib/postgresql/15/bin
run() { if [ "$(id -u)" = 0 ]; then exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; else exec "$@"; fi; }
free() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
server=$(free)
pooler=$(free)
mkdir work && chmod 777 work
(run "$bin/initdb" -D work/data -U app -A trust >/dev/null)
run "$bin/postgres" -D work/data -p "$server" -k "" -h 127.0.0.1 >work/postgres.log 2>&1 &
pids=$!
printf '[databases]\n* = host=127.0.0.1 port=%s\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = %s\nunix_socket_dir =\nauth_type = any\n' \
  "$server" "$pooler" >work/pgbouncer.ini
printf 'pool_mode = transaction\ndefault_pool_size = 3\nserver_round_robin = 1\nadmin_users = app\n' >>work/pgbouncer.ini
sed -i 's/^\* = .*/& user=app/' work/pgbouncer.ini
run root/usr/sbin/pgbouncer work/pgbouncer.ini >work/pgbouncer.log 2>&1 &
pids="$pids $!"
ask() { "$bin/psql" -At "host=127.0.0.1 user=app $1" -c "$2" 2>&1 | head -n 1; }
for _ in $(seq 100); do [ "$(ask "port=$pooler dbname=postgres" 'SELECT 1')" = 1 ] && break; sleep 0.1; done
ask "port=$server dbname=postgres" 'CREATE TABLE things AS SELECT 1 AS one' >/dev/null
look() { for _ in 1 2 3; do ask "port=$pooler dbname=postgres" 'SELECT one FROM things'; done | paste -sd' '; }
for _ in 1 2; do ask "port=$pooler dbname=postgres" 'SELECT pg_sleep(1)' >/dev/null & done
ask "port=$pooler dbname=postgres" 'SELECT pg_sleep(2)' >/dev/null
before=$(look)
"$bin/pg_dump" -Fc "host=127.0.0.1 port=$pooler user=app dbname=postgres" >work/dump
after=$(look)
ask "port=$pooler dbname=pgbouncer" RECONNECT >/dev/null
again=$(look)
printf '%s\n%s\n%s\n%s\n' "$(root/usr/sbin/pgbouncer --version | head -n 1)" "$before" "$after" "$again"
[ "$before" = "1 1 1" ] && [ "$again" = "1 1 1" ] && case $after in *'relation "things" does not exist'*) ;; *) exit 1 ;; esac
