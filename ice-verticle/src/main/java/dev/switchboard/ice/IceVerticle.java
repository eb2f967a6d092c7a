package dev.switchboard.ice;

import dev.switchboard.ice.relay.Relay;
import dev.switchboard.ice.relay.RelayProbes;
import dev.switchboard.shared.bus.BusAddresses;
import dev.switchboard.shared.trace.CallTraces;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** What runs once in a process: the probes, and the answers to the other roles over the bus. */
final class IceVerticle extends VerticleBase {
  private static final int BAD_REQUEST = 400;

  private final IceSource source;
  private final RelayProbes probes;
  private final CallTraces traces;
  private @Nullable MessageConsumer<Object> consumer;

  IceVerticle(IceSource source, RelayProbes probes, CallTraces traces) {
    this.source = source;
    this.probes = probes;
    this.traces = traces;
  }

  @Override
  public Future<?> start() {
    probes.start();
    MessageConsumer<Object> registered =
        vertx.eventBus().consumer(BusAddresses.ICE_SERVERS, this::answer);
    consumer = registered;
    return registered.completion();
  }

  private void answer(Message<Object> message) {
    if (!(message.body() instanceof JsonObject request)
        || !(request.getValue("userId") instanceof String userId)) {
      message.fail(BAD_REQUEST, "userId is not a string");
      return;
    }
    if (request.getValue("callId") instanceof String callId && !callId.isBlank()) {
      Asker asker = new Asker.InCall(userId, callId);
      traces.span(callId, "make ice servers", () -> answer(message, asker));
    } else {
      answer(message, new Asker.Known(userId));
    }
  }

  private Future<Void> answer(Message<Object> message, Asker asker) {
    IceOffer offer = source.offer(asker);
    message.reply(
        new JsonObject()
            .put("iceServers", offer.serversJson())
            .put("ttl", offer.ttlSeconds())
            .put("leftOut", new JsonArray(probes.leftOut().stream().map(Relay::url).toList())));
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    Future<Void> unregistered = consumer == null ? Future.succeededFuture() : consumer.unregister();
    return Future.join(unregistered, probes.stop());
  }
}
