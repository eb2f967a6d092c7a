#!/bin/sh
# socket.io-client 4.8.1 (npm), against socket.io 4.8.1: what an app emits while it is offline reaches the server before
# anything that the app's own handler of `connect` emits, since the buffer is sent before that handler is called. So a server
# that wants a first event of its own from each client (a registration, say) gets others before it, in the documented use
# of the library. Seen 2026-11-28 with Node 20.20.2: "buffered register".
# What we do: a socket with a token holds what comes before `register`, and handles it after.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund socket.io@4.8.1 socket.io-client@4.8.1 >/dev/null
cat >run.cjs <<'JS'
const { Server } = require('socket.io');
const { io } = require('socket.io-client');
const server = new Server(0, { transports: ['websocket'] });
const heard = [];
server.on('connection', (socket) => {
  socket.onAny((event) => {
    heard.push(event);
    if (heard.length === 2) {
      console.log(heard.join(' '));
      process.exit();
    }
  });
});
const client = io(`http://127.0.0.1:${server.httpServer.address().port}`, { transports: ['websocket'] });
client.on('connect', () => client.emit('register'));
client.emit('buffered');
setTimeout(() => process.exit(1), 10_000);
JS
seen=$(node run.cjs)
echo "$seen"
[ "$seen" = "buffered register" ]
