#!/bin/sh
# vertx-auth-jwt 5.0.10 with two RSA keys and a token without a key id: it tries the keys in the order in which they were given,
# but a key of another size than the signature makes the JDK's Signature throw, and that ends the search. A token signed by the
# second key, of 3072 bits, is refused where the first has 2048; with two keys of one size it is taken. So a rotation from
# 2048 to 3072 bits refuses every token of the new key.
# Seen 2026-11-28 on JDK 17 and 25: "same size: taken, other size: refused".
# What we do: a verifier for each key, tried one after the other.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>jwt</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.vertx</groupId>
      <artifactId>vertx-auth-jwt</artifactId>
      <version>5.0.10</version>
    </dependency>
  </dependencies>
</project>
XML
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.11.0:build-classpath -Dmdep.outputFile=classpath >/dev/null
cat >Finding.java <<'JAVA'
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;

public class Finding {
  static KeyPair rsa(int bits) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits);
    return generator.generateKeyPair();
  }

  static PubSecKeyOptions pem(String kind, Key key) {
    String body = Base64.getMimeEncoder().encodeToString(key.getEncoded());
    return new PubSecKeyOptions()
        .setAlgorithm("RS256")
        .setBuffer("-----BEGIN " + kind + " KEY-----\n" + body + "\n-----END " + kind + " KEY-----\n");
  }

  static String verify(Vertx vertx, KeyPair first, KeyPair second) throws Exception {
    String token =
        JWTAuth.create(vertx, new JWTAuthOptions().addPubSecKey(pem("PRIVATE", second.getPrivate())))
            .generateToken(new JsonObject().put("sub", "ann"), new JWTOptions().setAlgorithm("RS256"));
    JWTAuth verifier =
        JWTAuth.create(
            vertx,
            new JWTAuthOptions()
                .addPubSecKey(pem("PUBLIC", first.getPublic()))
                .addPubSecKey(pem("PUBLIC", second.getPublic())));
    try {
      verifier.authenticate(new TokenCredentials(token)).await();
      return "taken";
    } catch (Exception e) {
      return "refused";
    }
  }

  public static void main(String[] args) throws Exception {
    Vertx vertx = Vertx.vertx();
    System.out.println(
        "same size: " + verify(vertx, rsa(2048), rsa(2048)) + ", other size: " + verify(vertx, rsa(2048), rsa(3072)));
    vertx.close().await();
  }
}
JAVA
seen=$(java -cp "$(cat classpath)" Finding.java | tail -n 1)
echo "$seen"
[ "$seen" = "same size: taken, other size: refused" ]
