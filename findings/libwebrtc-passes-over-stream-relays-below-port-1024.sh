#!/bin/sh
# libwebrtc, which Chromium and apps on Android and iOS have inside, never connects to a TURN server by TCP or TLS on a port below 1024, but for
# 53, 80 and 443. Nobody is told: the constructor takes the entry, and gathering ends without a candidate and without an error. The
# same port over UDP is used. Chromium besides blocks 53, over UDP without an error, too. So a relay on 853 or 989, chosen to get
# through a firewall, answers every test of the operator and is used by Firefox alone.
# Packages: puppeteer-core 24.43.1 (npm) with Debian 12's chromium; dev.onvoid.webrtc:webrtc-java 0.14.0 (Maven Central). Node and a JDK from 17.
# Seen 2026-11-30 (Chromium 156): the lines at the end.
# What we do: a start warns of each such relay (PassedOver), and docs/operations.md has a table of what clients use.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
chromium=$(command -v chromium) || { echo "needs Debian's chromium" >&2; exit 2; }
npm init -y >/dev/null
npm install --silent --no-audit --no-fund puppeteer-core@24.43.1 >/dev/null
for jar in webrtc-java:0.14.0 webrtc-java:0.14.0:jar:linux-x86_64; do
  mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy -Dartifact="dev.onvoid.webrtc:$jar" -DoutputDirectory=lib >/dev/null
done
cat >listen.mjs <<'JS'
import dgram from 'node:dgram';
import net from 'node:net';
// Which ports anything arrived at, over UDP and over TCP; says so when its input ends.
const arrived = { udp: new Set(), tcp: new Set() };
for (const port of [53, 443, 853, 1023, 1024]) {
  dgram.createSocket('udp4').on('message', () => arrived.udp.add(port)).bind(port, '192.0.2.1');
  net.createServer((socket) => {
    arrived.tcp.add(port);
    socket.on('error', () => {});
  }).listen(port, '192.0.2.1');
}
process.stdin.on('end', () => {
  const list = (set) => [...set].sort((a, b) => a - b).join(' ');
  console.log(`${process.argv[2]}: udp ${list(arrived.udp)}, tcp ${list(arrived.tcp)}`);
  process.exit();
}).resume();
JS
cat >chromium.mjs <<'JS'
import puppeteer from 'puppeteer-core';
const browser = await puppeteer.launch({ executablePath: process.argv[2], headless: true, args: ['--no-sandbox'] });
const page = await browser.newPage();
await page.goto('data:text/html,');
await page.evaluate(async () => {
  for (const port of [53, 443, 853, 1023, 1024]) {
    for (const transport of ['udp', 'tcp']) {
      const urls = `turn:192.0.2.1:${port}?transport=${transport}`;
      const connection = new RTCPeerConnection({ iceServers: [{ urls, username: 'u', credential: 'c' }] });
      connection.createDataChannel('any');
      await connection.setLocalDescription();
      await new Promise((later) => setTimeout(later, 1500));
      connection.close();
    }
  }
});
await browser.close();
JS
cat >Native.java <<'JAVA'
import dev.onvoid.webrtc.*;
import dev.onvoid.webrtc.media.audio.AudioDeviceModule;
import dev.onvoid.webrtc.media.audio.AudioLayer;
import java.util.List;

public class Native {
  public static void main(String[] args) throws Exception {
    var factory = new PeerConnectionFactory(new AudioDeviceModule(AudioLayer.kDummyAudio));
    for (int port : new int[] {53, 443, 853, 1023, 1024}) {
      for (String transport : List.of("udp", "tcp")) {
        var server = new RTCIceServer();
        server.urls = List.of("turn:192.0.2.1:" + port + "?transport=" + transport);
        server.username = "u";
        server.password = "c";
        var configuration = new RTCConfiguration();
        configuration.iceServers.add(server);
        var connection = factory.createPeerConnection(configuration, candidate -> {});
        connection.createDataChannel("any", new RTCDataChannelInit());
        connection.createOffer(new RTCOfferOptions(), new CreateSessionDescriptionObserver() {
          @Override
          public void onSuccess(RTCSessionDescription offer) {
            connection.setLocalDescription(offer, new SetSessionDescriptionObserver() {
              @Override
              public void onSuccess() {}

              @Override
              public void onFailure(String error) {}
            });
          }

          @Override
          public void onFailure(String error) {}
        });
        Thread.sleep(1500);
        connection.close();
      }
    }
    System.exit(0);
  }
}
JAVA
cat >try.sh <<'SH'
set -eu
ip link set lo up
ip link add net0 type veth peer name net1
ip link set net1 up
ip addr add 192.0.2.1/24 dev net0
ip link set net0 up
ip route add default via 192.0.2.254
(timeout 90 node chromium.mjs "$1" >&2; echo over) | node listen.mjs Chromium
(timeout 90 java -cp 'lib/*' Native.java >/dev/null 2>&1; echo over) | node listen.mjs libwebrtc
SH
# Ports below 1024 need root, be it that of a namespace.
seen=$(unshare -rn sh try.sh "$chromium")
echo "$seen"
[ "$seen" = "Chromium: udp 443 853 1023 1024, tcp 443 1024
libwebrtc: udp 53 443 853 1023 1024, tcp 53 443 1024" ]
