package dev.switchboard.signaling.calls;

import static dev.switchboard.signaling.calls.Payloads.accepted;
import static dev.switchboard.signaling.calls.Payloads.initiate;
import static dev.switchboard.signaling.calls.Payloads.of;
import static dev.switchboard.signaling.testing.AckAssert.assertAck;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.bus.BusAddresses;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.redis.RedisLinks;
import dev.switchboard.shared.redis.RedisObserver;
import dev.switchboard.shared.redis.RedisSettings;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.shared.timeline.TimelineStamp;
import dev.switchboard.signaling.SignalingSettings;
import dev.switchboard.signaling.calls.Decision.Effect;
import dev.switchboard.signaling.edge.EdgeBatch;
import dev.switchboard.signaling.edge.EdgeBatchCodec;
import dev.switchboard.signaling.edge.EdgeEnvelope;
import dev.switchboard.signaling.edge.EdgeMessage;
import dev.switchboard.signaling.edge.Receipt;
import dev.switchboard.signaling.sessions.Session;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Steps that a node has saved, and then died before it told anybody. */
final class UntoldStepIT {
  private static final Settings NONE = Settings.of(Map.of());
  private static final SignalingSettings SETTINGS = SignalingSettings.from(NONE);
  private static final CallMachine MACHINE = new CallMachine(SETTINGS.reconnectGrace().toMillis());

  private CallNodes nodes;
  private CallStore deadNode;

  @BeforeEach
  void start() {
    RealRedis.flush();
    nodes = new CallNodes(Map.of());
    Settings redis = Settings.of(Map.of("REDIS_URL", RealRedis.url()));
    deadNode =
        new CallStore(
            RedisLinks.to(nodes.vertx, RedisSettings.from(redis), RedisObserver.NONE).open(),
            TimelineStamp.from(NONE, "dead"));
  }

  @AfterEach
  void stop() {
    nodes.close();
  }

  /** Saves a step of a call and leaves it at that. */
  private Untold save(String callId, CallCommand command) {
    return save(callId, command, System.currentTimeMillis());
  }

  private Untold save(String callId, CallCommand command, long now) {
    Call call = call(callId);
    Decision.Changed change = (Decision.Changed) MACHINE.decide(call, command, now);
    return save(CallTransaction.change(call, change, SETTINGS, now));
  }

  private Untold save(CallTransaction transaction) {
    assertThat(Await.await(deadNode.save(transaction)).saved())
        .isInstanceOf(CallStore.Saved.Done.class);
    return Objects.requireNonNull(transaction.untold());
  }

  private void awaitNothingUntold() {
    Await.until(() -> nodes.redis("ZCARD", "call:untold").toInteger() == 0);
  }

  @Test
  void callerHearsOfAnAnswerThatNobodyHasToldAndTheOtherDevicesThatItRingsNoMore() {
    Phone ann = nodes.registered(0, "ann", "phone");
    Phone bob = nodes.registered(1, "bob", "phone");
    Phone tablet = nodes.registered(0, "bob", "tablet");
    String callId = initiate(ann, "bob");
    bob.hear("incoming_call");
    tablet.hear("incoming_call");
    save(callId, new CallCommand.Accept("bob", "phone"));
    assertThat(ann.hear("call_accept").getString("callId")).isEqualTo(callId);
    assertThat(tablet.hear("call_end").getString("reason")).isEqualTo("answered_elsewhere");
    awaitNothingUntold();
    assertThat(bob.all("call_end")).isEmpty();
    bob.tell("sdp_offer", of(callId).put("to", "ann").put("sdp", "x"));
    assertThat(ann.hear("sdp_offer").getString("callId")).isEqualTo(callId);
  }

  @Test
  void calleeIsRungByACallThatNobodyHasOffered() {
    Phone ann = nodes.registered(0, "ann", "phone");
    Phone bob = nodes.registered(1, "bob", "phone");
    String id = begin(System.currentTimeMillis());
    assertThat(bob.hear("incoming_call").getString("callId")).isEqualTo(id);
    awaitNothingUntold();
    assertAck(bob.ask("call_accept", of(id))).isSuccess();
    assertThat(ann.hear("call_accept").getString("callId")).isEqualTo(id);
  }

  @Test
  void callThatWasRefusedAndNotTakenBackIsOfferedIfItsCallerAsksAgain() {
    Phone ann = nodes.registered(0, "ann", "phone");
    Phone bob = nodes.registered(1, "bob", "phone");
    String id = begin(System.currentTimeMillis() - 3_000);
    nodes.drop(ann, "ann", "phone");
    ann = nodes.registered(0, "ann", "phone");
    ann.hear("call_resumed");
    assertThat(bob.all("incoming_call")).isEmpty();
    for (int i = 0; i < 2; i++) {
      assertThat(initiate(ann, "bob")).isEqualTo(id);
    }
    assertThat(bob.hear("incoming_call").getString("callId")).isEqualTo(id);
    assertAck(bob.ask("call_accept", of(id))).isSuccess();
    ann.hear("call_accept");
    assertThat(bob.all("incoming_call")).hasSize(1);
    awaitNothingUntold();
  }

  @Test
  void callThatWasRefusedGoesOnForACalleeWhoRegistersMeanwhile() {
    nodes.registered(0, "ann", "phone");
    nodes.registered(0, "bob", "pad");
    String id = begin(System.currentTimeMillis() - 3_000);
    Phone bob = nodes.registered(1, "bob", "phone");
    assertThat(bob.hear("incoming_call").getString("callId")).isEqualTo(id);
    awaitNothingUntold();
  }

  /** A device of ann calls bob; its node dies, or refuses it, before it offers the call. */
  private String begin(long createdAt) {
    String id = UUID.randomUUID().toString();
    JsonObject fields = CallFields.write(CallMachineTest.ringing());
    fields.put("callId", id).put("callerDevice", "phone");
    fields
        .put("createdAt", Long.toString(createdAt))
        .put("ringUntil", Long.toString(createdAt + 30_000));
    Call call = Objects.requireNonNull(CallFields.read(fields));
    save(CallTransaction.create(call, SETTINGS, null));
    return id;
  }

  @Test
  void endThatNobodyHasToldIsHeardThoughTheStepBeforeWasNotToldEither() {
    Phone ann = nodes.registered(0, "ann", "phone");
    Phone bob = nodes.registered(1, "bob", "phone");
    String callId = initiate(ann, "bob");
    bob.hear("incoming_call");
    save(callId, new CallCommand.Accept("bob", "phone"));
    save(callId, new CallCommand.End("bob", "phone"));
    assertThat(ann.hear("call_end").getString("reason")).isEqualTo("hangup");
    awaitNothingUntold();
    assertThat(ann.all("call_accept")).isEmpty();
  }

  @Test
  void whatIsToldAgainIsHeardOnce() {
    Phone ann = nodes.registered(0, "ann", "phone");
    Phone bob = nodes.registered(1, "bob", "phone");
    String callId = initiate(ann, "bob");
    bob.hear("incoming_call");
    Untold step = save(callId, new CallCommand.Accept("bob", "phone"));
    ann.hear("call_accept");
    awaitNothingUntold();
    // Its node was killed when it had told of it, and had not taken it away yet.
    nodes.redis("ZADD", "call:untold", "1", step.member());
    awaitNothingUntold();
    assertAck(bob.ask("call_end", of(callId))).isSuccess();
    ann.hear("call_end");
    assertThat(ann.all("call_accept")).hasSize(1);
  }

  private Session session(String user, String device) {
    return Session.parse(nodes.redis("HGET", "session:user:" + user, device).toString());
  }

  /** What a sender does that has no answer from the edge of a device. */
  private void keepFor(Session session, Untold step) {
    Effect.Notice notice = step.notices().getFirst().notice();
    boolean end = !(notice instanceof Effect.Notice.Accepted);
    Await.await(
        deadNode.keep(
            session,
            CallFrames.notice(call(step.callId()), notice),
            60_000,
            null,
            step.step() + "/0",
            end ? null : step.callId()));
  }

  private Phone back(Phone phone, String user) {
    nodes.drop(phone, user, "phone");
    return nodes.registered(1, user, "phone");
  }

  @Test
  void endThatCameLateIsNotHeardAgainThoughItWasKeptBefore() {
    Phone ann = nodes.registered(0, "ann", "phone");
    Phone bob = nodes.registered(1, "bob", "phone");
    String callId = accepted(ann, bob, "bob");
    Untold step = save(callId, new CallCommand.End("bob", "phone"));
    keepFor(session("ann", "phone"), step);
    ann.hear("call_end");
    awaitNothingUntold();
    assertThat(back(ann, "ann").all("call_end")).isEmpty();
  }

  @Test
  void endThatCameLateIsNotKeptAfterwards() {
    Phone ann = nodes.registered(0, "ann", "phone");
    Phone bob = nodes.registered(1, "bob", "phone");
    String callId = accepted(ann, bob, "bob");
    Untold step = save(callId, new CallCommand.End("bob", "phone"));
    Session former = session("ann", "phone");
    ann.hear("call_end");
    awaitNothingUntold();
    keepFor(former, step);
    assertThat(back(ann, "ann").all("call_end")).isEmpty();
  }

  @Test
  void endThatCameLateToASocketTakenForGoneIsHeardByTheNextOne() {
    Phone ann = nodes.registered(0, "ann", "phone");
    Phone bob = nodes.registered(1, "bob", "phone");
    String callId = accepted(ann, bob, "bob");
    Session former = session("ann", "phone");
    nodes.redis("HDEL", "session:user:ann", "phone");
    long earlier = System.currentTimeMillis() - 5_000;
    Untold step = save(callId, new CallCommand.End("bob", "phone"), earlier);
    keepFor(former, step);
    tellTo(former, step, new CallNote.News(call(callId), "phone", List.of(), step.step() + "/0"));
    Phone next = nodes.registered(1, "ann", "phone");
    assertThat(next.hear("call_end").getString("callId")).isEqualTo(callId);
    assertThat(ann.all("call_end")).isEmpty();
  }

  @Test
  void answerThatWasKeptIsNotHeardByADeviceThatHasEndedTheCallMeanwhile() {
    Phone ann = nodes.registered(0, "ann", "phone");
    Phone bob = nodes.registered(1, "bob", "phone");
    String callId = initiate(ann, "bob");
    bob.hear("incoming_call");
    keepFor(session("ann", "phone"), save(callId, new CallCommand.Accept("bob", "phone")));
    assertAck(ann.ask("call_end", of(callId))).isSuccess();
    bob.hear("call_end");
    awaitNothingUntold();
    assertThat(back(ann, "ann").heard()).isEmpty();
  }

  @Test
  void answerAndEndThatWereKeptAreHeardInOrder() {
    Phone ann = nodes.registered(0, "ann", "phone");
    Phone bob = nodes.registered(1, "bob", "phone");
    String callId = initiate(ann, "bob");
    bob.hear("incoming_call");
    nodes.drop(ann, "ann", "phone");
    assertAck(bob.ask("call_accept", of(callId))).isSuccess();
    assertAck(bob.ask("call_end", of(callId))).isSuccess();
    Phone next = nodes.registered(1, "ann", "phone");
    next.hear("call_end");
    assertThat(next.heard()).containsExactly("call_accept", "call_end");
  }

  private Call call(String callId) {
    return Objects.requireNonNull(Await.await(deadNode.load(callId)));
  }

  /** Sends what a node tells that had looked before it was overtaken. */
  private void tellTo(Session session, Untold step, CallNote.News news) {
    String frame = CallFrames.notice(news.call(), step.notices().getFirst().notice());
    EdgeEnvelope envelope =
        new EdgeEnvelope(
            "dead." + step.step(), 1, new EdgeMessage(session.socketId(), frame, news));
    assertThat(
            Await.await(
                    nodes
                        .vertx
                        .eventBus()
                        .<String>request(
                            BusAddresses.edge(session.edge()),
                            new EdgeBatch(List.of(envelope)),
                            new DeliveryOptions().setCodecName(EdgeBatchCodec.NAME)))
                .body())
        .isEqualTo(Receipt.write(List.of(Receipt.DELIVERED)));
  }

  @Test
  void answerIsNotHeardAfterTheEnd() {
    Phone ann = nodes.registered(0, "ann", "phone");
    Phone bob = nodes.registered(1, "bob", "phone");
    String callId = initiate(ann, "bob");
    bob.hear("incoming_call");
    Untold step = save(callId, new CallCommand.Accept("bob", "phone"));
    Call accepted = call(callId);
    assertAck(bob.ask("call_end", of(callId))).isSuccess();
    ann.hear("call_end");
    Session session = session("ann", "phone");
    tellTo(session, step, new CallNote.News(accepted, "phone", List.of(), step.step() + "/0"));
    keepFor(session, step);
    awaitNothingUntold();
    assertThat(back(ann, "ann").all("call_accept")).isEmpty();
    assertThat(ann.all("call_accept")).isEmpty();
  }

  /** The sender stood still for that long. */
  @Test
  void answerIsNotHeardLongAfterTheCallerHasLeft() {
    Phone ann = nodes.registered(0, "ann", "phone");
    Phone bob = nodes.registered(1, "bob", "phone");
    String callId = initiate(ann, "bob");
    bob.hear("incoming_call");
    long earlier = System.currentTimeMillis() - 20_000;
    Untold step = save(callId, new CallCommand.Accept("bob", "phone"), earlier);
    Call accepted = call(callId);
    assertAck(ann.ask("call_end", of(callId))).isSuccess();
    bob.hear("call_end");
    for (int i = 0; i < CallLink.HEARD_AT_MOST; i++) {
      String next = initiate(bob, "ann");
      ann.hear("incoming_call");
      assertAck(bob.ask("call_end", of(next))).isSuccess();
      ann.hear("call_end");
    }
    Session session = session("ann", "phone");
    tellTo(session, step, new CallNote.News(accepted, "phone", List.of(), step.step() + "/0"));
    initiate(bob, "ann");
    ann.hear("incoming_call");
    assertThat(ann.all("call_accept")).isEmpty();
  }

  @Test
  void nothingIsLeftOfStepsThatWereTold() {
    Phone ann = nodes.registered(0, "ann", "phone");
    Phone bob = nodes.registered(1, "bob", "phone");
    String callId = accepted(ann, bob, "bob");
    assertAck(bob.ask("call_end", of(callId))).isSuccess();
    ann.hear("call_end");
    awaitNothingUntold();
    for (Phone phone : new Phone[] {ann, bob}) {
      assertThat(phone.heard()).doesNotHaveDuplicates();
    }
  }
}
