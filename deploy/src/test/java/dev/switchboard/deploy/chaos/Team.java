package dev.switchboard.deploy.chaos;

import dev.switchboard.deploy.chaos.Event.Kind;
import dev.switchboard.deploy.testing.Nodes;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The team's back end, which pushes to people who have a browser or a phone, and no socket. */
final class Team {
  private static final String NAME = "team";

  /** After so long a push to a user who has a device is in its record. */
  private static final long RECORDED_MILLIS = 20_000;

  private record Sleeper(String name, String token, Provider provider) {}

  private final URI url;
  private final String token;
  private final History history;
  private final Random random;
  private final List<Sleeper> sleepers;

  Team(Cluster cluster, List<String> names, long seed, History history) {
    this.url = cluster.pushFront();
    this.token = cluster.token(NAME, true);
    this.history = history;
    this.random = new Random(seed);
    List<Provider> providers = cluster.providers();
    this.sleepers =
        IntStream.range(0, names.size())
            .mapToObj(
                i ->
                    new Sleeper(
                        names.get(i),
                        cluster.token(names.get(i), false),
                        providers.get(i % providers.size())))
            .toList();
  }

  /** Null if nothing answers. */
  private @Nullable HttpResponse<String> ask(String path, String token, @Nullable JsonObject body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url.resolve(path)).header("Authorization", "Bearer " + token);
    if (body != null) {
      request
          .header("Content-Type", "application/json")
          .POST(HttpRequest.BodyPublishers.ofString(body.encode()));
    }
    try {
      return Nodes.send(request);
    } catch (UncheckedIOException e) {
      return null;
    }
  }

  private boolean subscribe(Sleeper sleeper) {
    HttpResponse<String> answer =
        ask(
            sleeper.provider().path(),
            sleeper.token(),
            sleeper.provider().subscription(sleeper.name()));
    boolean subscribed = answer != null && answer.statusCode() / 100 == 2;
    if (subscribed) {
      history.add(sleeper.name(), Kind.SUBSCRIBED, "");
    }
    return subscribed;
  }

  /** True if every device is subscribed. */
  boolean subscribeAll() {
    return sleepers.stream().allMatch(this::subscribe);
  }

  /** Pushes to somebody, whose device may have come back just before. */
  void act() {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100 + random.nextInt(400)));
    Sleeper sleeper = sleepers.get(random.nextInt(sleepers.size()));
    if (random.nextInt(5) == 0) {
      subscribe(sleeper);
    }
    HttpResponse<String> answer =
        ask(
            "/api/v1/push/send",
            token,
            new JsonObject().put("user_id", sleeper.name()).put("title", "News").put("body", "…"));
    if (answer != null && answer.statusCode() == 202) {
      String id = new JsonObject(answer.body()).getString("notification_id");
      history.add(sleeper.name(), Kind.PUSH_TAKEN, Reception.topic(id), id);
    }
  }

  /** Asks what became of pushes that have not arrived, until each has an end. */
  void settle(long untilMillis) {
    Set<Event> open = new HashSet<>();
    history.of(Kind.PUSH_TAKEN).forEach(open::add);
    while (!open.isEmpty() && history.nowMillis() < untilMillis) {
      Set<String> arrived = new TreeSet<>();
      history.of(Kind.PUSH_ARRIVED).forEach(event -> arrived.add(event.subject()));
      open.removeIf(event -> arrived.contains(event.subject()) || isSettled(event));
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
    }
  }

  private boolean isSettled(Event taken) {
    HttpResponse<String> answer = ask("/api/v1/push/notifications/" + taken.detail(), token, null);
    if (answer == null || answer.statusCode() != 200) {
      return false;
    }
    JsonArray devices = new JsonObject(answer.body()).getJsonArray("devices");
    if (devices.isEmpty()) {
      boolean recorded = history.nowMillis() - taken.atMillis() > RECORDED_MILLIS;
      return recorded && settled(taken, "nobody");
    }
    JsonObject device = devices.getJsonObject(0);
    String status = device.getString("status");
    return !status.equals("queued")
        && settled(taken, status + " " + device.getString("reason", ""));
  }

  private boolean settled(Event taken, String how) {
    history.add(taken.who(), Kind.PUSH_SETTLED, taken.subject(), how);
    return true;
  }
}
