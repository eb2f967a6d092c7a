package dev.switchboard.shared.auth;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A set of keys that never changes, and the verifier made of them. A key serves the one algorithm
 * that fits its kind, so that a public key is never taken for an HS256 secret.
 */
final class VerificationKeys {
  private static final String RSA = "RS256";
  private static final String EC = "ES256";
  private static final String SECRET = "HS256";

  private final JWTAuth auth;
  private final Set<String> algorithms = new HashSet<>();
  private final Set<String> ids = new HashSet<>();

  private VerificationKeys(
      Vertx vertx, List<String> secrets, Optional<PemKey> pem, List<JsonObject> jwks) {
    // exp and nbf are checked by our own clock, after the signature.
    JWTAuthOptions options =
        new JWTAuthOptions().setJWTOptions(new JWTOptions().setIgnoreExpiration(true));
    for (String secret : secrets) {
      algorithms.add(SECRET);
      options.addPubSecKey(new PubSecKeyOptions().setAlgorithm(SECRET).setBuffer(secret));
    }
    pem.ifPresent(
        key -> {
          algorithms.add(key.algorithm());
          options.addPubSecKey(
              new PubSecKeyOptions().setAlgorithm(key.algorithm()).setBuffer(key.text()));
        });
    for (JsonObject jwk : jwks) {
      algorithms.add(jwk.getString("alg"));
      if (jwk.getValue("kid") instanceof String kid) {
        ids.add(kid);
      }
      options.addJwk(jwk);
    }
    this.auth = JWTAuth.create(vertx, options);
  }

  static VerificationKeys of(
      Vertx vertx, List<String> secrets, Optional<PemKey> pem, List<JsonObject> jwks) {
    return new VerificationKeys(vertx, secrets, pem, jwks);
  }

  JWTAuth auth() {
    return auth;
  }

  /** True if there is a key for the algorithm; never for {@code none}. */
  boolean serves(String algorithm) {
    return algorithms.contains(algorithm);
  }

  boolean hasId(String kid) {
    return ids.contains(kid);
  }

  /** The keys of a JWKS document (RFC 7517) that may verify tokens; others are passed over. */
  static List<JsonObject> usable(JsonObject document) {
    List<JsonObject> keys = new ArrayList<>();
    JsonArray listed = document.getJsonArray("keys", new JsonArray());
    for (Object entry : listed) {
      if (entry instanceof JsonObject key && !"enc".equals(key.getValue("use"))) {
        algorithm(key).ifPresent(alg -> keys.add(key.copy().put("alg", alg)));
      }
    }
    return keys;
  }

  private static Optional<String> algorithm(JsonObject key) {
    String fits =
        switch (String.valueOf(key.getValue("kty"))) {
          case "RSA" -> RSA;
          case "EC" -> "P-256".equals(key.getValue("crv")) ? EC : "";
          // Symmetric keys have no business in a public document.
          default -> "";
        };
    Object said = key.getValue("alg");
    return fits.isEmpty() || (said != null && !fits.equals(said))
        ? Optional.empty()
        : Optional.of(fits);
  }
}
