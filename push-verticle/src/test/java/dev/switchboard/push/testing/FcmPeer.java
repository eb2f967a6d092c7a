package dev.switchboard.push.testing;

import dev.switchboard.shared.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SelfSignedCertificate;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * FCM and Google's OAuth on one port, over TLS with HTTP/2. It checks the assertion's signature and
 * the access token; the beginning of a device token says how it is answered.
 */
public final class FcmPeer implements AutoCloseable {
  /** The project. */
  public static final String PROJECT = "demo";

  /** The date in a Retry-After of those that are told one. */
  public static final String DATE = "Sunday, 06-Nov-50 08:49:37 GMT";

  private static final String ACCESS = "access-1";
  private static final long SLOW_MILLIS = 4_000;

  /** One for all tests of a JVM, like its certificate: making them takes long. */
  private static final KeyPair KEY = newKey();

  private static final SelfSignedCertificate CERTIFICATE =
      SelfSignedCertificate.create("localhost");

  private final Vertx vertx = Vertx.vertx();
  private final String project;
  private final Queue<JsonObject> received = new ConcurrentLinkedQueue<>();
  private final AtomicInteger messages = new AtomicInteger();
  private final List<JsonObject> topicChanges = new CopyOnWriteArrayList<>();
  private final AtomicInteger grants = new AtomicInteger();
  private final Set<HttpVersion> versions = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private final int port;
  private volatile boolean refusesGrants;
  private volatile Future<Void> mayGrant = Future.succeededFuture();

  /** Starts it. */
  public FcmPeer() {
    this(PROJECT);
  }

  /** One that has another project. */
  public FcmPeer(String project) {
    this.project = project;
    HttpServerOptions options =
        new HttpServerOptions()
            .setSsl(true)
            .setUseAlpn(true)
            .setKeyCertOptions(CERTIFICATE.keyCertOptions());
    port =
        Await.await(
                vertx
                    .createHttpServer(options)
                    .connectionHandler(connection -> connections.incrementAndGet())
                    .requestHandler(this::handle)
                    .listen(0, "127.0.0.1"))
            .actualPort();
  }

  private static KeyPair newKey() {
    try {
      KeyPairGenerator keys = KeyPairGenerator.getInstance("RSA");
      keys.initialize(2048);
      return keys.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The settings that lead to it. */
  public Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    settings.put("PUSH_PROVIDERS", "fcm");
    settings.put("PUSH_STRICT", "on");
    settings.put("FCM_CREDENTIALS_JSON", account().encode());
    settings.put("FCM_ENDPOINT", "https://localhost:" + port);
    settings.put("PUSH_TRUSTED_CA_PATH", CERTIFICATE.certificatePath());
    return settings;
  }

  /** The same as an app of {@code PUSH_APPS} has them. */
  public JsonObject app() {
    return new JsonObject()
        .put("service_account", account())
        .put("endpoint", "https://localhost:" + port);
  }

  private JsonObject account() {
    String text = Base64.getMimeEncoder().encodeToString(KEY.getPrivate().getEncoded());
    return new JsonObject()
        .put("type", "service_account")
        .put("project_id", project)
        .put("private_key_id", "k1")
        .put(
            "private_key", "-----BEGIN PRIVATE KEY-----\n" + text + "\n-----END PRIVATE KEY-----\n")
        .put("client_email", "push@demo.iam.gserviceaccount.com")
        .put("client_id", "1")
        .put("token_uri", "https://localhost:" + port + "/token");
  }

  /** Where it listens. */
  public int port() {
    return port;
  }

  /** Knows the account no more, or again. */
  public void refuseGrants(boolean refuses) {
    refusesGrants = refuses;
  }

  /** Gives no access token before this. */
  public void holdGrants(Future<Void> until) {
    mayGrant = until;
  }

  /** The messages it was sent so far. */
  public List<JsonObject> received() {
    return List.copyOf(received);
  }

  /** The changes of topics it was sent. */
  public List<JsonObject> topicChanges() {
    return topicChanges;
  }

  /** The HTTP versions of its requests. */
  public Set<HttpVersion> versions() {
    return versions;
  }

  /** How many connections it was asked over. */
  public int connections() {
    return connections.get();
  }

  /** How often it was asked for an access token. */
  public int grants() {
    return grants.get();
  }

  private void handle(HttpServerRequest request) {
    request
        .body()
        .onSuccess(
            body -> {
              versions.add(request.version());
              String text = body.toString();
              if (request.path().equals("/token")) {
                grants.incrementAndGet();
                mayGrant.onSuccess(go -> grant(request.response(), text));
              } else if (!("Bearer " + ACCESS).equals(request.getHeader("Authorization"))) {
                error(request.response(), 401, "UNAUTHENTICATED", null);
              } else if (request.path().startsWith("/iid/v1:batch")) {
                JsonObject change = new JsonObject(text).put("path", request.path());
                topicChanges.add(change);
                topics(request.response(), change);
              } else if (request.path().equals("/v1/projects/" + project + "/messages:send")) {
                message(request.response(), new JsonObject(text).getJsonObject("message"));
              } else {
                request.response().setStatusCode(404).end();
              }
            });
  }

  private void grant(HttpServerResponse response, String form) {
    String assertion = form.substring(form.indexOf("assertion=") + "assertion=".length());
    if (refusesGrants || !isSigned(assertion)) {
      response.setStatusCode(400).end(new JsonObject().put("error", "invalid_grant").encode());
      return;
    }
    response
        .putHeader("Content-Type", "application/json")
        .end(
            new JsonObject()
                .put("access_token", ACCESS)
                .put("token_type", "Bearer")
                .put("expires_in", 3600)
                .encode());
  }

  private boolean isSigned(String assertion) {
    try {
      String[] parts = assertion.split("\\.");
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initVerify(KEY.getPublic());
      signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
      return signature.verify(Base64.getUrlDecoder().decode(parts[2]));
    } catch (GeneralSecurityException | RuntimeException e) {
      return false;
    }
  }

  private void message(HttpServerResponse response, JsonObject message) {
    received.add(message);
    int number = messages.incrementAndGet();
    String to =
        message.getString("token", message.getString("fid", message.getString("topic", "")));
    switch (to.substring(0, Math.max(0, to.indexOf('-')))) {
      case "gone" -> error(response, 404, "NOT_FOUND", "UNREGISTERED");
      case "other" -> error(response, 403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH");
      case "bad" -> error(response, 400, "INVALID_ARGUMENT", "INVALID_ARGUMENT");
      case "forbidden" -> error(response, 403, "PERMISSION_DENIED", null);
      case "missing" -> error(response, 404, "NOT_FOUND", null);
      case "busy" ->
          error(response.putHeader("Retry-After", "77"), 503, "UNAVAILABLE", "UNAVAILABLE");
      case "many" -> error(response, 429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED");
      case "hang" -> {}
      case "slow" -> vertx.setTimer(SLOW_MILLIS, id -> accept(response, number));
      case "dated" -> error(response.putHeader("Retry-After", DATE), 503, "UNAVAILABLE", null);
      case "lost" -> page(response.setStatusCode(404));
      case "page" -> page(response);
      case "broken" -> page(response.setStatusCode(500));
      case "elsewhere" ->
          page(response.setStatusCode(302).putHeader("Location", "https://localhost/login"));
      case "silent" -> response.setStatusCode(503).end();
      case "reset" -> response.reset();
      case "third" -> error(response, 401, "UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR");
      case "stale" -> error(response, 401, "UNAUTHENTICATED", null);
      case "empty" -> response.end();
      case "nameless" -> response.putHeader("Content-Type", "application/json").end("{}");
      case "cut" -> response.putHeader("Content-Type", "application/json").end("{\"name\": \"pro");
      case "small" -> small(response, message, number);
      default -> accept(response, number);
    }
  }

  private void accept(HttpServerResponse response, int number) {
    response
        .putHeader("Content-Type", "application/json")
        .end(new JsonObject().put("name", "projects/" + project + "/messages/" + number).encode());
  }

  private static void page(HttpServerResponse response) {
    response.putHeader("Content-Type", "text/html").end("<html><title>Error</title></html>");
  }

  /** One for which even what fits is too much. */
  private void small(HttpServerResponse response, JsonObject message, int number) {
    if (message.encode().length() > 3_000) {
      error(response, 400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", "Android message is too big");
    } else {
      accept(response, number);
    }
  }

  private static void error(
      HttpServerResponse response, int status, String code, @Nullable String fcm) {
    error(response, status, code, fcm, "refused");
  }

  private static void error(
      HttpServerResponse response, int status, String code, @Nullable String fcm, String words) {
    JsonObject error =
        new JsonObject().put("code", status).put("status", code).put("message", words);
    if (fcm != null) {
      error.put(
          "details",
          new JsonArray()
              .add(
                  new JsonObject()
                      .put("@type", "type.googleapis.com/google.firebase.fcm.v1.FcmError")
                      .put("errorCode", fcm)));
    }
    response
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .end(new JsonObject().put("error", error).encode());
  }

  private static void topics(HttpServerResponse response, JsonObject change) {
    JsonArray results = new JsonArray();
    change
        .getJsonArray("registration_tokens")
        .forEach(
            token ->
                results.add(
                    token.toString().startsWith("gone")
                        ? new JsonObject().put("error", "NOT_FOUND")
                        : new JsonObject()));
    response
        .putHeader("Content-Type", "application/json")
        .end(new JsonObject().put("results", results).encode());
  }

  @Override
  public void close() {
    Await.await(vertx.close());
  }
}
