package dev.switchboard.ice;

import dev.switchboard.ice.provider.ProvidedList;
import dev.switchboard.ice.provider.ProviderLists;
import dev.switchboard.ice.relay.RelayProbes;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Puts lists together of what is known now: the relays that live, and a provider's last list. */
final class IceLists implements IceSource {
  private final Vertx vertx;
  private final IceServerList list;
  private final RelayProbes probes;
  private final Optional<ProviderLists> provider;
  private final InstantSource clock;

  IceLists(
      Vertx vertx,
      IceServerList list,
      RelayProbes probes,
      Optional<ProviderLists> provider,
      InstantSource clock) {
    this.vertx = vertx;
    this.list = list;
    this.probes = probes;
    this.provider = provider;
    this.clock = clock;
  }

  @Override
  public Future<IceOffer> offer(Asker asker, long patienceMillis) {
    boolean known = provider.isEmpty() || provided().isPresent();
    Future<Void> minting = provider.map(ProviderLists::underWay).orElseGet(Future::succeededFuture);
    if (known || minting.isComplete()) {
      return Future.succeededFuture(now(asker));
    }
    Promise<IceOffer> offered = Promise.promise();
    var caller = vertx.getOrCreateContext();
    minting
        .timeout(patienceMillis, TimeUnit.MILLISECONDS)
        .onComplete(_ -> caller.runOnContext(back -> offered.complete(now(asker))));
    return offered.future();
  }

  private Optional<ProvidedList> provided() {
    return provider.flatMap(ProviderLists::current);
  }

  private IceOffer now(Asker asker) {
    return list.offer(asker, probes.listed(), provided(), clock.instant());
  }
}
