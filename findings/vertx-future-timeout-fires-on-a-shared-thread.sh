#!/bin/sh
# vertx-core 5.0.10: Future.timeout of a future that belongs to no context (that of Promise.promise(), say, and all that is composed from it)
# sets its timer on Netty's global executor, one thread for the whole process, also where it is called on an event loop. When the time is over,
# what listens runs on that thread and not on the loop: state that belongs to the loop is changed from outside. A timer of Vert.x set
# at the same place fires on the loop.
# Packages: io.vertx:vertx-core 5.0.10 (Maven).
# Seen 2026-11-30 on JDK 25: "timeout: globalEventExecutor, timer: vert.x-eventloop-thread".
# What we do: where the future may have no context, a limit made of a timer of Vert.x on the loop that asks (TimeLimit); for pushes by FCM,
# which set two a push, that was an eighth of their processor time besides.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>timeout</artifactId>
  <version>1</version>
  <dependencies>
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
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

public class Finding {
  static String thread() {
    return Thread.currentThread().getName().replaceAll("[-\\d]+$", "");
  }

  public static void main(String[] args) throws Exception {
    Vertx vertx = Vertx.vertx();
    LinkedBlockingQueue<String> timeout = new LinkedBlockingQueue<>();
    LinkedBlockingQueue<String> timer = new LinkedBlockingQueue<>();
    vertx.getOrCreateContext()
        .runOnContext(
            go -> {
              Promise.promise().future().timeout(50, TimeUnit.MILLISECONDS).onComplete(ended -> timeout.add(thread()));
              vertx.setTimer(50, id -> timer.add(thread()));
            });
    System.out.println(
        "timeout: " + timeout.poll(5, TimeUnit.SECONDS) + ", timer: " + timer.poll(5, TimeUnit.SECONDS));
    System.exit(0);
  }
}
JAVA
seen=$(java -cp "$(cat classpath)" Finding.java | tail -n 1)
echo "$seen"
[ "$seen" = "timeout: globalEventExecutor, timer: vert.x-eventloop-thread" ]
