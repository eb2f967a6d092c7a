package dev.switchboard.push.apns;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.ApnsClientBuilder;
import com.eatthepath.pushy.apns.auth.ApnsSigningKey;
import com.eatthepath.pushy.apns.util.SimpleApnsPushNotification;
import dev.switchboard.push.config.KeyFiles;
import dev.switchboard.push.config.ServiceAddress;
import dev.switchboard.push.devices.PushDevice;
import dev.switchboard.push.send.Fit;
import dev.switchboard.push.send.Outcome;
import dev.switchboard.push.send.Push;
import dev.switchboard.push.send.PushSender;
import dev.switchboard.shared.config.BadSettingException;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.File;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Sends to APNs over two connections, of which the one that works is used. Pushy runs on an event
 * loop of its own, since it takes none of Vert.x's.
 */
public final class ApnsSender implements PushSender {
  private static final int CONNECTIONS = 2;
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration PING = Duration.ofSeconds(30);

  private final EventLoopGroup loops;
  private final List<ApnsConnection> connections;
  private final String bundleId;
  private final InstantSource clock;
  private final AtomicInteger turn = new AtomicInteger();
  private volatile @Nullable String trouble;

  private ApnsSender(
      EventLoopGroup loops,
      List<ApnsConnection> connections,
      String bundleId,
      InstantSource clock) {
    this.loops = loops;
    this.connections = connections;
    this.bundleId = bundleId;
    this.clock = clock;
  }

  /**
   * Opens it; connects when something is sent. Reads files, so not on an event loop.
   *
   * @param strict refuses a key file that others may read
   * @throws BadSettingException if a setting is missing or can't be used
   */
  public static ApnsSender open(ApnsSettings settings, boolean strict, InstantSource clock) {
    requireAll(settings);
    String bundleId = settings.bundleId().orElseThrow();
    Supplier<ApnsClientBuilder> credentials = credentials(settings, strict);
    EventLoopGroup loops = loops();
    try {
      ApnsConnection.Opener open =
          watch -> client(settings, credentials.get().setFrameLogger(watch), loops);
      List<ApnsConnection> connections =
          IntStream.range(0, CONNECTIONS).mapToObj(i -> new ApnsConnection(open)).toList();
      return new ApnsSender(loops, connections, bundleId, clock);
    } catch (RuntimeException e) {
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      throw e;
    }
  }

  @SuppressWarnings("deprecation") // pushy knows event loops by the names of Netty 4.1
  private static EventLoopGroup loops() {
    return new NioEventLoopGroup(1);
  }

  private static Supplier<ApnsClientBuilder> credentials(ApnsSettings settings, boolean strict) {
    if (settings.keyPath().isPresent()) {
      ApnsSigningKey key = key(settings, strict);
      return () -> new ApnsClientBuilder().setSigningKey(key);
    }
    String path = settings.certPath().orElseThrow();
    File file = KeyFiles.check("APNS_CERT_PATH", path, strict).toFile();
    return () -> {
      try {
        return new ApnsClientBuilder().setClientCredentials(file, settings.certPassword());
      } catch (IOException e) {
        throw new BadSettingException(
            "APNS_CERT_PATH", "'" + path + "' is not a .p12 file that APNS_CERT_PASSWORD opens");
      }
    };
  }

  private static ApnsSigningKey key(ApnsSettings settings, boolean strict) {
    String path = settings.keyPath().orElseThrow();
    String keyId = settings.keyId().orElseThrow();
    String teamId = settings.teamId().orElseThrow();
    File file = KeyFiles.check("APNS_KEY_PATH", path, strict).toFile();
    try {
      return ApnsSigningKey.loadFromPkcs8File(file, teamId, keyId);
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      throw new BadSettingException(
          "APNS_KEY_PATH", "'" + path + "' is not a .p8 file with a P-256 key");
    }
  }

  private static ApnsClient client(
      ApnsSettings settings, ApnsClientBuilder builder, EventLoopGroup loops) {
    ServiceAddress address = settings.address();
    builder
        .setApnsServer(address.host(), address.port())
        .setEventLoopGroup(loops)
        .setConcurrentConnections(1)
        .setConnectionTimeout(CONNECT)
        // Apple decides without it, a relay may not
        .setUseAlpn(true)
        .setIdlePingInterval(PING)
        .setGracefulShutdownTimeout(CONNECT);
    settings
        .trusted()
        .all()
        .ifPresent(
            all -> builder.setTrustedServerCertificateChain(all.toArray(X509Certificate[]::new)));
    try {
      return builder.build();
    } catch (IOException e) {
      throw new BadSettingException(
          "APNS_CERT_PATH", "can't be used for TLS: " + e.getClass().getSimpleName());
    }
  }

  private static void requireAll(ApnsSettings settings) {
    List<String> missing = settings.missing();
    if (!missing.isEmpty()) {
      String others =
          missing.size() == 1
              ? ""
              : ", and so is " + String.join(", ", missing.subList(1, missing.size()));
      throw new BadSettingException(missing.getFirst(), "is missing" + others);
    }
  }

  @Override
  public String provider() {
    return "apns";
  }

  @Override
  public String topic(Push push, PushDevice device) {
    return ApnsPayload.topic(bundleId, device);
  }

  @Override
  public Future<Outcome> send(Push push, PushDevice device) {
    return Fit.send(
        push.content(),
        content -> ApnsPayload.size(push.with(content), device),
        ApnsPayload.most(device),
        content -> attempt(push.with(content), device));
  }

  private Future<Outcome> attempt(Push push, PushDevice device) {
    Instant begun = clock.instant();
    SimpleApnsPushNotification notification = ApnsPayload.of(push, device, bundleId);
    return Future.fromCompletionStage(connection().send(notification), Vertx.currentContext())
        .map(answer -> ApnsAnswers.read(answer, push.identity(device), begun))
        .onSuccess(this::learn);
  }

  /** A key that APNs does not know makes it refuse everything, until it takes something. */
  private void learn(Outcome outcome) {
    switch (outcome) {
      case Outcome.Accepted _, Outcome.Gone _ -> trouble = null;
      case Outcome.Rejected refused when ApnsAnswers.isOfOurKey(refused.reason()) ->
          trouble = refused.reason();
      case Outcome.Rejected _, Outcome.Unavailable _ -> {}
    }
  }

  @Override
  public Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  /** In turn, but for one that has just failed while another works. */
  private ApnsConnection connection() {
    int first = Math.floorMod(turn.getAndIncrement(), connections.size());
    for (int i = 0; i < connections.size(); i++) {
      ApnsConnection candidate = connections.get((first + i) % connections.size());
      if (candidate.isWell()) {
        return candidate;
      }
    }
    return connections.get(first);
  }

  @Override
  public Future<Void> close() {
    return Future.join(
            connections.stream()
                .map(connection -> Future.fromCompletionStage(connection.close()))
                .toList())
        .timeout(3, TimeUnit.SECONDS)
        .transform(
            closed -> {
              loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
              return Future.succeededFuture();
            });
  }
}
