package dev.switchboard.deploy.testing;

import com.eatthepath.pushy.apns.server.MockApnsServer;
import com.eatthepath.pushy.apns.server.MockApnsServerBuilder;
import com.eatthepath.pushy.apns.server.RejectedNotificationException;
import com.eatthepath.pushy.apns.server.RejectionReason;
import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.shared.testing.TemporaryFolder;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SelfSignedCertificate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** APNs as a node sees it, which keeps what it takes, and takes all but {@link #BAD} tokens. */
public final class ApnsStub implements AutoCloseable {
  /** A token that begins so is refused with {@code BadDeviceToken}. */
  public static final String BAD = "bad0";

  /** What came in for a device token; names of headers are in lower case. */
  public record Received(String token, Map<String, String> headers, JsonObject payload) {}

  /** What decides of a push. */
  public interface Handler {
    /** Takes a push to a device token, by returning, or refuses it. */
    void take(String token, Http2Headers headers, ByteBuf body)
        throws RejectedNotificationException;
  }

  private static final String PATH = "/3/device/";

  private final @Nullable SelfSignedCertificate own;
  private final String host;
  private final Path certificate;
  private final Path folder = TemporaryFolder.create("apns-");
  private final int port = RealRedis.freePort();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final MockApnsServer server;

  /** Starts one on a port of its own. */
  public ApnsStub() {
    SelfSignedCertificate made = SelfSignedCertificate.create("localhost");
    own = made;
    host = "localhost";
    certificate = Path.of(made.certificatePath());
    server = start(Path.of(made.privateKeyPath()), this::take);
  }

  /** Starts one that is found at another address, and leaves it to a handler what it does. */
  public ApnsStub(String host, Path certificate, Path key, Handler handler) {
    this.own = null;
    this.host = host;
    this.certificate = certificate;
    this.server = start(key, handler);
  }

  private MockApnsServer start(Path key, Handler handler) {
    try {
      MockApnsServer made =
          new MockApnsServerBuilder()
              .setServerCredentials(certificate.toFile(), key.toFile(), null)
              .setHandlerFactory(
                  session -> (headers, body) -> handler.take(token(headers), headers, body))
              .build();
      made.start(port).get(10, TimeUnit.SECONDS);
      return made;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static String token(Http2Headers headers) {
    return String.valueOf(headers.path()).replace(PATH, "");
  }

  private void take(String token, Http2Headers headers, ByteBuf body)
      throws RejectedNotificationException {
    if (token.startsWith(BAD)) {
      throw new RejectedNotificationException(RejectionReason.BAD_DEVICE_TOKEN);
    }
    Map<String, String> read = new HashMap<>();
    headers.forEach(header -> read.put(header.getKey().toString(), header.getValue().toString()));
    received.add(new Received(token, read, new JsonObject(body.toString(StandardCharsets.UTF_8))));
  }

  /** The settings that lead to it. */
  public Map<String, String> settings() {
    return Map.of(
        "PUSH_PROVIDERS", "apns",
        "APNS_KEY_PATH", key().toString(),
        "APNS_KEY_ID", "ABC123DEFG",
        "APNS_TEAM_ID", "DEF123GHIJ",
        "APNS_BUNDLE_ID", "com.example.app",
        "APNS_SERVER", host + ":" + port,
        "PUSH_TRUSTED_CA_PATH", certificate.toString());
  }

  private Path key() {
    try {
      KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
      keys.initialize(256);
      String body =
          Base64.getMimeEncoder().encodeToString(keys.generateKeyPair().getPrivate().getEncoded());
      Path file =
          Files.createFile(
              folder.resolve("key.p8"),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      return Files.writeString(
          file, "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n");
    } catch (IOException | java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What came in for a device token so far, in order. */
  public List<Received> received(String token) {
    return received.stream().filter(push -> push.token().equals(token)).toList();
  }

  @Override
  public void close() {
    try {
      server.shutdown().get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    TemporaryFolder.delete(folder);
    if (own != null) {
      own.delete();
    }
  }
}
