package dev.switchboard.signaling.authorize;

import dev.switchboard.shared.metrics.MetricNames;
import dev.switchboard.shared.outbound.Endpoint;
import dev.switchboard.shared.outbound.EndpointGuard;
import dev.switchboard.shared.outbound.EndpointRules;
import dev.switchboard.shared.outbound.ServiceClient;
import dev.switchboard.shared.role.Node;
import dev.switchboard.shared.webhooks.WebhookEntry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the team's own service whether a call may ring, and never takes long: without an answer in
 * time the setting decides. One an edge, on its loop.
 */
public final class CallAuthorizer {
  /** What an answer may take, in milliseconds. */
  static final long ANSWER_MILLIS = 300;

  private static final long PREPARE_MILLIS = 5_000;
  private static final int AT_A_TIME = 64;
  private static final int ANSWER_MAX = 4_096;

  /** What the service is told. */
  private static final List<String> ASKED =
      List.of("callId", "callerId", "calleeId", "callType", "callerName", "callerDevice");

  private static final Logger log = LoggerFactory.getLogger(CallAuthorizer.class);

  private final ServiceClient client;
  private final AuthorizeSettings settings;
  private final InstantSource clock;
  private final MeterRegistry meters;
  private final Breaker breaker = new Breaker();
  private int asking;

  CallAuthorizer(
      ServiceClient client, AuthorizeSettings settings, InstantSource clock, MeterRegistry meters) {
    this.client = client;
    this.settings = settings;
    this.clock = clock;
    this.meters = meters;
  }

  /** One for the current loop; empty if there is nobody to ask. */
  public static Optional<CallAuthorizer> open(Vertx vertx, Node node, AuthorizeSettings settings) {
    Endpoint url = settings.url();
    if (url == null) {
      return Optional.empty();
    }
    EndpointGuard guard =
        new EndpointGuard(vertx, EndpointRules.ofAnyHost(settings.allowPrivate()));
    ServiceClient client = new ServiceClient(vertx, url, guard, AT_A_TIME, null);
    client.prepare(PREPARE_MILLIS);
    settings.signer().headers("", 0, ""); // loads what signs
    return Optional.of(new CallAuthorizer(client, settings, node.clock(), node.meters()));
  }

  /** Asks about a call, which comes as the fields of its hash. Never fails. */
  public Future<Verdict> ask(JsonObject call) {
    long started = System.nanoTime();
    if (asking >= AT_A_TIME || !breaker.lets(started)) {
      return Future.succeededFuture(unasked("skipped", started));
    }
    asking++;
    String body = question(call);
    return client
        .post(
            settings.signer().headers(WebhookEntry.newId(), clock.millis(), body),
            body,
            ANSWER_MAX,
            ANSWER_MILLIS)
        .map(CallAuthorizer::read)
        .transform(
            read -> {
              asking--;
              return Future.succeededFuture(
                  read.succeeded()
                      ? answered(read.result(), started)
                      : failed(read.cause(), started));
            });
  }

  private static String question(JsonObject call) {
    JsonObject question = new JsonObject();
    ASKED.forEach(name -> question.put(name, call.getString(name)));
    String metadata = call.getString("metadata");
    if (metadata != null) {
      question.put("metadata", new JsonObject(metadata));
    }
    return question.put("createdAt", Long.parseLong(call.getString("createdAt"))).encode();
  }

  /** A refusal is one whatever status it comes with. */
  private static Verdict read(ServiceClient.Answer answer) {
    try {
      Verdict verdict = verdict(answer);
      if (answer.isSuccess() || verdict instanceof Verdict.Denied) {
        return verdict;
      }
    } catch (IllegalStateException e) {
      if (answer.isSuccess()) {
        throw e;
      }
    }
    throw new IllegalStateException("status " + answer.status());
  }

  private static Verdict verdict(ServiceClient.Answer answer) {
    if (!answer.whole()) {
      throw new IllegalStateException("the answer is too long");
    }
    try {
      if (answer.body().toJsonValue() instanceof JsonObject body) {
        return Verdict.read(body)
            .orElseThrow(() -> new IllegalStateException("the answer has no allow"));
      }
    } catch (DecodeException e) {
      // told below, without its text
    }
    throw new IllegalStateException("the answer is not a JSON object");
  }

  private Verdict answered(Verdict verdict, long started) {
    breaker.answered();
    count(verdict instanceof Verdict.Allowed ? "allowed" : "denied", started);
    return verdict;
  }

  private Verdict failed(Throwable cause, long started) {
    if (breaker.failed(System.nanoTime())) {
      log.warn(
          "CALL_AUTHORIZE_URL is not asked for a while, calls are {}: {}",
          settings.allowOnError() ? "allowed" : "denied",
          String.valueOf(cause.getMessage()));
    }
    return unasked("error", started);
  }

  private Verdict unasked(String result, long started) {
    count(result, started);
    return settings.allowOnError() ? new Verdict.Allowed() : Verdict.Denied.UNASKED;
  }

  private void count(String result, long started) {
    Timer.builder(MetricNames.CALL_AUTHORIZE)
        .tag("result", result)
        .register(meters)
        .record(Duration.ofNanos(System.nanoTime() - started));
  }
}
