package dev.switchboard.deploy.soak;

import dev.switchboard.shared.testing.Await;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.atomic.LongAdder;

/**
 * A Web Push service and a team's back end on loopback. Of twenty messages one is answered 503, so
 * that it is tried again; an endpoint that ends with {@code gone} is gone.
 */
final class Services implements AutoCloseable {
  private static final long UNAVAILABLE_EACH = 20;

  private final HttpServer server;
  private final LongAdder pushes = new LongAdder();
  private final LongAdder hooks = new LongAdder();

  Services(Vertx vertx) {
    server =
        Await.await(vertx.createHttpServer().requestHandler(this::take).listen(0, "127.0.0.1"));
  }

  private void take(HttpServerRequest request) {
    request.endHandler(
        end -> {
          if (request.path().equals("/hook")) {
            hooks.increment();
            request.response().setStatusCode(204).end();
          } else {
            pushes.increment();
            boolean unavailable = pushes.sum() % UNAVAILABLE_EACH == 0;
            int taken = unavailable ? 503 : 201;
            request.response().setStatusCode(request.path().endsWith("gone") ? 410 : taken).end();
          }
        });
  }

  String hook() {
    return origin() + "/hook";
  }

  /** Where the messages of a subscription go. */
  String endpoint(String name) {
    return origin() + "/push/" + name;
  }

  private String origin() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  /** How many messages of Web Push have come. */
  long pushes() {
    return pushes.sum();
  }

  /** How many events the back end was told of. */
  long hooks() {
    return hooks.sum();
  }

  @Override
  public void close() {
    Await.await(server.close());
  }
}
