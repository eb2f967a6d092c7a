package dev.switchboard.signaling.timeline;

import dev.switchboard.shared.timeline.Step;
import dev.switchboard.shared.timeline.StepName;
import dev.switchboard.shared.timeline.TimedStep;
import dev.switchboard.shared.timeline.Timeline;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Why devices of the callee did not ring: one sentence for each, and one where no device was rung
 * at all. Times are hours, minutes and seconds in UTC. Pure.
 */
public final class Verdicts {
  private Verdicts() {}

  /** None if every device rang, as far as is known. */
  public static List<String> of(Timeline timeline) {
    String callee = timeline.calleeId();
    if (callee == null) {
      return List.of();
    }
    Map<String, DeviceStory> devices = new LinkedHashMap<>();
    TimedStep refused = null;
    TimedStep silenced = null;
    boolean answered = false;
    boolean live = true;
    for (TimedStep timed : timeline.steps()) {
      Step step = timed.step();
      switch (step.name()) {
        case REFUSED -> {
          refused = timed;
          live = false;
        }
        case SILENCED -> silenced = timed;
        case ACCEPTED, REJECTED -> answered = true;
        case CANCELLED, TIMED_OUT, ENDED -> live = false;
        default -> {}
      }
      boolean own = callee.equals(step.userId()) && step.name() != StepName.REFUSED;
      if (own && step.deviceId() != null) {
        devices.computeIfAbsent(step.deviceId(), DeviceStory::new).add(timed);
      }
    }
    List<String> sentences = new ArrayList<>();
    boolean over = !live && !answered;
    for (DeviceStory device : devices.values()) {
      String why = device.whySilent(over);
      if (why != null) {
        sentences.add(device.name(callee, devices.values()) + ": " + why);
      }
    }
    if (refused != null && sentences.isEmpty()) {
      sentences.add(refusal(timeline, callee, refused));
    }
    if (silenced != null && !answered) {
      sentences.add(silence(timeline, callee, silenced));
    }
    return List.copyOf(sentences);
  }

  private static String silence(Timeline timeline, String callee, TimedStep silenced) {
    String why =
        "blocked".equals(silenced.step().why())
            ? " had blocked " + timeline.callerId()
            : " was not to be disturbed";
    return callee + why + " at " + DeviceStory.time(silenced.at()) + ": no device was rung";
  }

  private static String refusal(Timeline timeline, String callee, TimedStep refused) {
    String at = DeviceStory.time(refused.at());
    return switch (String.valueOf(refused.step().why())) {
      case "busy" -> callee + " was in another call at " + at + ": no device was rung";
      case "limited" ->
          timeline.callerId()
              + " had called too often at "
              + at
              + ": no device of "
              + callee
              + " was rung";
      case "unreachable" ->
          callee
              + " had no device at "
              + at
              + ": no socket was registered and no push token was kept";
      case "no_token" ->
          refused.step().deviceId() == null
              ? callee + " has no push token"
              : "the device " + refused.step().deviceId() + " of " + callee + " has no push token";
      default -> callee + " was not rung at " + at + ": " + refused.step().why();
    };
  }
}
