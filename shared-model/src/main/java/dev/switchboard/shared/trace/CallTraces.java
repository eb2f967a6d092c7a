package dev.switchboard.shared.trace;

import io.vertx.core.Future;
import java.util.function.Supplier;

/**
 * Records what is done for a call, and how long it takes. All spans of a call are in one trace,
 * whose id is made from the call's: so nothing has to travel between the nodes that take part. Used
 * from any thread; never fails, and never holds anything up.
 */
public interface CallTraces {
  /** Records nothing. */
  CallTraces OFF =
      new CallTraces() {
        @Override
        public <T> Future<T> span(String callId, String name, Supplier<Future<T>> work) {
          return work.get();
        }

        @Override
        public void over(OverCall call) {}
      };

  /**
   * Does work for a call and records it: when it begins, ends and with what failure.
   *
   * @param name one of few, such as {@code push apns}
   */
  <T> Future<T> span(String callId, String name, Supplier<Future<T>> work);

  /** Records the call itself, under which its other spans are; once it is over. */
  void over(OverCall call);

  /**
   * A call from its beginning to its end.
   *
   * @param createdAt milliseconds since the epoch
   * @param endedAt milliseconds since the epoch
   * @param state how it ended: ended, rejected, missed, …
   */
  record OverCall(String callId, String callType, long createdAt, long endedAt, String state) {}
}
