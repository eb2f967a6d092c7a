#!/bin/sh
# vertx-redis-client 5.0.10: the future of SUBSCRIBE, PSUBSCRIBE and their kin succeeds when the request is written, not when Redis
# has answered. A subscription that Redis refuses (here: a user who may use no channels) succeeds all the same; the refusal comes to the
# connection's handler, where messages come. So does a subscription to a server that hangs, and one that is sent again as a probe
# proves nothing.
# Packages: io.vertx:vertx-redis-client 5.0.10, com.github.codemonstur:embedded-redis 1.4.4 (Maven, carries Redis 6.2).
# Seen 2026-11-30 on JDK 25: "GET: failed, PSUBSCRIBE: succeeded, handler: NOPERM".
# What we do: a subscription counts once its confirmation has come to the handler, within five seconds; each probe likewise.
set -eu
dir=$(mktemp -d)
redis=
end() {
  [ -z "$redis" ] || kill "$redis" 2>/dev/null || true
  rm -rf "$dir"
}
trap end EXIT
cd "$dir"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>subscribe</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.vertx</groupId>
      <artifactId>vertx-redis-client</artifactId>
      <version>5.0.10</version>
    </dependency>
  </dependencies>
</project>
XML
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.11.0:build-classpath -Dmdep.outputFile=classpath >/dev/null
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy \
  -Dartifact=com.github.codemonstur:embedded-redis:1.4.4 -DoutputDirectory="$dir" >/dev/null
unzip -q -j embedded-redis-1.4.4.jar '*linux-amd64*' -d redis
chmod +x redis/*
port=17641
"$(ls "$dir"/redis/redis-server*)" --port $port --bind 127.0.0.1 --save '' >/dev/null &
redis=$!
cat >Finding.java <<'JAVA'
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

public class Finding {
  static RedisConnection connect(Vertx vertx, String url) throws Exception {
    for (int attempt = 0; ; attempt++) {
      try {
        return Redis.createClient(vertx, url).connect().await(5, TimeUnit.SECONDS);
      } catch (Exception notYet) {
        if (attempt == 50) {
          throw notYet;
        }
        Thread.sleep(100);
      }
    }
  }

  static String outcome(Future<Response> answer) throws Exception {
    return answer.transform(ended -> Future.succeededFuture(ended.succeeded() ? "succeeded" : "failed"))
        .await(5, TimeUnit.SECONDS);
  }

  public static void main(String[] args) {
    try {
      System.out.println(seen(args[0]));
    } catch (Exception e) {
      System.out.println(e);
    }
    System.exit(0);
  }

  static String seen(String url) throws Exception {
    Vertx vertx = Vertx.vertx();
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    RedisConnection connection = connect(vertx, url);
    connection.handler(message -> heard.add(message.toString()));
    connection
        .send(Request.cmd(Command.ACL).arg("SETUSER").arg("default").arg("resetchannels").arg("-get"))
        .await(5, TimeUnit.SECONDS);
    String get = outcome(connection.send(Request.cmd(Command.GET).arg("key")));
    String subscribe = outcome(connection.send(Request.cmd(Command.PSUBSCRIBE).arg("channel*")));
    String first = heard.poll(5, TimeUnit.SECONDS);
    return "GET: " + get + ", PSUBSCRIBE: " + subscribe + ", handler: " + (first == null ? null : first.split(" ")[0]);
  }
}
JAVA
seen=$(java -cp "$(cat classpath)" Finding.java "redis://127.0.0.1:$port" | tail -n 1)
echo "$seen"
[ "$seen" = "GET: failed, PSUBSCRIBE: succeeded, handler: NOPERM" ]
