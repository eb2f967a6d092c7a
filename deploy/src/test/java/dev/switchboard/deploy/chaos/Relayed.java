package dev.switchboard.deploy.chaos;

import dev.switchboard.deploy.chaos.Event.Kind;
import dev.switchboard.deploy.testing.Nodes;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/**
 * People who fetch ICE servers and have the relay among them relay, another each time: the relay
 * gives each twenty allocations, and keeps them for ten minutes.
 */
final class Relayed {
  private static final long PAUSE_MILLIS = 1_000;
  private static final long AGAIN_MILLIS = 300;

  private final String name;
  private final URI url;
  private final UnaryOperator<String> token;
  private int asked;
  private final History history;

  Relayed(String name, URI url, UnaryOperator<String> token, History history) {
    this.name = name;
    this.url = url;
    this.token = token;
    this.history = history;
  }

  /** Asks once in a while. */
  void act() {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
    if (granted().isEmpty()) {
      history.add(name, Kind.RELAYED, "");
    }
  }

  /** Asks until the relay relays, or until the history is so old. */
  void settle(long untilMillis) {
    while (history.nowMillis() < untilMillis) {
      long triedMillis = history.nowMillis();
      String why = granted();
      if (why.isEmpty()) {
        history.add(name, Kind.HEARD, "", "relayed");
        return;
      }
      history.with(triedMillis, name, Kind.DEAF, why, "not relayed");
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(AGAIN_MILLIS));
    }
  }

  /** Empty if it is relayed, else why not. */
  private String granted() {
    HttpResponse<String> answer;
    try {
      answer =
          Nodes.send(
              HttpRequest.newBuilder(url.resolve("/ice-servers"))
                  .header("Authorization", "Bearer " + token.apply(name + "-" + asked++)));
    } catch (UncheckedIOException e) {
      return "no answer";
    }
    if (answer.statusCode() != 200) {
      return "status " + answer.statusCode();
    }
    return new JsonObject(answer.body())
        .getJsonArray("iceServers").stream()
            .map(server -> (JsonObject) server)
            .filter(server -> server.containsKey("username"))
            .findFirst()
            .map(Relayed::granted)
            .orElse("no relay on the list");
  }

  private static String granted(JsonObject server) {
    Object urls = server.getValue("urls");
    String first = urls instanceof String one ? one : server.getJsonArray("urls").getString(0);
    String[] parts = first.split("[:?]");
    boolean granted =
        Allocation.isGranted(
            parts[1],
            Integer.parseInt(parts[2]),
            server.getString("username"),
            server.getString("credential"));
    return granted ? "" : "no allocation";
  }
}
