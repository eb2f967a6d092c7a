package dev.switchboard.signaling.calls;

import dev.switchboard.shared.log.LogKeys;
import io.vertx.core.Future;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of steps whose node died before it could. One per edge, on its loop. */
final class UntoldNews {
  private static final Logger log = LoggerFactory.getLogger(UntoldNews.class);

  private final CallStore calls;
  private final CallNews news;
  private final UntoldSteps steps;
  private final InstantSource clock;
  private final Offers offers;

  /** Offers a call that has begun to its callee. */
  interface Offers {
    void offer(Call call, CallStore.Sessions sessions);
  }

  UntoldNews(
      CallStore calls, CallNews news, UntoldSteps steps, InstantSource clock, Offers offers) {
    this.calls = calls;
    this.news = news;
    this.steps = steps;
    this.clock = clock;
    this.offers = offers;
  }

  /** Claims what is due and tells of it; never fails. What fails comes up again. */
  Future<Void> tell() {
    return steps
        .claim(clock.millis())
        .onSuccess(due -> due.forEach(this::tell))
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  private void tell(String member) {
    Untold step = Untold.parse(member);
    (step == null ? Future.succeededFuture(true) : tell(step))
        .compose(told -> told ? steps.remove(member) : Future.succeededFuture())
        .onFailure(failure -> log.warn("an untold step comes up again", failure));
  }

  /** False if it stays untold for now. */
  private Future<Boolean> tell(Untold step) {
    return calls
        .look(step.callId())
        .map(present -> present == null || tell(step, present.call(), present.sessions()));
  }

  private boolean tell(Untold step, Call call, CallStore.Sessions sessions) {
    long now = clock.millis();
    if (step.isLeftToItsCaller(call, now)) {
      return false;
    }
    if (!step.isBeginning()) {
      news.send(call, step.step(), step.stillTrue(call), sessions);
    } else if (step.isToBeOffered(call, now)) {
      offers.offer(call, sessions);
    }
    log.atInfo().addKeyValue(LogKeys.CALL, call.callId()).log("told of a step in another's place");
    return true;
  }
}
