package dev.switchboard.shared.auth;

import dev.switchboard.shared.ids.IdText;
import dev.switchboard.shared.redis.StoreUnavailableException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Verifies signed tokens (RFC 7515, RFC 7519) with secrets, a key file or keys from a URL. */
public final class JwtVerifier implements TokenVerifier {
  private static final int MAX_LENGTH = 16_384;
  private static final int MAX_USER_LENGTH = 128;
  private static final int MAX_NAME_LENGTH = 1_024;
  private static final int MAX_PICTURE_LENGTH = 2_048;

  /** Clocks differ: a token may be used a little before its issuer's clock says so. */
  private static final int NOT_BEFORE_LEEWAY_SECONDS = 5;

  private final Vertx vertx;
  private final JwtSettings settings;
  private final InstantSource clock;
  private final SignOuts signOuts = new SignOuts();
  private final List<PemKey> pem;
  private final @Nullable RemoteKeys remote;
  private volatile VerificationKeys keys;

  private JwtVerifier(Vertx vertx, JwtSettings settings, InstantSource clock) {
    this.vertx = vertx;
    this.settings = settings;
    this.clock = clock;
    this.pem = settings.publicKey().map(PemKey::read).orElse(List.of());
    this.keys = VerificationKeys.of(vertx, settings.secrets(), pem, List.of());
    this.remote =
        settings
            .jwksUrl()
            .map(url -> new RemoteKeys(vertx, url, settings.refresh(), clock, this::adopt))
            .orElse(null);
  }

  /**
   * A verifier; throws {@link dev.switchboard.shared.config.BadSettingException} for a key file
   * that can't be used. Keys from a URL are fetched in the background.
   */
  public static JwtVerifier create(Vertx vertx, JwtSettings settings, InstantSource clock) {
    JwtVerifier verifier = new JwtVerifier(vertx, settings, clock);
    if (verifier.remote != null) {
      verifier.remote.refresh();
    }
    return verifier;
  }

  private void adopt(List<JsonObject> jwks) {
    keys = VerificationKeys.of(vertx, settings.secrets(), pem, jwks);
  }

  @Override
  public SignOuts signOuts() {
    return signOuts;
  }

  @Override
  public Future<Caller> verify(String token) {
    Header header = Header.of(token);
    if (header == null) {
      return rejected();
    }
    VerificationKeys now = keys;
    RemoteKeys source = remote;
    if (source == null || header.algorithm().startsWith("HS")) {
      return check(now, header, token);
    }
    if (header.isServedBy(now)) {
      source.refreshIfOld();
      return check(now, header, token)
          .recover(
              failure ->
                  header.kid() == null && !isExpired(failure)
                      ? onCallersContext(source.refresh()).compose(v -> check(keys, header, token))
                      : Future.failedFuture(failure));
    }
    return onCallersContext(source.refresh())
        .compose(
            v ->
                header.isServedBy(keys) || !source.isAway()
                    ? check(keys, header, token)
                    : Future.failedFuture(new StoreUnavailableException("JWT_JWKS_URL", null)));
  }

  private static boolean isExpired(Throwable failure) {
    return failure instanceof TokenRejectedException rejection && rejection.isExpired();
  }

  private Future<Void> onCallersContext(Future<Void> shared) {
    Context context = vertx.getOrCreateContext();
    Promise<Void> promise = Promise.promise();
    shared.onComplete(done -> context.runOnContext(v -> promise.complete()));
    return promise.future();
  }

  private Future<Caller> check(VerificationKeys with, Header header, String token) {
    return with.verify(header.algorithm(), header.kid(), token)
        .transform(done -> done.succeeded() ? admit(token) : rejected());
  }

  private Future<Caller> admit(String token) {
    // Read from the token itself: the signature over exactly these bytes has been verified.
    JsonObject claims = json(token.split("\\.", -1)[1]);
    if (claims == null) {
      return rejected();
    }
    try {
      return admit(claims);
    } catch (ClassCastException e) {
      return rejected();
    }
  }

  private Future<Caller> admit(JsonObject claims) {
    String userId =
        IdText.of(
            claims.getValue("userId") != null ? claims.getValue("userId") : claims.getValue("sub"));
    double now = clock.millis() / 1000.0;
    Number notBefore = (Number) claims.getValue("nbf");
    Number expiry = (Number) claims.getValue("exp");
    if (userId == null
        || userId.isEmpty()
        || userId.length() > MAX_USER_LENGTH
        || !isFrom(claims)
        || !isFor(claims)
        || (notBefore != null && notBefore.doubleValue() > now + NOT_BEFORE_LEEWAY_SECONDS)) {
      return rejected();
    }
    if (expiry != null && expiry.doubleValue() <= now) {
      return Future.failedFuture(new TokenRejectedException(true));
    }
    long expiresAt =
        expiry == null ? Long.MAX_VALUE : (long) Math.min(expiry.doubleValue() * 1000, 1e18);
    Number issued = (Number) claims.getValue("iat");
    Caller caller =
        new Caller(
            userId,
            isOperator(claims),
            expiresAt,
            issued == null ? Caller.NEVER : (long) (issued.doubleValue() * 1000),
            settings.profiles() ? profile(claims) : null);
    return signOuts.covers(caller) ? rejected() : Future.succeededFuture(caller);
  }

  private static Caller.Profile profile(JsonObject claims) {
    return new Caller.Profile(
        text(claims, "name", MAX_NAME_LENGTH), text(claims, "picture", MAX_PICTURE_LENGTH));
  }

  /** A claim that fits into a call; a claim that does not is as good as none. */
  private static @Nullable String text(JsonObject claims, String name, int max) {
    return claims.getValue(name) instanceof String text
            && !text.isEmpty()
            && text.length() <= max
            && text.indexOf('\0') < 0
        ? text
        : null;
  }

  private boolean isFrom(JsonObject claims) {
    return settings.issuer().map(issuer -> issuer.equals(claims.getValue("iss"))).orElse(true);
  }

  private boolean isFor(JsonObject claims) {
    Object audience = claims.getValue("aud");
    return settings
        .audience()
        .map(
            ours ->
                audience instanceof JsonArray several
                    ? several.contains(ours)
                    : ours.equals(audience))
        .orElse(true);
  }

  private static boolean isOperator(JsonObject claims) {
    Object scope = claims.getValue("scope");
    boolean scoped =
        scope instanceof JsonArray several
            ? several.contains("admin")
            : scope instanceof String words && Arrays.asList(words.split(" ")).contains("admin");
    return scoped || Boolean.TRUE.equals(claims.getValue("admin"));
  }

  private static Future<Caller> rejected() {
    return Future.failedFuture(new TokenRejectedException(false));
  }

  private static @Nullable JsonObject json(String part) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(part);
      return new JsonObject(new String(bytes, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException | DecodeException | ClassCastException e) {
      return null;
    }
  }

  /** What says how a token is signed; null for what is no signed token. */
  private record Header(String algorithm, @Nullable String kid) {
    boolean isServedBy(VerificationKeys keys) {
      return keys.serves(algorithm) && (kid == null || keys.hasId(kid));
    }

    static @Nullable Header of(String token) {
      String[] parts = token.length() > MAX_LENGTH ? new String[0] : token.split("\\.", -1);
      JsonObject header = parts.length == 3 ? json(parts[0]) : null;
      if (header == null || !(header.getValue("alg") instanceof String algorithm)) {
        return null;
      }
      return new Header(algorithm, header.getValue("kid") instanceof String kid ? kid : null);
    }
  }
}
