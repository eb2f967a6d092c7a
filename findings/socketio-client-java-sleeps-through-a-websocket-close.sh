#!/bin/sh
# socket.io-client 2.1.2 for Java (Android): when the server closes its WebSocket in order, with 1000, 1001, 1008, 1011, a code of one's own or
# none, the client does not notice. It goes on as connected, hears nothing, and comes back only once it misses a ping: 45 s later with the
# usual interval and timeout. OkHttp tells of the close by onClosing and ends the connection once close() is called there, which engine.io-client 2.1.0
# never does. Codes that OkHttp takes for wrong, 1012 to 2999, are errors to it: after these the client comes back at once.
# Packages: io.socket:socket.io-client 2.1.2 (Maven Central), socket.io 4.8.1 (npm); here pings every 2 s with 2 s to answer.
# Seen 2026-11-30: "1000 late, 1001 late, 1008 late, 1012 at once, 1013 at once, 4000 late, none late".
# What we do: whatever a client is to come back from is closed with 1012 or 1013 (CloseReason).
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
npm install --silent --no-audit --no-fund socket.io@4.8.1 >/dev/null
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>close</artifactId>
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
    options.reconnectionDelay = 100;
    options.reconnectionDelayMax = 100;
    IO.socket("http://127.0.0.1:17643", options).connect();
    Thread.sleep(100_000);
  }
}
JAVA
cat >run.cjs <<'JS'
const { Server } = require('socket.io');
const io = new Server({ pingInterval: 2_000, pingTimeout: 2_000, transports: ['websocket'] });
io.listen(17643, { host: '127.0.0.1' });
const codes = [1000, 1001, 1008, 1012, 1013, 4000, undefined];
const seen = [];
let closedAt;
io.on('connection', (socket) => {
  if (closedAt) seen.push(`${codes[seen.length] ?? 'none'} ${Date.now() - closedAt < 1_500 ? 'at once' : 'late'}`);
  if (seen.length === codes.length) {
    console.log(seen.join(', '));
    process.exit();
  }
  setTimeout(() => {
    closedAt = Date.now();
    const code = codes[seen.length];
    const raw = socket.conn.transport.socket;
    if (code) raw.close(code);
    else raw.close();
  }, 300);
});
JS
java -cp "$(cat classpath)" Client.java >/dev/null 2>&1 &
client=$!
seen=$(timeout 90 node run.cjs)
echo "$seen"
[ "$seen" = "1000 late, 1001 late, 1008 late, 1012 at once, 1013 at once, 4000 late, none late" ]
