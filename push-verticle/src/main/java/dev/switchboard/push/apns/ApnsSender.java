package dev.switchboard.push.apns;

import com.eatthepath.pushy.apns.util.SimpleApnsPushNotification;
import dev.switchboard.push.devices.ApnsEnvironment;
import dev.switchboard.push.devices.PushDevice;
import dev.switchboard.push.send.CauseLook;
import dev.switchboard.push.send.Fit;
import dev.switchboard.push.send.Outcome;
import dev.switchboard.push.send.Push;
import dev.switchboard.push.send.PushSender;
import dev.switchboard.shared.config.BadSettingException;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends to APNs what is for one app. A token whose environment is known goes there; any other goes
 * to the one of the settings and, where that does not know it, once to the other. Pushy runs on an
 * event loop of its own, since it takes none of Vert.x's.
 */
public final class ApnsSender implements PushSender {
  private final EventLoopGroup loops;
  private final Map<ApnsEnvironment, ApnsLink> links;
  private final ApnsEnvironment usual;
  private final String bundleId;
  private final EnvironmentMemory memory;
  private final InstantSource clock;
  private volatile @Nullable String trouble;

  private ApnsSender(
      EventLoopGroup loops,
      Map<ApnsEnvironment, ApnsLink> links,
      ApnsSettings settings,
      EnvironmentMemory memory,
      InstantSource clock) {
    this.loops = loops;
    this.links = links;
    this.usual = settings.environment();
    this.bundleId = settings.bundleId().orElseThrow();
    this.memory = memory;
    this.clock = clock;
  }

  /**
   * Opens it; connects when something is sent. Reads files, so not on an event loop.
   *
   * @param strict refuses a key file that others may read
   * @throws BadSettingException if a setting is missing or can't be used
   */
  public static ApnsSender open(
      Vertx vertx,
      ApnsSettings settings,
      boolean strict,
      EnvironmentMemory memory,
      InstantSource clock) {
    EventLoopGroup loops = loops();
    try {
      ApnsClients clients = new ApnsClients(settings, strict, loops);
      Map<ApnsEnvironment, ApnsLink> links = new EnumMap<>(ApnsEnvironment.class);
      for (ApnsEnvironment environment : ApnsEnvironment.values()) {
        settings
            .address(environment)
            .ifPresent(server -> links.put(environment, new ApnsLink(vertx, clients.of(server))));
      }
      return new ApnsSender(loops, links, settings, memory, clock);
    } catch (RuntimeException e) {
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      throw e;
    }
  }

  @SuppressWarnings("deprecation") // pushy knows event loops by the names of Netty 4.1
  private static EventLoopGroup loops() {
    return new NioEventLoopGroup(1);
  }

  @Override
  public String provider() {
    return "apns";
  }

  /** What one environment takes says nothing of the other. */
  @Override
  public String topic(Push push, PushDevice device) {
    String topic = ApnsPayload.topic(bundleId, device);
    ApnsEnvironment environment = environment(device);
    return environment == usual ? topic : topic + "@" + environment.wireName();
  }

  @Override
  public Future<Outcome> send(Push push, PushDevice device) {
    return Fit.send(
        push.content(),
        content -> ApnsPayload.of(push.cause(), content, device),
        ApnsPayload::size,
        ApnsPayload.most(device),
        payload -> attempt(push, payload, device));
  }

  private ApnsEnvironment environment(PushDevice device) {
    ApnsEnvironment known = device.environment();
    return known != null && links.containsKey(known) ? known : usual;
  }

  private Future<Outcome> attempt(Push push, String payload, PushDevice device) {
    SimpleApnsPushNotification notification = ApnsPayload.of(push, payload, device, bundleId);
    Instant begun = clock.instant();
    Future<Outcome> first = attempt(notification, push.look(), environment(device), begun);
    return device.environment() == null && links.containsKey(usual.other())
        ? first.compose(
            outcome ->
                ApnsAnswers.mayBeOfOtherEnvironment(outcome)
                    ? elsewhere(notification, push.look(), device, outcome, begun)
                    : Future.succeededFuture(outcome))
        : first;
  }

  /** Where neither knows it, the first answer stands. */
  private Future<Outcome> elsewhere(
      SimpleApnsPushNotification notification,
      CauseLook look,
      PushDevice device,
      Outcome first,
      Instant begun) {
    ApnsEnvironment other = usual.other();
    return attempt(notification, look, other, begun)
        .map(
            second -> {
              if (!ApnsAnswers.knowsToken(second)) {
                return second instanceof Outcome.Unavailable ? second : first;
              }
              if (second instanceof Outcome.Accepted) {
                memory.found(device, other);
              }
              return second;
            });
  }

  private Future<Outcome> attempt(
      SimpleApnsPushNotification notification,
      CauseLook look,
      ApnsEnvironment environment,
      Instant begun) {
    ApnsLink link = Objects.requireNonNull(links.get(environment));
    return look.again()
        .compose(go -> link.send(notification, look))
        .map(answer -> ApnsAnswers.read(answer, notification.getApnsId(), begun))
        .onSuccess(
            outcome -> {
              if (environment == usual) {
                learn(outcome);
              }
            });
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

  @Override
  public Future<Void> close() {
    return Future.join(links.values().stream().map(ApnsLink::close).toList())
        .transform(
            closed -> {
              loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
              return Future.succeededFuture();
            });
  }
}
