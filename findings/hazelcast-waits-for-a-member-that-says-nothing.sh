#!/bin/sh
# Hazelcast 5.3.8, members named by address (TCP/IP join): a member that starts while no other runs, and of whose named addresses one takes
# connections and answers nothing (a process that hangs: the kernel goes on accepting for it), does not start. It asks that address whether it may be
# the master, waits 10 s, and asks again, until hazelcast.max.join.seconds (300) are over; then the start fails. An address that refuses, or that nothing
# answers at, is crossed out after the connection timeout. With another member that runs the silent one does no harm.
# Package: com.hazelcast:hazelcast 5.3.8 (Maven Central); needs a JDK 17 or later. Here max.join.seconds is 25.
# Seen 2026-12-01: "refused: started", "silent: not started".
# What our users would meet: of two nodes one hangs, and the other cannot be started again. While a node joins it leaves out the addresses that do not greet
# as members do (AnsweringMembers; HungMemberIT has one that hangs).
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>join</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>com.hazelcast</groupId>
      <artifactId>hazelcast</artifactId>
      <version>5.3.8</version>
    </dependency>
  </dependencies>
</project>
XML
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.11.0:build-classpath -Dmdep.outputFile=classpath >/dev/null
cat >Finding.java <<'JAVA'
import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

public class Finding {
  static String start(int own, int other) {
    Config config = new Config();
    config.setProperty("hazelcast.logging.type", "none");
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.wait.seconds.before.join", "0");
    config.setProperty("hazelcast.socket.connect.timeout.seconds", "1");
    config.setProperty("hazelcast.max.join.seconds", "25");
    config.getNetworkConfig().setPort(own).setPortAutoIncrement(false);
    config.getJetConfig().setEnabled(false);
    config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
    config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
    config.getNetworkConfig().getJoin().getTcpIpConfig().setEnabled(true).setConnectionTimeoutSeconds(2)
        .addMember("127.0.0.1:" + own).addMember("127.0.0.1:" + other);
    try {
      Hazelcast.newHazelcastInstance(config).shutdown();
      return "started";
    } catch (IllegalStateException failed) {
      return "not started";
    }
  }

  static int free() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  public static void main(String[] args) throws Exception {
    Socket refuses = new Socket();
    refuses.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    String refused = start(free(), refuses.getLocalPort());
    System.out.println("refused: " + refused);
    ServerSocket says = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    String silent = start(free(), says.getLocalPort());
    System.out.println("silent: " + silent);
    System.exit(refused.equals("started") && silent.equals("not started") ? 0 : 1);
  }
}
JAVA
java -cp "$(cat classpath)" Finding.java 2>errors || { cat errors; exit 1; }
