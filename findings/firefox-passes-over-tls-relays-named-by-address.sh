#!/bin/sh
# Firefox ESR 153 never connects to a TURN server by TLS whose URL has an address for a host (turns:192.0.2.1:443), though certificates for
# addresses are issued: gathering ends without a candidate and without an error. By name it connects, and to the address by TCP. Chromium 156 connects to all three.
# Driven by puppeteer-core 24.43.1 (npm), Debian 12's firefox-esr and chromium. Seen 2026-11-30: the lines at the end.
# What we do: a start warns of each such relay (PassedOver).
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
firefox=$(command -v firefox-esr) || { echo "needs Debian's firefox-esr" >&2; exit 2; }
chromium=$(command -v chromium) || { echo "needs Debian's chromium" >&2; exit 2; }
npm init -y >/dev/null
npm install --silent --no-audit --no-fund puppeteer-core@24.43.1 >/dev/null
cat >run.mjs <<'JS'
import net from 'node:net';
import os from 'node:os';
import puppeteer from 'puppeteer-core';
const address = Object.values(os.networkInterfaces()).flat().find((one) => one.family === 'IPv4' && !one.internal)?.address;
if (!address) throw new Error('needs an address besides loopback');
const arrived = new Set();
const listen = (host) =>
  new Promise((ready) => {
    const server = net.createServer((socket) => {
      arrived.add(server.address().port);
      socket.on('error', () => {});
    });
    server.listen(0, host, () => ready(server.address().port));
  });
const relays = {
  'TLS by address': `turns:${address}:${await listen(address)}`,
  'TLS by name': `turns:localhost:${await listen('127.0.0.1')}`,
  'TCP by address': `turn:${address}:${await listen(address)}?transport=tcp`,
};
const [, , browser, executablePath] = process.argv;
const args = browser === 'chrome' ? ['--no-sandbox'] : [];
const opened = await puppeteer.launch({ browser, executablePath, headless: true, args });
const page = await opened.newPage();
await page.goto('data:text/html,');
const seen = [];
for (const [name, urls] of Object.entries(relays)) {
  await page.evaluate(async (urls) => {
    const connection = new RTCPeerConnection({ iceServers: [{ urls, username: 'u', credential: 'c' }] });
    connection.createDataChannel('any');
    await connection.setLocalDescription();
    await new Promise((later) => setTimeout(later, 3000));
    connection.close();
  }, urls);
  const port = Number(urls.match(/:(\d+)(\?|$)/)[1]);
  seen.push(`${name} ${arrived.has(port) ? 'tried' : 'passed over'}`);
}
console.log(`${browser}: ${seen.join(', ')}`);
await opened.close();
process.exit();
JS
seen=$(timeout 90 node run.mjs firefox "$firefox"; timeout 90 node run.mjs chrome "$chromium")
echo "$seen"
[ "$seen" = "firefox: TLS by address passed over, TLS by name tried, TCP by address tried
chrome: TLS by address tried, TLS by name tried, TCP by address tried" ]
