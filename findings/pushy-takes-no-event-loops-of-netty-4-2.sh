#!/bin/sh
# pushy 0.15.4 beside Netty 4.2: a client that is given a group of Netty 4.2's own kind (MultiThreadIoEventLoopGroup, which is also what Vert.x 5
# has) is not built. Pushy picks its kind of socket by the name of the group's class, and knows the three names of Netty 4.1 alone. So pushy
# can't share the event loops of Vert.x 5: each notification and each answer changes threads on its way.
# Packages: com.eatthepath:pushy 0.15.4, io.netty:netty-bom 4.2.18.Final, io.vertx:vertx-core 5.0.10 (Maven).
# Seen 2026-11-30 on JDK 25: "NioEventLoopGroup, send: ConnectException" (nobody is there), "build: IllegalArgumentException" with the others.
# What we do: a NioEventLoopGroup of one thread, deprecated in Netty 4.2 and still there, for pushy alone; answers go over to the loop that asked
# (ApnsSender, ApnsConnection).
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>loops</artifactId>
  <version>1</version>
  <dependencyManagement>
    <dependencies>
      <dependency>
        <groupId>io.netty</groupId>
        <artifactId>netty-bom</artifactId>
        <version>4.2.18.Final</version>
        <type>pom</type>
        <scope>import</scope>
      </dependency>
    </dependencies>
  </dependencyManagement>
  <dependencies>
    <dependency>
      <groupId>com.eatthepath</groupId>
      <artifactId>pushy</artifactId>
      <version>0.15.4</version>
    </dependency>
    <dependency>
      <groupId>io.vertx</groupId>
      <artifactId>vertx-core</artifactId>
      <version>5.0.10</version>
    </dependency>
  </dependencies>
</project>
XML
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.11.0:build-classpath -Dmdep.outputFile=classpath >/dev/null
cat >Finding.java <<'JAVA'
import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.ApnsClientBuilder;
import com.eatthepath.pushy.apns.auth.ApnsSigningKey;
import com.eatthepath.pushy.apns.util.SimpleApnsPushNotification;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.concurrent.TimeUnit;

public class Finding {
  static String send(EventLoopGroup loops) throws Exception {
    KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
    keys.initialize(new ECGenParameterSpec("secp256r1"));
    ApnsSigningKey key =
        new ApnsSigningKey("KEY0000001", "TEAM000001", (ECPrivateKey) keys.generateKeyPair().getPrivate());
    String stage = "build";
    try {
      ApnsClient client =
          new ApnsClientBuilder()
              .setApnsServer("127.0.0.1", 1) // nobody is there
              .setSigningKey(key)
              .setEventLoopGroup(loops)
              .build();
      stage = "send";
      client
          .sendNotification(new SimpleApnsPushNotification("00".repeat(32), "org.example.app", "{\"aps\":{}}"))
          .get(5, TimeUnit.SECONDS);
      return "sent";
    } catch (Exception e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      return stage + ": " + cause.getClass().getSimpleName();
    }
  }

  public static void main(String[] args) throws Exception {
    System.out.println("NioEventLoopGroup, " + send(new NioEventLoopGroup(1)));
    System.out.println(
        "MultiThreadIoEventLoopGroup, " + send(new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory())));
    System.out.println("of Vert.x, " + send(((VertxInternal) Vertx.vertx()).nettyEventLoopGroup()));
    System.exit(0);
  }
}
JAVA
seen=$(java -cp "$(cat classpath)" Finding.java)
echo "$seen"
[ "$seen" = "NioEventLoopGroup, send: ConnectException
MultiThreadIoEventLoopGroup, build: IllegalArgumentException
of Vert.x, build: IllegalArgumentException" ]
