#!/bin/sh
# A Redis without TLS that is spoken to in TLS neither answers nor hangs up: it takes the hello for the beginning of a command
# and waits for the rest of it. So `rediss://` in place of `redis://` shows as a handshake that times out, like a Redis that is
# away, and never as "not a TLS record"; who waits for a store to come back waits for ever. The other way round (plain
# commands to a TLS port) the connection ends at once, again without a word that tells why.
# Packages: redis-server 5:7.0.15 (Debian 12); Node 20's tls. Seen 2026-11-28: "tls to plain: no answer in 5 s, plain to tls: end".
# What we do: a start that gets no answer asks once in the other way, without a password, and names the scheme that is right.
set -eu
dir=$(mktemp -d)
pids=
end() {
  for pid in $pids; do kill "$pid" 2>/dev/null || true; done
  rm -rf "$dir"
}
trap end EXIT
cd "$dir"
apt-get download -qq redis-server redis-tools >/dev/null 2>&1
for deb in *.deb; do dpkg-deb -x "$deb" new; done
server=$dir/new/usr/bin/redis-server
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout key.pem -out cert.pem >/dev/null 2>&1
"$server" --port 17641 --bind 127.0.0.1 --save '' >/dev/null &
pids="$pids $!"
"$server" --port 0 --tls-port 17642 --bind 127.0.0.1 --save '' --tls-cert-file cert.pem --tls-key-file key.pem \
  --tls-ca-cert-file cert.pem --tls-auth-clients no >/dev/null &
pids="$pids $!"
cat >run.cjs <<'JS'
const net = require('net');
const tls = require('tls');
const what = (socket) =>
  new Promise((seen) => {
    socket.once('secureConnect', () => seen('secure'));
    socket.once('data', () => seen('data'));
    socket.once('close', () => seen('end'));
    socket.once('error', (e) => seen(e.code === 'ECONNRESET' ? 'end' : e.code));
    setTimeout(() => seen('no answer in 5 s'), 5_000);
  });
const up = async (port) => {
  for (let i = 0; i < 100; i++) {
    const there = await new Promise((r) => {
      const s = net.connect(port, '127.0.0.1', () => { s.destroy(); r(true); });
      s.once('error', () => r(false));
    });
    if (there) return;
    await new Promise((r) => setTimeout(r, 100));
  }
};
(async () => {
  await up(17641);
  await up(17642);
  const hello = await what(tls.connect({ port: 17641, host: '127.0.0.1', rejectUnauthorized: false }));
  const plain = net.connect(17642, '127.0.0.1');
  plain.write('PING\r\n');
  console.log(`tls to plain: ${hello}, plain to tls: ${await what(plain)}`);
  process.exit();
})();
JS
seen=$(node run.cjs)
echo "$seen"
[ "$seen" = "tls to plain: no answer in 5 s, plain to tls: end" ]
