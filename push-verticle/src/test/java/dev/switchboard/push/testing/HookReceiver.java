package dev.switchboard.push.testing;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import dev.switchboard.shared.testing.Await;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A team's back end: takes events, and answers each as a test says. */
public final class HookReceiver implements AutoCloseable {
  /** How it answers a request whose body it has. */
  @FunctionalInterface
  public interface Answer {
    void give(HttpServerRequest request, JsonObject event);
  }

  /** One request. */
  public record Received(Map<String, List<String>> headers, String body) {
    public JsonObject event() {
      return new JsonObject(body);
    }

    public String id() {
      return headers.get("webhook-id").getFirst();
    }

    public String type() {
      return event().getString("type");
    }

    public JsonObject data() {
      return event().getJsonObject("data");
    }

    public long seq() {
      return data().getLong("seq");
    }

    /** True if the library of Standard Webhooks takes it for one of ours. */
    public boolean isVerifiedBy(String secret) {
      try {
        new Webhook(secret).verify(body, headers);
        return true;
      } catch (WebhookVerificationException e) {
        return false;
      }
    }
  }

  private final Vertx vertx = Vertx.vertx();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private volatile Answer answer = (request, event) -> request.response().setStatusCode(204).end();

  /** One on a free port. */
  public HookReceiver() {
    this(0);
  }

  /** One on a port, such as that of one that was closed. */
  public HookReceiver(int port) {
    server =
        Await.await(
            vertx.createHttpServer().requestHandler(this::receive).listen(port, "127.0.0.1"));
  }

  private void receive(HttpServerRequest request) {
    request
        .body()
        .onSuccess(
            body -> {
              Map<String, List<String>> headers = new HashMap<>();
              request
                  .headers()
                  .forEach(
                      (name, value) -> headers.put(name.toLowerCase(Locale.ROOT), List.of(value)));
              Received one = new Received(headers, body.toString());
              received.add(one);
              answer.give(request, one.event());
            });
  }

  public int port() {
    return server.actualPort();
  }

  public String url() {
    return "http://127.0.0.1:" + port() + "/hooks";
  }

  /** Answers so from now on. */
  public void answers(Answer how) {
    answer = how;
  }

  /** Answers with this status from now on. */
  public void answers(int status) {
    answers((request, event) -> request.response().setStatusCode(status).end());
  }

  /** All that came, in order, retries included. */
  public List<Received> received() {
    return List.copyOf(received);
  }

  /** Those about one value of a field of their data. */
  public List<Received> about(String field, String value) {
    return received.stream().filter(one -> value.equals(one.data().getString(field))).toList();
  }

  @Override
  public void close() {
    Await.await(vertx.close());
  }
}
