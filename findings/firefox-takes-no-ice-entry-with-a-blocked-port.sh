#!/bin/sh
# Firefox ESR 153 (Debian 12's firefox-esr) makes no RTCPeerConnection at all if one of its ICE servers is `stuns:`, has
# `?transport=` in upper case, an impossible IPv4 address, or a port that browsers block for fetches (Fetch standard, "port
# blocking") other than 53: such as 993, 995, 5060, which relays are put on to get through firewalls. Chromium takes those
# ports. One such entry in a list that a server hands out, and calls from Firefox end in an exception.
# Driven by puppeteer-core 24.43.1 (npm). Seen 2026-11-28: the line at the end.
# What we do: such entries stop the start with one line that names them.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
firefox=$(command -v firefox-esr) || { echo "needs Debian's firefox-esr" >&2; exit 2; }
npm init -y >/dev/null
npm install --silent --no-audit --no-fund puppeteer-core@24.43.1 >/dev/null
cat >run.mjs <<'JS'
import puppeteer from 'puppeteer-core';
const browser = await puppeteer.launch({ browser: 'firefox', executablePath: process.argv[2], headless: true });
const page = await browser.newPage();
await page.goto('data:text/html,');
const seen = await page.evaluate(() =>
  ['stuns:h.example', 'turn:h.example?transport=UDP', 'turn:999.1.1.1', 'turn:h.example:993', 'turn:h.example:5060',
    'turn:h.example:53', 'turn:h.example:443'].map((urls) => {
    try {
      new RTCPeerConnection({ iceServers: [{ urls, username: 'u', credential: 'c' }] }).close();
      return `${urls} taken`;
    } catch (e) {
      return `${urls} ${e.name}`;
    }
  }).join(', '));
console.log(seen);
await browser.close();
JS
seen=$(timeout 90 node run.mjs "$firefox")
echo "$seen"
[ "$seen" = "stuns:h.example NotSupportedError, turn:h.example?transport=UDP SyntaxError, turn:999.1.1.1 SyntaxError,\
 turn:h.example:993 SyntaxError, turn:h.example:5060 SyntaxError, turn:h.example:53 taken, turn:h.example:443 taken" ]
