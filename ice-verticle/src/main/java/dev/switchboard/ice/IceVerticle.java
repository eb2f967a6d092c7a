package dev.switchboard.ice;

import dev.switchboard.ice.cut.RelayCuts;
import dev.switchboard.ice.provider.ProviderLists;
import dev.switchboard.ice.relay.Relay;
import dev.switchboard.ice.relay.RelayProbes;
import dev.switchboard.ice.traffic.RelayTraffic;
import dev.switchboard.shared.bus.BusAddresses;
import dev.switchboard.shared.trace.CallTraces;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What runs once in a process: the probes, the lists of a provider, what relays tell and are told,
 * and the answers to the other roles over the bus.
 */
final class IceVerticle extends VerticleBase {
  private static final int BAD_REQUEST = 400;

  private final IceSource source;
  private final RelayProbes probes;
  private final Optional<ProviderLists> provider;
  private final Optional<RelayTraffic> traffic;
  private final Optional<RelayCuts> cuts;
  private final CallTraces traces;
  private @Nullable MessageConsumer<Object> consumer;

  IceVerticle(
      IceSource source,
      RelayProbes probes,
      Optional<ProviderLists> provider,
      Optional<RelayTraffic> traffic,
      Optional<RelayCuts> cuts,
      CallTraces traces) {
    this.source = source;
    this.probes = probes;
    this.provider = provider;
    this.traffic = traffic;
    this.cuts = cuts;
    this.traces = traces;
  }

  @Override
  public Future<?> start() {
    probes.start();
    provider.ifPresent(ProviderLists::start);
    traffic.ifPresent(RelayTraffic::start);
    MessageConsumer<Object> registered =
        vertx.eventBus().consumer(BusAddresses.ICE_SERVERS, this::answer);
    consumer = registered;
    return Future.join(
        registered.completion(), cuts.map(RelayCuts::start).orElseGet(Future::succeededFuture));
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
    return source
        .offer(asker, IceSource.CALL_PATIENCE_MILLIS)
        .onSuccess(offer -> reply(message, offer))
        .mapEmpty();
  }

  private void reply(Message<Object> message, IceOffer offer) {
    JsonObject answer =
        new JsonObject()
            .put("iceServers", offer.serversJson())
            .put("ttl", offer.ttlSeconds())
            .put("complete", offer.complete())
            .put("leftOut", new JsonArray(probes.leftOut().stream().map(Relay::url).toList()));
    offer.sharedUntilMillis().ifPresent(until -> answer.put("sharedUntil", until));
    message.reply(answer);
  }

  @Override
  public Future<?> stop() {
    Future<Void> unregistered = consumer == null ? Future.succeededFuture() : consumer.unregister();
    Future<Void> minting = provider.map(ProviderLists::stop).orElseGet(Future::succeededFuture);
    Future<Void> counting = traffic.map(RelayTraffic::stop).orElseGet(Future::succeededFuture);
    Future<Void> cutting = cuts.map(RelayCuts::stop).orElseGet(Future::succeededFuture);
    return Future.join(List.of(unregistered, probes.stop(), minting, counting, cutting));
  }
}
