package dev.switchboard.push.queue;

import dev.switchboard.push.devices.PushDevice;
import dev.switchboard.push.send.Outcome;
import dev.switchboard.push.send.Push;
import dev.switchboard.push.send.PushSender;
import java.time.Instant;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * What came of one device in a turn of a job.
 *
 * @param outcome null if no attempt was made
 * @param isWaiting true if it only had to wait for its turn too long
 * @param reason why no attempt was made; empty if one was
 * @param topic what shares its fate with it at the provider
 * @param at when it was begun
 * @param doneNanos when it was done, by {@link System#nanoTime}
 */
record Attempt(
    PushDevice device,
    @Nullable Outcome outcome,
    boolean isWaiting,
    String reason,
    String provider,
    String topic,
    Instant at,
    long doneNanos) {
  private static final int MOST_WORDS = 200;

  static Attempt dropped(PushDevice device, String reason) {
    return new Attempt(device, null, false, reason, "none", "", Instant.EPOCH, System.nanoTime());
  }

  static Attempt noTurn(PushDevice device, @Nullable String reason) {
    return new Attempt(
        device, null, true, String.valueOf(reason), "none", "", Instant.EPOCH, System.nanoTime());
  }

  static Attempt made(
      PushDevice device, Outcome outcome, PushSender sender, Push push, Instant at) {
    return new Attempt(
        device,
        outcome,
        false,
        "",
        sender.provider(),
        sender.topic(push, device),
        at,
        System.nanoTime());
  }

  /**
   * A failure in few words; messages of libraries may quote an address, so only their kind is kept.
   */
  static String words(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : null;
    String kind = (cause == null ? failure : cause).getClass().getSimpleName();
    return kind.isEmpty() ? "failure" : kind.substring(0, Math.min(MOST_WORDS, kind.length()));
  }
}
