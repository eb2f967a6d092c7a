package dev.switchboard.deploy.browser;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.switchboard.shared.testing.Await;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A page of an app on its own origin, which uses the client library as the server has it. It tells
 * what happens to it, and asks what to do: so any browser can be driven that opens a URL.
 */
final class AppPage implements AutoCloseable {
  private static final long WITHIN_SECONDS = 120;

  /** With the shortest life that credentials can have. */
  private static final long RENEWAL_SECONDS = 15;

  private static final long ORDER_WITHIN_SECONDS = 5;

  private final HttpServer http;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<JsonObject> said = new CopyOnWriteArrayList<>();
  private final Map<String, BlockingQueue<String>> orders = new ConcurrentHashMap<>();

  AppPage() {
    try {
      http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    http.createContext("/", AppPage::page);
    http.createContext("/said", this::hear);
    http.createContext("/orders", this::order);
    http.setExecutor(threads);
    http.start();
  }

  /** Its origin, which the server must allow. */
  String origin() {
    return "http://localhost:" + http.getAddress().getPort();
  }

  /** The page of somebody who may call somebody else. */
  String address(URI server, String me, String calls, boolean relayOnly) {
    return "%s/?server=%s&me=%s&calls=%s&relay=%s"
        .formatted(origin(), server, me, calls, relayOnly);
  }

  void order(String me, String what) {
    ordersOf(me).add(what);
  }

  /** Waits until somebody's page has said this; fails at the first error of any. */
  void await(String me, String field, Object value) {
    awaitOneOf(me, field, Set.of(value));
  }

  void awaitOneOf(String me, String field, Set<?> values) {
    await(
        me,
        field + " " + values,
        WITHIN_SECONDS,
        one -> one.containsKey(field) && values.contains(one.getValue(field)));
  }

  /** Waits until the picture of a peer moves after so many renewals of the relay's credentials. */
  void awaitPicture(String me, String peer, int renewals) {
    await(
        me,
        peer + " after " + renewals,
        WITHIN_SECONDS + RENEWAL_SECONDS * renewals,
        one -> peer.equals(one.getString("sees")) && one.getInteger("renewals") >= renewals);
  }

  private void await(String me, String what, long seconds, Predicate<JsonObject> which) {
    Predicate<JsonObject> wanted = which.and(one -> me.equals(one.getString("me")));
    try {
      Await.until(
          () -> said.stream().anyMatch(wanted.or(one -> one.containsKey("error"))), seconds);
    } finally {
      if (said.stream().noneMatch(wanted)) {
        throw new AssertionError(me + " has not said " + what + ", but: " + last(me));
      }
    }
  }

  private String last(String me) {
    return said.stream()
        .filter(one -> me.equals(one.getString("me")) || one.containsKey("error"))
        .map(JsonObject::encode)
        .distinct()
        .collect(Collectors.joining(" "));
  }

  private BlockingQueue<String> ordersOf(String me) {
    return orders.computeIfAbsent(me, name -> new LinkedBlockingQueue<>());
  }

  private static void page(HttpExchange exchange) throws IOException {
    try (InputStream in = AppPage.class.getResourceAsStream("/client/app.html")) {
      exchange.getResponseHeaders().add("Content-Type", "text/html; charset=utf-8");
      answer(exchange, Objects.requireNonNull(in).readAllBytes());
    }
  }

  private void hear(HttpExchange exchange) throws IOException {
    said.add(new JsonObject(new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
    answer(exchange, new byte[0]);
  }

  private void order(HttpExchange exchange) throws IOException {
    String me = exchange.getRequestURI().getQuery().substring("me=".length());
    try {
      String order = ordersOf(me).poll(ORDER_WITHIN_SECONDS, TimeUnit.SECONDS);
      answer(exchange, Objects.requireNonNullElse(order, "").getBytes(UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void answer(HttpExchange exchange, byte[] body) throws IOException {
    exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    http.stop(0);
    threads.shutdownNow();
  }
}
