#!/bin/sh
# socket.io-client 2.1.2 for Java: its entry point is the class IO, and JDK 25 has java.lang.IO, which every file sees (JEP 512). A source with
# "import io.socket.client.*" compiled up to JDK 24 and does not any more: neither of two imports on demand goes before the other. No flag of
# javac helps but an older --release. Imported by name it is not concerned.
# Package: io.socket:socket.io-client 2.1.2 (Maven Central); needs a JDK 25, whose javac compiles for 24 as well.
# Seen 2026-12-01: "release 24: compiles", "release 25: reference to IO is ambiguous", "release 25, imported by name: compiles".
# What our users meet: a bot, load test or bridge in Java that moves to 25. docs/migrating.md says it; our tests import the class by name.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>name</artifactId>
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
source() {
  printf 'import %s;\nimport java.net.URI;\nclass Client { Object socket = IO.socket(URI.create("http://localhost")); }\n' "$1" >Client.java
}
compile() {
  if javac --release "$1" -proc:none -cp "$(cat classpath)" -d out Client.java 2>errors; then
    echo compiles
  else
    grep -o 'reference to IO is ambiguous' errors | head -1
  fi
}
failed=0
expect() {
  echo "$1: $2"
  [ "$2" = "$3" ] || failed=1
}
source 'io.socket.client.*'
expect 'release 24' "$(compile 24)" compiles
expect 'release 25' "$(compile 25)" 'reference to IO is ambiguous'
source io.socket.client.IO
expect 'release 25, imported by name' "$(compile 25)" compiles
exit $failed
