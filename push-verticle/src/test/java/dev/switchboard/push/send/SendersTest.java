package dev.switchboard.push.send;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.switchboard.push.devices.PushDevice;
import dev.switchboard.push.tokens.DeviceToken;
import dev.switchboard.push.tokens.TokenType;
import dev.switchboard.shared.push.Cause;
import dev.switchboard.shared.push.PushApps;
import dev.switchboard.shared.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class SendersTest {
  private static final DeviceToken DEVICE =
      new DeviceToken(
          new UUID(1, 1),
          "ann",
          TokenType.FCM,
          "abcdefghijklmnop" + "SECRET".repeat(20),
          "token",
          "phone",
          null,
          true,
          Instant.EPOCH,
          Instant.EPOCH,
          null,
          null,
          PushApps.DEFAULT,
          null);

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void stop() {
    Await.await(vertx.close());
  }

  private static Push push(Cause cause) {
    JsonObject data = new JsonObject().put("callId", "c1").put("callerName", "Bob Secret");
    return new Push(
        "n1",
        cause,
        PushContents.of(cause, data, 1),
        "c1",
        1,
        Long.MAX_VALUE,
        CauseLook.NEVER_OVER);
  }

  @Test
  void mockLogsIdsAndTheCutTokenAndNoBody() {
    Logger logger = (Logger) LoggerFactory.getLogger(MockSender.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    try {
      Await.await(new MockSender().send(push(Cause.INCOMING_CALL), DEVICE));
    } finally {
      logger.detachAppender(lines);
    }
    ILoggingEvent event = lines.list.getFirst();
    String line = event.getFormattedMessage() + event.getKeyValuePairs();
    assertThat(line).contains("incoming_call", "n1", "ann", "c1", "abcdefghijklmnop");
    assertThat(line).doesNotContain("SECRET").doesNotContain("Secret");
  }

  @Test
  void identityIsTheSameOnEveryAttemptAndAnotherForAnotherPush() {
    Push push = push(Cause.CUSTOM);
    assertThat(push.identity(DEVICE)).isEqualTo(push(Cause.MISSED_CALL).identity(DEVICE));
    Push other = new Push("n2", push.cause(), push.content(), "c1", 1, 2, push.look());
    assertThat(other.identity(DEVICE)).isNotEqualTo(push.identity(DEVICE));
  }

  /** Completes what it was given when it is told to. */
  private static final class SlowSender implements PushSender {
    final List<Promise<Outcome>> underWay = new ArrayList<>();
    final List<Cause> order = new ArrayList<>();

    @Override
    public String provider() {
      return "slow";
    }

    @Override
    public Future<Outcome> send(Push push, PushDevice device) {
      order.add(push.cause());
      Promise<Outcome> promise = Promise.promise();
      underWay.add(promise);
      return promise.future();
    }
  }

  @Test
  void ringsGoAheadOfWhatWaitsAndFindAPlaceWhereOthersDoNot() {
    SlowSender sender = new SlowSender();
    List<Cause> order =
        Await.await(
            Future.future(
                done ->
                    vertx.runOnContext(
                        go -> {
                          SenderLine line = new SenderLine(vertx, sender, null, 8);
                          for (int i = 0; i < 9; i++) {
                            line.send(push(Cause.CUSTOM), DEVICE);
                          }
                          line.send(push(Cause.INCOMING_CALL), DEVICE);
                          line.send(push(Cause.INCOMING_CALL), DEVICE);
                          sender.underWay.getFirst().complete(new Outcome.Accepted("x"));
                          vertx.runOnContext(later -> done.complete(sender.order));
                        })));
    assertThat(order.subList(0, 7)).containsOnly(Cause.CUSTOM);
    assertThat(order.subList(7, 9)).containsOnly(Cause.INCOMING_CALL);
    assertThat(order).hasSize(9);
  }

  @Test
  void beginsWithFewAtATimeAllowsMoreWithEachAnswerAndFewerWithEachFailure() {
    SlowSender sender = new SlowSender();
    List<Integer> begun =
        Await.await(
            Future.future(
                done ->
                    vertx.runOnContext(
                        go -> {
                          SenderLine line = new SenderLine(vertx, sender, null, 1_000);
                          for (int i = 0; i < 500; i++) {
                            line.send(push(Cause.CUSTOM), DEVICE);
                          }
                          int first = sender.underWay.size();
                          List.copyOf(sender.underWay.subList(0, 10))
                              .forEach(each -> each.complete(new Outcome.Accepted("x")));
                          int more = sender.underWay.size();
                          List.copyOf(sender.underWay.subList(10, 20))
                              .forEach(each -> each.fail("no answer"));
                          done.complete(List.of(first, more, sender.underWay.size()));
                        })));
    // ten answers make room for ten, and for ten more; ten failures for none
    assertThat(begun).containsExactly(64, 84, 84);
  }

  @Test
  void whoWaitsTooLongIsToldSoAndMadeNoAttempt() {
    SlowSender sender = new SlowSender();
    Throwable refusal =
        Await.failure(
            Future.future(
                done ->
                    vertx.runOnContext(
                        go -> {
                          SenderLine line = new SenderLine(vertx, sender, null, 1);
                          line.send(push(Cause.INCOMING_CALL), DEVICE);
                          line.send(push(Cause.CUSTOM), DEVICE).onComplete(done);
                        })));
    assertThat(refusal).isInstanceOf(SenderLine.NoTurnException.class);
    assertThat(sender.order).containsExactly(Cause.INCOMING_CALL);
  }
}
