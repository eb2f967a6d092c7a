package dev.switchboard.ice.cut;

import dev.switchboard.ice.server.CallNames;
import dev.switchboard.shared.bus.BusAddresses;
import dev.switchboard.shared.metrics.MetricNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the sessions of calls that are over ended at each relay. Best effort: what a relay can't be
 * told it finds out when its clients stop, or when the allocation is not refreshed. One talk with a
 * relay at a time. Belongs to the context that started it.
 */
public final class RelayCuts {
  private static final Logger log = LoggerFactory.getLogger(RelayCuts.class);
  private static final int CONNECT_MILLIS = 2_000;
  private static final int CALLS_A_TALK = 100;
  private static final int MOST_WAITING = 2_000;
  private static final long PAUSE_MILLIS = 5_000;

  private final Vertx vertx;
  private final CliSettings settings;
  private final List<Line> lines;
  private final NetClient client;
  private final Counter cuts;
  private @Nullable MessageConsumer<Object> consumer;
  private boolean stopped;

  /** One command line, and the calls that it is to be told of. */
  private final class Line {
    final CliSettings.Place place;
    final Set<String> waiting = new LinkedHashSet<>();
    boolean busy;
    boolean failing;

    Line(CliSettings.Place place) {
      this.place = place;
    }

    void add(String callId) {
      if (waiting.size() >= MOST_WAITING) {
        Iterator<String> oldest = waiting.iterator();
        oldest.next();
        oldest.remove();
      }
      waiting.add(callId);
      talk();
    }

    void talk() {
      if (busy || stopped || waiting.isEmpty()) {
        return;
      }
      busy = true;
      List<String> calls = waiting.stream().limit(CALLS_A_TALK).toList();
      calls.forEach(waiting::remove);
      CliTalk.cut(vertx, client, place, settings.password(), calls)
          .onSuccess(this::succeeded)
          .onFailure(this::failed);
    }

    private void succeeded(int cut) {
      cuts.increment(cut);
      if (failing) {
        log.info("the command line of relay {} works again", place);
      }
      failing = false;
      busy = false;
      talk();
    }

    private void failed(Throwable cause) {
      if (!failing && !stopped) {
        log.warn(
            "the command line of relay {} ends no sessions of calls that are over: {}",
            place,
            cause.getMessage());
      }
      failing = true;
      vertx.setTimer(
          PAUSE_MILLIS,
          _ -> {
            busy = false;
            talk();
          });
    }
  }

  public RelayCuts(Vertx vertx, CliSettings settings, MeterRegistry meters) {
    this.vertx = vertx;
    this.settings = settings;
    this.lines = settings.places().stream().map(Line::new).toList();
    this.client = vertx.createNetClient(new NetClientOptions().setConnectTimeout(CONNECT_MILLIS));
    this.cuts =
        Counter.builder(MetricNames.RELAY_CUTS)
            .description("Sessions at relays that were ended because their call is over")
            .register(meters);
  }

  /** Hears of calls from now on. */
  public Future<Void> start() {
    MessageConsumer<Object> registered =
        vertx.eventBus().consumer(BusAddresses.CALLS_OVER, this::over);
    consumer = registered;
    return registered.completion();
  }

  private void over(Message<Object> message) {
    if (!(message.body() instanceof JsonObject news)
        || !(news.getValue("callIds") instanceof JsonArray ids)) {
      return;
    }
    List<String> calls = new ArrayList<>();
    for (Object id : ids) {
      // What goes to a command line is a call's id and nothing else.
      if (id instanceof String text && CallNames.isCall(text)) {
        calls.add(text);
      }
    }
    lines.forEach(line -> calls.forEach(line::add));
  }

  /** Ends no more sessions. */
  public Future<Void> stop() {
    stopped = true;
    Future<Void> unregistered = consumer == null ? Future.succeededFuture() : consumer.unregister();
    return unregistered.eventually(client::close);
  }
}
