#!/bin/sh
# The two WebRTC implementations for Node that bots and recorders are written with use less of a list of TURN servers than browsers do, and say nothing.
# werift takes the first TURN URL of the list alone, whatever its transport. node-datachannel (libdatachannel) takes UDP alone: an entry with TCP or TLS
# is passed over, so a list of such entries gives no relay at all; and of three by UDP two are used.
# Packages: werift 0.25.2, node-datachannel 0.33.4 (npm). Seen 2026-11-30: the lines at the end.
# What we do: docs/operations.md has a table of what clients use, and says that the relay by UDP stands first.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund werift@0.25.2 node-datachannel@0.33.4 >/dev/null 2>&1
cat >run.mjs <<'JS'
import dgram from 'node:dgram';
import net from 'node:net';
import os from 'node:os';
const address = Object.values(os.networkInterfaces()).flat().find((one) => one.family === 'IPv4' && !one.internal)?.address;
if (!address) throw new Error('needs an address besides loopback');
const udp = (arrived, name) =>
  new Promise((ready) => {
    const socket = dgram.createSocket('udp4').on('message', () => arrived.add(name));
    socket.bind(0, address, () => ready(`turn:${address}:${socket.address().port}`));
  });
const stream = (arrived, name, url) =>
  new Promise((ready) => {
    const server = net.createServer((socket) => {
      arrived.add(name);
      socket.on('error', () => {});
    });
    server.listen(0, address, () => ready(url(server.address().port)));
  });
const make =
  process.argv[2] === 'werift'
    ? (await import('werift')).RTCPeerConnection
    : (await import('node-datachannel/polyfill')).default.RTCPeerConnection;
const wishes = ['tls udp', 'tcp udp', 'udp tls', 'tls tcp', 'udp udp udp'];
const seen = [];
for (const wish of wishes) {
  const arrived = new Set();
  const iceServers = [];
  for (const [place, kind] of wish.split(' ').entries()) {
    const name = `${kind}${place + 1}`;
    const urls =
      kind === 'udp'
        ? await udp(arrived, name)
        : await stream(arrived, name, (port) => (kind === 'tls' ? `turns:${address}:${port}` : `turn:${address}:${port}?transport=tcp`));
    iceServers.push({ urls, username: 'u', credential: 'c' });
  }
  const connection = new make({ iceServers });
  connection.createDataChannel('any');
  connection.createOffer().then((offer) => connection.setLocalDescription(offer)).catch(() => {});
  await new Promise((later) => setTimeout(later, 2500));
  const used = [...arrived].sort();
  // Which two of three it takes is left to chance.
  seen.push(`[${wish}] ${wish === 'udp udp udp' ? used.length : used.join(' ') || 'none'}`);
  await connection.close();
}
console.log(`${process.argv[2]}: ${seen.join(', ')}`);
process.exit();
JS
seen=$(timeout 60 node run.mjs werift; timeout 60 node run.mjs node-datachannel)
echo "$seen"
[ "$seen" = "werift: [tls udp] tls1, [tcp udp] tcp1, [udp tls] udp1, [tls tcp] tls1, [udp udp udp] 1
node-datachannel: [tls udp] udp2, [tcp udp] udp2, [udp tls] udp1, [tls tcp] none, [udp udp udp] 2" ]
