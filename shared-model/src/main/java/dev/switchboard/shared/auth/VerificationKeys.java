package dev.switchboard.shared.auth;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A set of keys that never changes, and the verifiers made of them. A key serves the one algorithm
 * that fits its kind, so that a public key is never taken for an HS256 secret.
 */
final class VerificationKeys {
  private static final String RSA = "RS256";
  private static final String EC = "ES256";
  private static final String SECRET = "HS256";

  private static final Logger log = LoggerFactory.getLogger(VerificationKeys.class);

  private final List<Key> keys = new ArrayList<>();

  /**
   * One key by itself: the library stops at the first that is of another size than the signature.
   */
  private record Key(String algorithm, @Nullable String id, JWTAuth auth) {
    boolean mayHaveSigned(String alg, @Nullable String kid) {
      return algorithm.equals(alg) && (kid == null || id == null || id.equals(kid));
    }
  }

  private VerificationKeys(
      Vertx vertx, List<String> secrets, List<PemKey> pem, List<JsonObject> jwks) {
    for (String secret : secrets) {
      add(vertx, SECRET, new PubSecKeyOptions().setAlgorithm(SECRET).setBuffer(secret));
    }
    for (PemKey key : pem) {
      add(
          vertx,
          key.algorithm(),
          new PubSecKeyOptions().setAlgorithm(key.algorithm()).setBuffer(key.text()));
    }
    for (JsonObject jwk : jwks) {
      add(vertx, jwk);
    }
  }

  /** A published key that can't be read is passed over: the others are no worse for it. */
  private void add(Vertx vertx, JsonObject jwk) {
    String id = jwk.getValue("kid") instanceof String kid ? kid : null;
    try {
      JWTAuth auth = JWTAuth.create(vertx, options().addJwk(jwk));
      keys.add(new Key(jwk.getString("alg"), id, auth));
    } catch (RuntimeException e) {
      log.warn("the published key {} can't be read: {}", id, e.getMessage());
    }
  }

  private void add(Vertx vertx, String algorithm, PubSecKeyOptions key) {
    keys.add(new Key(algorithm, null, JWTAuth.create(vertx, options().addPubSecKey(key))));
  }

  /** exp and nbf are checked by our own clock, after the signature. */
  private static JWTAuthOptions options() {
    return new JWTAuthOptions().setJWTOptions(new JWTOptions().setIgnoreExpiration(true));
  }

  static VerificationKeys of(
      Vertx vertx, List<String> secrets, List<PemKey> pem, List<JsonObject> jwks) {
    return new VerificationKeys(vertx, secrets, pem, jwks);
  }

  /** Fails unless one of the keys that may have signed a token has. */
  Future<User> verify(String algorithm, @Nullable String kid, String token) {
    Future<User> verified = Future.failedFuture("no key");
    for (Key key : keys) {
      if (key.mayHaveSigned(algorithm, kid)) {
        verified = verified.recover(failure -> authenticate(key, token));
      }
    }
    return verified;
  }

  private static Future<User> authenticate(Key key, String token) {
    try {
      return key.auth.authenticate(new TokenCredentials(token));
    } catch (RuntimeException e) {
      // The library throws, for instance, where a claim such as exp is of the wrong type.
      return Future.failedFuture(e);
    }
  }

  /** True if there is a key for the algorithm; never for {@code none}. */
  boolean serves(String algorithm) {
    return keys.stream().anyMatch(key -> key.algorithm.equals(algorithm));
  }

  boolean hasId(String kid) {
    return keys.stream().anyMatch(key -> kid.equals(key.id));
  }

  /** The keys of a JWKS document (RFC 7517) that may verify tokens; others are passed over. */
  static List<JsonObject> usable(JsonObject document) {
    List<JsonObject> keys = new ArrayList<>();
    JsonArray listed = document.getJsonArray("keys", new JsonArray());
    for (Object entry : listed) {
      if (entry instanceof JsonObject key && !"enc".equals(key.getValue("use"))) {
        algorithm(key).ifPresent(alg -> keys.add(bare(key).put("alg", alg)));
      }
    }
    return keys;
  }

  /**
   * The key without its certificate, whose dates say nothing of the key: that is published as long
   * as it is good (RFC 7517 section 4.7 asks nobody to check them), and the library drops a key
   * whose certificate has expired.
   */
  private static JsonObject bare(JsonObject key) {
    JsonObject bare = key.copy();
    List.of("x5c", "x5t", "x5t#S256", "x5u").forEach(bare::remove);
    return bare;
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
