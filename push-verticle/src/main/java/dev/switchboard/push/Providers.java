package dev.switchboard.push;

import dev.switchboard.push.apns.ApnsSender;
import dev.switchboard.push.fcm.FcmSender;
import dev.switchboard.push.send.Budget;
import dev.switchboard.push.send.PushSender;
import dev.switchboard.push.send.SenderLine;
import dev.switchboard.push.send.TopicMembers;
import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which sender serves which type of device.
 *
 * @param senders by type; a type that is missing is reached by nobody
 * @param fallenBack the providers that were asked for and are not running
 * @param mocked the types that a mock takes where it should not
 * @param fcmPerMinute what all nodes together may send to FCM
 */
record Providers(
    Map<String, PushSender> senders,
    List<String> fallenBack,
    List<String> mocked,
    long fcmPerMinute) {
  /** Attempts at a time: what keeps a few HTTP/2 connections busy, and bounds what hangs. */
  private static final int UNDER_WAY = 1_000;

  /**
   * Well under what the connections to FCM carry: at their limit requests wait in the client's
   * pool, which loses some, and a lost one is tried again only after ten seconds.
   */
  private static final int UNDER_WAY_FCM = 400;

  private static final String FCM_TOPIC = "fcm_topic";
  private static final Logger log = LoggerFactory.getLogger(Providers.class);

  /**
   * The providers that the settings ask for. One that can't run leaves its types to the mock, or
   * stops the start in strict mode with {@link BadSettingException}.
   *
   * @param webPush opens the sender of Web Push; throws {@link BadSettingException} if it can't run
   */
  static Providers of(
      PushSettings settings,
      Supplier<PushSender> webPush,
      Vertx vertx,
      InstantSource clock,
      PushSender mock) {
    Map<String, PushSender> senders = new HashMap<>();
    List<String> fallenBack = new ArrayList<>();
    for (Provider provider : settings.providers()) {
      PushSender sender =
          open(provider, settings, webPush, vertx, clock, mock)
              .orElseGet(
                  () -> {
                    fallenBack.add(provider.wireName());
                    return mock;
                  });
      for (String type : provider.types()) {
        // what really delivers wins over a mock that was also asked for
        if (provider == Provider.MOCK) {
          senders.putIfAbsent(type, sender);
        } else {
          senders.put(type, sender);
        }
      }
    }
    for (String name : settings.unknown()) {
      log.warn("PUSH_PROVIDERS: '{}' is not one of mock, fcm, apns, webpush; mock stands in", name);
      fallenBack.add(name);
      Provider.MOCK.types().forEach(type -> senders.putIfAbsent(type, mock));
    }
    List<String> mocked = mocked(settings, senders, mock);
    return new Providers(
        Map.copyOf(senders), List.copyOf(fallenBack), mocked, settings.fcm().perMinute());
  }

  /** A mock in production stops the start in strict mode. */
  private static List<String> mocked(
      PushSettings settings, Map<String, PushSender> senders, PushSender mock) {
    List<String> mocked =
        senders.entrySet().stream()
            .filter(entry -> entry.getValue().equals(mock))
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
    if (mocked.isEmpty() || !settings.production() || !settings.enabled()) {
      return List.of();
    }
    if (settings.strict()) {
      throw new BadSettingException("PUSH_PROVIDERS", problem(mocked) + " (PUSH_STRICT is on)");
    }
    return mocked;
  }

  private static String problem(List<String> mocked) {
    return "a mock, which only logs, takes what is for "
        + String.join(", ", mocked)
        + " in production: set the keys of APNs or FCM, or name those that are to run";
  }

  /** Tells who runs, once the start can't be refused any more: a refusal is to stand alone. */
  void announce() {
    if (!mocked.isEmpty()) {
      log.warn("PUSH_PROVIDERS: {}", problem(mocked));
    }
    log.info("Push goes by {}", running(senders));
  }

  /** Which sender takes which types, for the log. */
  private static String running(Map<String, PushSender> senders) {
    return new TreeMap<>(senders)
        .entrySet().stream()
            .map(entry -> entry.getKey() + ": " + entry.getValue().provider())
            .collect(Collectors.joining(", "));
  }

  /** Empty if it can't run and the mock has to stand in. */
  private static Optional<PushSender> open(
      Provider provider,
      PushSettings settings,
      Supplier<PushSender> webPush,
      Vertx vertx,
      InstantSource clock,
      PushSender mock) {
    try {
      return Optional.of(
          switch (provider) {
            case MOCK -> mock;
            case APNS -> ApnsSender.open(settings.apns(), settings.strict(), clock);
            case FCM -> FcmSender.open(vertx, settings.fcm(), settings.strict(), clock);
            case WEBPUSH -> webPush.get();
          });
    } catch (BadSettingException e) {
      if (settings.strict()) {
        throw e;
      }
      log.warn(
          "Push provider {} can't run, mock stands in, which only logs: {}",
          provider.wireName(),
          e.getMessage());
      return Optional.empty();
    }
  }

  /** What stands before each sender, on the calling event loop; one line a sender. */
  Map<String, SenderLine> lines(Vertx vertx, RedisLink link) {
    Map<PushSender, SenderLine> bySender = new HashMap<>();
    Map<String, SenderLine> lines = new HashMap<>();
    senders.forEach(
        (type, sender) ->
            lines.put(
                type,
                bySender.computeIfAbsent(
                    sender,
                    its ->
                        new SenderLine(
                            vertx, its, budget(its, link).orElse(null), underWay(its)))));
    SenderLine fcm = lines.get(Provider.FCM.types().getFirst());
    if (fcm != null) {
      lines.put(FCM_TOPIC, fcm);
    }
    return lines;
  }

  private static boolean isFcm(PushSender sender) {
    return sender.provider().equals(Provider.FCM.wireName());
  }

  private static int underWay(PushSender sender) {
    return isFcm(sender) ? UNDER_WAY_FCM : UNDER_WAY;
  }

  private Optional<Budget> budget(PushSender sender, RedisLink link) {
    return isFcm(sender)
        ? Optional.of(new Budget(link, PushKeys.FCM_BUDGET, fcmPerMinute))
        : Optional.empty();
  }

  /** Who changes the members of topics; empty without FCM. */
  Optional<TopicMembers> topics() {
    return senders.values().stream()
        .filter(TopicMembers.class::isInstance)
        .map(TopicMembers.class::cast)
        .findFirst();
  }

  /** True while something that was asked for is not running, or runs and is refused. */
  boolean degraded() {
    return !fallenBack.isEmpty()
        || !mocked.isEmpty()
        || senders.values().stream().anyMatch(sender -> sender.trouble().isPresent());
  }

  /**
   * What operators are told of each: {@code {provider, types, state, why}}, where {@code state} is
   * {@code running}, {@code refused}, {@code mock}, or {@code missing} for one that was asked for
   * and can't run.
   */
  JsonArray report() {
    Map<PushSender, List<String>> types = new LinkedHashMap<>();
    new TreeMap<>(senders)
        .forEach((type, sender) -> types.computeIfAbsent(sender, s -> new ArrayList<>()).add(type));
    JsonArray report = new JsonArray();
    types.forEach((sender, its) -> report.add(report(sender, its)));
    for (String name : fallenBack) {
      report.add(entry(name, List.of(), "missing", "it could not start: the log says why"));
    }
    return report;
  }

  private JsonObject report(PushSender sender, List<String> types) {
    String provider = sender.provider();
    String trouble = sender.trouble().orElse(null);
    if (trouble != null) {
      return entry(provider, types, "refused", trouble);
    }
    boolean mock = provider.equals(Provider.MOCK.wireName());
    return entry(
        provider,
        types,
        mock ? "mock" : "running",
        mock && !mocked.isEmpty() ? problem(mocked) : null);
  }

  private static JsonObject entry(
      String provider, List<String> types, String state, @Nullable String why) {
    return new JsonObject()
        .put("provider", provider)
        .put("types", new JsonArray(types))
        .put("state", state)
        .put("why", why);
  }

  /** True for a provider that really delivers. */
  boolean isRunning(Provider provider) {
    return provider.types().stream()
        .map(senders::get)
        .anyMatch(sender -> sender != null && sender.provider().equals(provider.wireName()));
  }

  /** Ends the connections of all. */
  Future<Void> close() {
    Set<PushSender> all = new HashSet<>(senders.values());
    return Future.join(all.stream().map(PushSender::close).toList())
        .transform(closed -> Future.succeededFuture());
  }
}
