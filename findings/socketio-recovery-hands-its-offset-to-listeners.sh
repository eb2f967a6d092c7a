#!/bin/sh
# A Socket.IO server with connection state recovery puts an offset behind the arguments of each event, for the client to name on its return. No client
# takes it off: listeners of the JavaScript client get a text as one argument more, too, and so do those of clients that can't recover at all, as
# the Java one for Android (after a loss its `recovered` is false). An app that reads the last argument, or passes all of them on, breaks by
# a setting of the server.
# Packages: socket.io and socket.io-client 4.8.1 (npm), io.socket:socket.io-client 2.1.2 (Maven Central).
# Seen 2026-11-30: "javascript: 2 arguments, recovered true; java: 2 arguments, recovered false" for events sent with one.
# What we do: CONNECTION_RECOVERY is off unless set, and .env.example says what it does to listeners.
set -eu
dir=$(mktemp -d)
client=
end() {
  [ -z "$client" ] || kill "$client" 2>/dev/null || true
  rm -rf "$dir"
}
trap end EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund socket.io@4.8.1 socket.io-client@4.8.1 >/dev/null
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>offset</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.socket</groupId>
      <artifactId>socket.io-client</artifactId>
      <version>2.1.2</version>
    </dependency>
  </dependencies>
</project>
XML
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.11.0:build-classpath -Dmdep.outputFile=classpath >/dev/null
cat >Client.java <<'JAVA'
import io.socket.client.IO;

public class Client {
  public static void main(String[] args) throws Exception {
    var options = new IO.Options();
    options.transports = new String[] {"websocket"};
    options.query = "name=java";
    var socket = IO.socket("http://127.0.0.1:17644", options);
    socket.on("news", arguments -> socket.emit("got", arguments.length));
    socket.connect();
    Thread.sleep(60_000);
  }
}
JAVA
cat >run.cjs <<'JS'
const { Server } = require('socket.io');
const { io: connect } = require('socket.io-client');
const io = new Server({ connectionStateRecovery: {} });
io.listen(17644, { host: '127.0.0.1' });
const got = {};
const seen = {};
io.on('connection', (socket) => {
  const { name } = socket.handshake.query;
  if (name in got) {
    seen[name] = `${name}: ${got[name]} arguments, recovered ${socket.recovered}`;
    if (seen.java && seen.javascript) {
      console.log(`${seen.javascript}; ${seen.java}`);
      process.exit();
    }
    return;
  }
  socket.on('got', (count) => {
    got[name] = count;
    socket.conn.transport.socket.terminate();
  });
  socket.emit('news', 'hello');
});
const socket = connect('http://127.0.0.1:17644', { transports: ['websocket'], query: { name: 'javascript' } });
socket.on('news', (...all) => socket.emit('got', all.length));
JS
java -cp "$(cat classpath)" Client.java >/dev/null 2>&1 &
client=$!
seen=$(timeout 60 node run.cjs)
echo "$seen"
[ "$seen" = "javascript: 2 arguments, recovered true; java: 2 arguments, recovered false" ]
