package dev.switchboard.ice;

import dev.switchboard.ice.relay.RelayProbes;
import dev.switchboard.shared.bus.BusAddresses;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** What runs once in a process: the probes, and the answers to the other roles over the bus. */
final class IceVerticle extends VerticleBase {
  private static final int BAD_REQUEST = 400;

  private final IceSource source;
  private final RelayProbes probes;
  private @Nullable MessageConsumer<Object> consumer;

  IceVerticle(IceSource source, RelayProbes probes) {
    this.source = source;
    this.probes = probes;
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
    Asker asker =
        request.getValue("callId") instanceof String callId && !callId.isBlank()
            ? new Asker.InCall(userId, callId)
            : new Asker.Known(userId);
    IceOffer offer = source.offer(asker);
    message.reply(
        new JsonObject().put("iceServers", offer.serversJson()).put("ttl", offer.ttlSeconds()));
  }

  @Override
  public Future<?> stop() {
    Future<Void> unregistered = consumer == null ? Future.succeededFuture() : consumer.unregister();
    return Future.join(unregistered, probes.stop());
  }
}
