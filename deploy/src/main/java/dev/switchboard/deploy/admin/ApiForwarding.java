package dev.switchboard.deploy.admin;

import dev.switchboard.shared.bus.BusAddresses;
import dev.switchboard.shared.http.Answers;
import dev.switchboard.shared.http.JsonBodies;
import dev.switchboard.shared.http.RequestIds;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the API on the port of the page, so that the page needs no other origin, and all of it, so
 * that the page is whole on every node: a request goes to the own edge, and if that does not know
 * the path, over the bus to nodes with other roles. The edge decides who may; nothing is allowed
 * here that is not there. Thread-safe.
 */
final class ApiForwarding {
  private static final String PATHS = "/api/v1/*";
  private static final int BODY_LIMIT = 256 * 1_024;
  private static final Logger log = LoggerFactory.getLogger(ApiForwarding.class);

  /** Above what a test of a device takes, of which the answer is awaited. */
  private static final long ANSWER_MILLIS = 20_000;

  private static final Set<HttpMethod> METHODS =
      Set.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE);

  /** No cookie: a page of another origin could make a browser send one. */
  private static final List<String> ASKED = List.of("Authorization", "Content-Type");

  private static final List<String> ANSWERED =
      List.of("Content-Type", "Retry-After", "WWW-Authenticate");

  private final Vertx vertx;
  private final String node;
  private final NodeReports reports;
  private final Supplier<SocketAddress> edge;
  private final boolean tls;
  private final HttpClient client;

  /**
   * Makes one that is not started.
   *
   * @param edge where the edges of this process listen
   * @param tls whether they do so by TLS
   */
  ApiForwarding(Vertx vertx, NodeReports reports, Supplier<SocketAddress> edge, boolean tls) {
    this.vertx = vertx;
    this.node = reports.ownId();
    this.reports = reports;
    this.edge = edge;
    this.tls = tls;
    HttpClientOptions options = new HttpClientOptions();
    if (tls) {
      // It is this process itself, whatever names its certificate has.
      options
          .setSsl(true)
          .setSslEngineOptions(new JdkSSLEngineOptions())
          .setTrustAll(true)
          .setVerifyHost(false);
    }
    this.client = vertx.createHttpClient(options);
  }

  /** Answers for other nodes from now on; completes when the address is registered. */
  Future<Void> start() {
    return vertx
        .eventBus()
        .<JsonObject>consumer(
            BusAddresses.api(node),
            asked ->
                own(asked.body())
                    .onSuccess(asked::reply)
                    .onFailure(failure -> asked.fail(503, String.valueOf(failure.getMessage()))))
        .completion();
  }

  /** Mounts the API on a router that has none of it, but for what was mounted before. */
  void mount(Router router) {
    router.route(PATHS).handler(JsonBodies.upTo(BODY_LIMIT)).handler(this::forward);
  }

  private void forward(RoutingContext context) {
    context.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    if (!METHODS.contains(context.request().method())) {
      Answers.unknownEndpoint(context);
      return;
    }
    JsonObject request = read(context);
    own(request)
        .compose(
            answer ->
                isUnknown(answer)
                    ? others().compose(nodes -> next(nodes, 0, request, answer))
                    : Future.succeededFuture(answer))
        .onSuccess(answer -> send(context, answer))
        .onFailure(
            failure -> {
              log.warn("{} has no answer", request.getString("path"), failure);
              JsonObject refusal =
                  new JsonObject()
                      .put("error", "unavailable")
                      .put("detail", "no node that knows this request answers");
              Answers.json(context, 503, refusal);
            });
  }

  private static JsonObject read(RoutingContext context) {
    JsonObject headers = new JsonObject().put("X-Request-Id", RequestIds.of(context));
    for (String name : ASKED) {
      String value = context.request().getHeader(name);
      if (value != null) {
        headers.put(name, value);
      }
    }
    String query = context.request().query();
    String path = context.normalizedPath();
    Buffer body = context.body().buffer();
    return new JsonObject()
        .put("method", context.request().method().name())
        .put("path", query == null ? path : path + "?" + query)
        .put("headers", headers)
        .put("body", body == null ? "" : body.toString());
  }

  /** One node for each role that is not here, in an order of their own. */
  private Future<List<String>> others() {
    return reports
        .ask()
        .map(
            all -> {
              Set<String> asked = new HashSet<>(roles(all.getFirst()));
              List<String> nodes = new ArrayList<>();
              for (JsonObject report : all.subList(1, all.size())) {
                // not an or that stops early: each of its roles counts as asked from here on
                if (asked.addAll(roles(report))) {
                  nodes.add(report.getString("node"));
                }
              }
              return nodes;
            });
  }

  private static Set<String> roles(JsonObject report) {
    return report.getJsonObject("health", new JsonObject()).fieldNames();
  }

  private Future<JsonObject> next(
      List<String> nodes, int index, JsonObject request, JsonObject soFar) {
    if (index == nodes.size()) {
      return Future.succeededFuture(soFar);
    }
    return ask(nodes.get(index), request)
        .compose(
            answer ->
                isUnknown(answer)
                    ? next(nodes, index + 1, request, answer)
                    : Future.succeededFuture(answer))
        .recover(
            failure ->
                failure instanceof ReplyException reply
                        && reply.failureType() == ReplyFailure.NO_HANDLERS
                    ? next(nodes, index + 1, request, soFar)
                    : Future.failedFuture(failure));
  }

  private Future<JsonObject> ask(String other, JsonObject request) {
    return vertx
        .eventBus()
        .<JsonObject>request(
            BusAddresses.api(other),
            request,
            new DeliveryOptions().setSendTimeout(ANSWER_MILLIS + 1_000))
        .map(reply -> reply.body());
  }

  /** True if that edge has no such path, as against one that has and finds nothing. */
  private static boolean isUnknown(JsonObject answer) {
    String unknown = Answers.unknownEndpoint().getString("detail");
    return answer.getInteger("status") == 404
        && answer.getString("body", "").contains("\"" + unknown + "\"");
  }

  private Future<JsonObject> own(JsonObject request) {
    RequestOptions options =
        new RequestOptions()
            .setServer(edge.get())
            .setHost("localhost")
            .setPort(edge.get().port())
            .setSsl(tls)
            .setMethod(HttpMethod.valueOf(request.getString("method")))
            .setURI(request.getString("path"))
            .setTimeout(ANSWER_MILLIS);
    for (String name : request.getJsonObject("headers").fieldNames()) {
      options.putHeader(name, request.getJsonObject("headers").getString(name));
    }
    return client
        .request(options)
        .compose((HttpClientRequest open) -> open.send(Buffer.buffer(request.getString("body"))))
        .compose(ApiForwarding::answer);
  }

  private static Future<JsonObject> answer(HttpClientResponse response) {
    JsonObject headers = new JsonObject();
    for (String name : ANSWERED) {
      String value = response.getHeader(name);
      if (value != null) {
        headers.put(name, value);
      }
    }
    return response
        .body()
        .map(
            body ->
                new JsonObject()
                    .put("status", response.statusCode())
                    .put("headers", headers)
                    .put("body", body.toString()));
  }

  private static void send(RoutingContext context, JsonObject answer) {
    if (context.response().ended() || context.response().closed()) {
      return;
    }
    JsonObject headers = answer.getJsonObject("headers");
    headers.forEach(
        each -> context.response().putHeader(each.getKey(), String.valueOf(each.getValue())));
    context
        .response()
        .setStatusCode(answer.getInteger("status"))
        .end(Buffer.buffer(answer.getString("body")));
  }
}
