package dev.switchboard.signaling.edge;

import static dev.switchboard.shared.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.shared.testing.Await;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DeliveriesTest {
  private final Vertx vertx = Vertx.vertx();
  private final EdgeId edge = new EdgeId("node", 0);
  private final EdgeRouter router =
      new EdgeRouter(vertx, new SimpleMeterRegistry(), new EdgeBatchCodec(List.of()));
  private final List<String> happened = new CopyOnWriteArrayList<>();
  private final Deliveries<Place> deliveries =
      new Deliveries<>(vertx, router, stale -> happened.add("stale " + stale.endpoint()));

  private record Place(EdgeId edge, String endpoint) implements Address {}

  @BeforeEach
  void open() {
    Standstill never = new Standstill(vertx, () -> 0, Future::succeededFuture);
    EdgeSockets sockets = onLoop(() -> new EdgeSockets(edge, vertx, never, () -> 0));
    onLoop(
        () -> {
          sockets.add("there", message -> happened.add(String.valueOf(message.frame())));
          sockets.add("left", message -> false);
          return router.open(sockets);
        });
  }

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private <T> T onLoop(Supplier<T> step) {
    Promise<T> done = Promise.promise();
    context.runOnContext(now -> done.complete(step.get()));
    return await(done.future());
  }

  private final Context context = vertx.getOrCreateContext();

  private Future<Receipt> send(String endpoint) {
    Promise<Receipt> receipt = Promise.promise();
    context.runOnContext(
        now ->
            deliveries
                .send(new Place(edge, endpoint), "frame", null)
                .onSuccess(got -> happened.add("receipt " + got))
                .onComplete(receipt));
    return receipt.future();
  }

  @Test
  void whatIsThereGetsTheFrame() {
    assertThat(await(send("there"))).isEqualTo(Receipt.DELIVERED);
    assertThat(happened).containsExactly("frame", "receipt DELIVERED");
  }

  /** Each connection has a context of its own on the loop of its edge. */
  @Test
  void onTheLoopOfTheEdgeItIsDeliveredAtOnceWhicheverContextSendsIt() {
    ContextInternal connection =
        ((VertxInternal) vertx)
            .contextBuilder()
            .withEventLoop(((ContextInternal) context).nettyEventLoop())
            .build();
    Promise<Boolean> atOnce = Promise.promise();
    connection.runOnContext(
        now ->
            atOnce.complete(deliveries.send(new Place(edge, "there"), "frame", null).isComplete()));

    assertThat(await(atOnce.future())).isTrue();
    assertThat(happened).containsExactly("frame");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gone", "left"})
  void aStaleAddressIsSeenToOnceItsSenderKnows(String endpoint) {
    assertThat(await(send(endpoint))).isEqualTo(Receipt.STALE);
    Await.until(() -> happened.size() == 2);
    assertThat(happened).containsExactly("receipt STALE", "stale " + endpoint);
  }

  @Test
  void anEdgeOfANodeThatIsGoneIsStale() {
    Place gone = new Place(new EdgeId("gone", 0), "there");
    assertThat(await(deliveries.send(gone, "frame", null))).isEqualTo(Receipt.STALE);
    Await.until(() -> happened.contains("stale there"));
  }

  @Test
  void severalReceiptsAreInTheOrderOfTheirAddresses() {
    List<Place> places =
        List.of(new Place(edge, "gone"), new Place(edge, "there"), new Place(edge, "left"));
    Promise<List<Receipt>> receipts = Promise.promise();
    context.runOnContext(now -> deliveries.send(places, "frame", null).onComplete(receipts));

    assertThat(await(receipts.future()))
        .containsExactly(Receipt.STALE, Receipt.DELIVERED, Receipt.STALE);
  }
}
