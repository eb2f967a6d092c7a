package dev.switchboard.push.testing;

import com.eatthepath.pushy.apns.server.MockApnsServer;
import com.eatthepath.pushy.apns.server.MockApnsServerBuilder;
import com.eatthepath.pushy.apns.server.RejectedNotificationException;
import com.eatthepath.pushy.apns.server.RejectionReason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SelfSignedCertificate;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Pushy's mock of APNs, over TLS, with a handler that checks the provider token's signature, the
 * topic and the push type, and answers what a test wants of a device token.
 */
public final class ApnsPeer implements AutoCloseable {
  /** The topic that it takes, and with {@code .voip} the one for rings. */
  public static final String BUNDLE = "com.example.app";

  private static final String KEY_ID = "ABC123DEFG";
  private static final String TEAM_ID = "DEF123GHIJ";

  /** One for all tests of a JVM: making it starts processes. */
  private static final SelfSignedCertificate CERTIFICATE =
      SelfSignedCertificate.create("localhost");

  /** Not the server's own, which would take two seconds to end. */
  @SuppressWarnings("deprecation") // pushy knows event loops by the names of Netty 4.1
  private static final EventLoopGroup LOOPS =
      new NioEventLoopGroup(1, new DefaultThreadFactory("apns-peer", true));

  /** What came in, in order. */
  public record Received(String token, Map<String, String> headers, JsonObject payload) {}

  private final Queue<Received> received = new ConcurrentLinkedQueue<>();
  private final Set<String> signed = ConcurrentHashMap.newKeySet();
  private final Map<String, RejectionReason> refusals = new ConcurrentHashMap<>();
  private final KeyPair key;
  private final Path keyFile;
  private final String bundle;
  private final int port;
  private MockApnsServer server;
  private volatile boolean trustsCertificates;

  /** What an iPhone is told of a call from Bob where there is no VoIP token, by either provider. */
  public static JsonObject apsOfBobsRing() {
    return new JsonObject()
        .put(
            "alert",
            new JsonObject().put("title", "Incoming Call").put("body", "Bob is calling you"))
        .put("sound", "default")
        .put("category", "INCOMING_CALL")
        .put("mutable-content", 1);
  }

  /** Starts on a port that is free. */
  public ApnsPeer(int port) {
    this(port, BUNDLE);
  }

  /** One that takes pushes for another bundle, signed with a key of its own. */
  public ApnsPeer(int port, String bundle) {
    this(port, bundle, newKey());
  }

  private ApnsPeer(int port, String bundle, KeyPair key) {
    this.port = port;
    this.bundle = bundle;
    this.key = key;
    try {
      keyFile =
          Files.createTempFile(
              "apns",
              ".p8",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      String text = Base64.getMimeEncoder().encodeToString(key.getPrivate().getEncoded());
      Files.writeString(
          keyFile, "-----BEGIN PRIVATE KEY-----\n" + text + "\n-----END PRIVATE KEY-----\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server = start();
  }

  private static KeyPair newKey() {
    try {
      KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
      keys.initialize(new ECGenParameterSpec("secp256r1"));
      return keys.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private MockApnsServer start() {
    try {
      MockApnsServer started =
          new MockApnsServerBuilder()
              .setEventLoopGroup(LOOPS)
              .setServerCredentials(
                  new File(CERTIFICATE.certificatePath()),
                  new File(CERTIFICATE.privateKeyPath()),
                  null)
              .setHandlerFactory(session -> this::handle)
              .build();
      started.start(port).get(5, TimeUnit.SECONDS);
      return started;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** The settings that lead to it. */
  public Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    settings.put("PUSH_PROVIDERS", "apns");
    settings.put("PUSH_STRICT", "on");
    settings.put("APNS_KEY_PATH", keyFile.toString());
    settings.put("APNS_KEY_ID", KEY_ID);
    settings.put("APNS_TEAM_ID", TEAM_ID);
    settings.put("APNS_BUNDLE_ID", bundle);
    settings.put("APNS_SERVER", "localhost:" + port);
    settings.put("PUSH_TRUSTED_CA_PATH", CERTIFICATE.certificatePath());
    return settings;
  }

  /** The other environment: another server, which takes the same key. */
  public ApnsPeer otherEnvironment(int itsPort) {
    return new ApnsPeer(itsPort, bundle, key);
  }

  /** The same as an app of {@code PUSH_APPS} has them, but for where it listens. */
  public JsonObject app() {
    return new JsonObject()
        .put("bundle_id", bundle)
        .put("key", keyFile.toString())
        .put("key_id", KEY_ID)
        .put("team_id", TEAM_ID);
  }

  /** The text of the key that it takes. */
  public String keyText() {
    try {
      return Files.readString(keyFile);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The settings that lead to it for who has a certificate, and so sends no provider token. */
  public Map<String, String> certificateSettings(Path store, String password) {
    trustsCertificates = true;
    Map<String, String> settings = settings();
    settings.remove("APNS_KEY_PATH");
    settings.put("APNS_CERT_PATH", store.toString());
    settings.put("APNS_CERT_PASSWORD", password);
    return settings;
  }

  /** Where it listens. */
  public int port() {
    return port;
  }

  /** What it was sent so far. */
  public List<Received> received() {
    return List.copyOf(received);
  }

  /** Answers so for a token from now on. */
  public void refuse(String token, RejectionReason reason) {
    refusals.put(token, reason);
  }

  /** Answers for a token as it should again. */
  public void accept(String token) {
    refusals.remove(token);
  }

  private void handle(Http2Headers headers, ByteBuf body) throws RejectedNotificationException {
    Map<String, String> read = new HashMap<>();
    headers.forEach(header -> read.put(header.getKey().toString(), header.getValue().toString()));
    String token = read.getOrDefault(":path", "").substring("/3/device/".length());
    JsonObject payload = new JsonObject(body.toString(StandardCharsets.UTF_8));
    boolean voip = "voip".equals(read.get("apns-push-type"));
    if (!trustsCertificates && !isKnown(read.getOrDefault("authorization", ""))) {
      throw new RejectedNotificationException(RejectionReason.INVALID_PROVIDER_TOKEN);
    }
    if (!(voip ? bundle + ".voip" : bundle).equals(read.get("apns-topic"))) {
      throw new RejectedNotificationException(RejectionReason.DEVICE_TOKEN_NOT_FOR_TOPIC);
    }
    received.add(new Received(token, read, payload));
    RejectionReason reason = refusals.get(token);
    if (reason != null) {
      throw new RejectedNotificationException(reason);
    }
  }

  private boolean isKnown(String authorization) {
    return signed.contains(authorization) || (isSigned(authorization) && signed.add(authorization));
  }

  private boolean isSigned(String authorization) {
    try {
      String[] parts = authorization.substring("bearer ".length()).split("\\.");
      Base64.Decoder base64 = Base64.getUrlDecoder();
      JsonObject header =
          new JsonObject(new String(base64.decode(parts[0]), StandardCharsets.UTF_8));
      JsonObject claims =
          new JsonObject(new String(base64.decode(parts[1]), StandardCharsets.UTF_8));
      // pushy signs as DER, which Apple takes too
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initVerify(key.getPublic());
      signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
      return signature.verify(base64.decode(parts[2]))
          && KEY_ID.equals(header.getString("kid"))
          && TEAM_ID.equals(claims.getString("iss"));
    } catch (GeneralSecurityException | RuntimeException e) {
      return false;
    }
  }

  /** Takes it off the net. */
  public void stop() {
    try {
      server.shutdown().get(5, TimeUnit.SECONDS);
    } catch (InterruptedException | java.util.concurrent.ExecutionException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Puts it back. */
  public void restart() {
    server = start();
  }

  @Override
  public void close() {
    stop();
    try {
      Files.deleteIfExists(keyFile);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
