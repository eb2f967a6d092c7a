package dev.switchboard.push;

import dev.switchboard.push.apns.EnvironmentMemory;
import dev.switchboard.push.send.Budget;
import dev.switchboard.push.send.PushSender;
import dev.switchboard.push.send.SenderLine;
import dev.switchboard.push.send.TopicMembers;
import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.push.PushApps;
import dev.switchboard.shared.push.PushJobs;
import dev.switchboard.shared.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which sender serves which type of device of which app.
 *
 * @param senders what is missing is reached by nobody
 * @param fallenBack the providers that were asked for and are not running
 * @param mocked the types that a mock takes where it should not
 * @param fcmPerMinute what all nodes together may send to the FCM project of each app
 */
record Providers(
    Map<Reached, PushSender> senders,
    List<String> fallenBack,
    List<String> mocked,
    Map<String, Long> fcmPerMinute) {
  /** A type of device of an app. */
  record Reached(String type, String app) {
    /** Its name in the reach index and in jobs. */
    String name() {
      return PushJobs.typeOf(type, app);
    }
  }

  /** Opens what sends for an app; throws {@link BadSettingException} where it can't run. */
  interface Opener {
    PushSender open(String app);
  }

  /** Attempts at a time: what keeps a few HTTP/2 connections busy, and bounds what hangs. */
  private static final int UNDER_WAY = 1_000;

  /**
   * Well under what the connections to FCM carry: at their limit requests wait in the client's
   * pool, which loses some, and a lost one is tried again only after ten seconds.
   */
  private static final int UNDER_WAY_FCM = 400;

  private static final String FCM_TYPE = Provider.FCM.types().getFirst();
  private static final String FCM_TOPIC = "fcm_topic";
  private static final Logger log = LoggerFactory.getLogger(Providers.class);

  /**
   * The providers that the settings ask for. One that can't run leaves its types to the mock, or
   * stops the start in strict mode with {@link BadSettingException}.
   *
   * @param webPush opens the sender of Web Push for an app
   * @param hasWebPush true for the apps that have it
   * @param memory keeps which environment of APNs a token is of
   */
  static Providers of(
      PushSettings settings,
      Opener webPush,
      Predicate<String> hasWebPush,
      Vertx vertx,
      EnvironmentMemory memory,
      InstantSource clock,
      PushSender mock) {
    Map<Reached, PushSender> senders = new HashMap<>();
    Openers openers = new Openers(settings, webPush, vertx, memory, clock, mock);
    List<String> fallenBack = new ArrayList<>();
    for (Provider provider : settings.providers()) {
      PushSender sender =
          openers
              .ofDefault(provider)
              .orElseGet(
                  () -> {
                    fallenBack.add(provider.wireName());
                    return mock;
                  });
      for (String type : provider.types()) {
        // what really delivers wins over a mock that was also asked for
        if (provider == Provider.MOCK) {
          senders.putIfAbsent(new Reached(type, PushApps.DEFAULT), sender);
        } else {
          senders.put(new Reached(type, PushApps.DEFAULT), sender);
        }
      }
    }
    for (String name : settings.unknown()) {
      log.warn("PUSH_PROVIDERS: '{}' is not one of mock, fcm, apns, webpush; mock stands in", name);
      fallenBack.add(name);
      Provider.MOCK
          .types()
          .forEach(type -> senders.putIfAbsent(new Reached(type, PushApps.DEFAULT), mock));
    }
    Map<String, Long> perMinute = new HashMap<>();
    perMinute.put(PushApps.DEFAULT, settings.fcm().perMinute());
    for (AppSettings app : settings.ofApps()) {
      openers
          .of(app, hasWebPush.test(app.name()))
          .forEach(
              (provider, sender) ->
                  provider
                      .types()
                      .forEach(type -> senders.put(new Reached(type, app.name()), sender)));
      app.fcm().ifPresent(fcm -> perMinute.put(app.name(), fcm.perMinute()));
    }
    List<String> mocked = mocked(settings, senders, mock);
    return new Providers(
        Map.copyOf(senders), List.copyOf(fallenBack), mocked, Map.copyOf(perMinute));
  }

  /** A mock in production stops the start in strict mode. */
  private static List<String> mocked(
      PushSettings settings, Map<Reached, PushSender> senders, PushSender mock) {
    List<String> mocked =
        senders.entrySet().stream()
            .filter(entry -> entry.getValue().equals(mock))
            .map(entry -> entry.getKey().name())
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
  private static String running(Map<Reached, PushSender> senders) {
    return senders.entrySet().stream()
        .map(entry -> entry.getKey().name() + ": " + entry.getValue().provider())
        .sorted()
        .collect(Collectors.joining(", "));
  }

  /** The names of what is reached, as the reach index has them. */
  Set<String> reached() {
    return byName().keySet();
  }

  /** The senders by what the reach index calls what they reach. */
  Map<String, PushSender> byName() {
    return senders.entrySet().stream()
        .collect(Collectors.toMap(entry -> entry.getKey().name(), Map.Entry::getValue));
  }

  /** What stands before each sender, on the calling event loop; one line a sender. */
  Map<String, SenderLine> lines(Vertx vertx, RedisLink link) {
    Map<PushSender, SenderLine> bySender = new HashMap<>();
    Map<String, SenderLine> lines = new HashMap<>();
    senders.forEach(
        (reached, sender) -> {
          SenderLine line =
              bySender.computeIfAbsent(
                  sender,
                  its ->
                      new SenderLine(
                          vertx,
                          its,
                          budget(its, reached.app(), link).orElse(null),
                          underWay(its)));
          lines.put(reached.name(), line);
          if (reached.type().equals(FCM_TYPE)) {
            lines.put(PushJobs.typeOf(FCM_TOPIC, reached.app()), line);
          }
        });
    return lines;
  }

  private static boolean isFcm(PushSender sender) {
    return sender.provider().equals(Provider.FCM.wireName());
  }

  private static int underWay(PushSender sender) {
    return isFcm(sender) ? UNDER_WAY_FCM : UNDER_WAY;
  }

  private Optional<Budget> budget(PushSender sender, String app, RedisLink link) {
    return isFcm(sender)
        ? Optional.of(
            new Budget(
                link, PushKeys.fcmBudget(app), Objects.requireNonNull(fcmPerMinute.get(app))))
        : Optional.empty();
  }

  /** Who changes the members of an app's topics; empty without FCM. */
  Optional<TopicMembers> topics(String app) {
    return Optional.ofNullable(senders.get(new Reached(FCM_TYPE, app)))
        .filter(TopicMembers.class::isInstance)
        .map(TopicMembers.class::cast);
  }

  /** True while something that was asked for is not running, or runs and is refused. */
  boolean degraded() {
    return !fallenBack.isEmpty()
        || !mocked.isEmpty()
        || senders.values().stream().anyMatch(sender -> sender.trouble().isPresent());
  }

  /**
   * What operators are told of each: {@code {provider, app, types, state, why}}, where {@code
   * state} is {@code running}, {@code refused}, {@code mock}, or {@code missing} for one that was
   * asked for and can't run.
   */
  JsonArray report() {
    Map<PushSender, List<Reached>> reached = new LinkedHashMap<>();
    senders.keySet().stream()
        .sorted(Comparator.comparing(Reached::name))
        .forEach(
            each ->
                reached
                    .computeIfAbsent(
                        Objects.requireNonNull(senders.get(each)), sender -> new ArrayList<>())
                    .add(each));
    JsonArray report = new JsonArray();
    reached.forEach((sender, its) -> report.add(report(sender, its)));
    for (String name : fallenBack) {
      report.add(entry(name, List.of(), "missing", "it could not start: the log says why"));
    }
    return report;
  }

  private JsonObject report(PushSender sender, List<Reached> its) {
    String provider = sender.provider();
    String trouble = sender.trouble().orElse(null);
    if (trouble != null) {
      return entry(provider, its, "refused", trouble);
    }
    boolean mock = provider.equals(Provider.MOCK.wireName());
    return entry(
        provider,
        its,
        mock ? "mock" : "running",
        mock && !mocked.isEmpty() ? problem(mocked) : null);
  }

  private static JsonObject entry(
      String provider, List<Reached> its, String state, @Nullable String why) {
    return new JsonObject()
        .put("provider", provider)
        .put("app", its.isEmpty() ? PushApps.DEFAULT : its.getFirst().app())
        .put("types", new JsonArray(its.stream().map(Reached::type).toList()))
        .put("state", state)
        .put("why", why);
  }

  /** True for a provider that can deliver to devices of an app. */
  boolean isRunning(Provider provider, String app) {
    return senders(provider, app).anyMatch(PushSender::isReady);
  }

  /** True for a provider that takes what is for devices of an app, and not a mock in its place. */
  boolean has(Provider provider, String app) {
    return senders(provider, app).findAny().isPresent();
  }

  private Stream<PushSender> senders(Provider provider, String app) {
    return provider.types().stream()
        .map(type -> Optional.ofNullable(senders.get(new Reached(type, app))))
        .flatMap(Optional::stream)
        .filter(sender -> sender.provider().equals(provider.wireName()));
  }

  /** Ends the connections of all. */
  Future<Void> close() {
    Set<PushSender> all = new HashSet<>(senders.values());
    return Future.join(all.stream().map(PushSender::close).toList())
        .transform(closed -> Future.succeededFuture());
  }
}
