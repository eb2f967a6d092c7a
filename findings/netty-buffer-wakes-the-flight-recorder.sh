#!/bin/sh
# netty-buffer 4.2.18: the first buffer that a process allocates registers Netty's events with the flight recorder, also where nobody has asked
# for a recording. That loads the recorder's own machinery (its metadata is parsed, annotations become proxies), on whichever event
# loop needs the first buffer: on two cores of 2.1 GHz 0.1 to 0.2 s of the start of a server. The property io.netty.jfr.enabled=false leaves it out.
# Packages: io.netty:netty-buffer 4.2.18.Final (Maven).
# Seen 2026-11-30 on JDK 25: "as it is: 70 classes of jdk.jfr are initialised, with the property: 6", on JDK 17 88 and 14.
# What we do: the property is set before Netty is loaded (Main, decision 0059).
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>recorder</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.netty</groupId>
      <artifactId>netty-buffer</artifactId>
      <version>4.2.18.Final</version>
    </dependency>
  </dependencies>
</project>
XML
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.11.0:build-classpath -Dmdep.outputFile=classpath >/dev/null
mkdir classes
cat >Finding.java <<'JAVA'
import io.netty.buffer.ByteBufAllocator;

public class Finding {
  public static void main(String[] args) {
    ByteBufAllocator.DEFAULT.buffer(100).release();
  }
}
JAVA
javac -d classes -cp "$(cat classpath)" Finding.java
initialised() {
  java "$@" -Xlog:class+init=info -cp "classes:$(cat classpath)" Finding | grep -c "Initializing 'jdk/jfr/" || true
}
with=$(initialised)
without=$(initialised -Dio.netty.jfr.enabled=false)
echo "as it is: $with classes of jdk.jfr are initialised, with the property: $without"
[ "$with" -gt 50 ]
[ "$without" -lt 20 ]
