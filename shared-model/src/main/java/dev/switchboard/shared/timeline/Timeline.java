package dev.switchboard.shared.timeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a call, the earliest first. Pure.
 *
 * @param callId the call's id, or that of a test
 */
public record Timeline(String callId, List<TimedStep> steps) {
  /**
   * Reads letters and texts in turn, as the list in Redis has them; what is of another version is
   * left out.
   */
  public static Timeline read(String callId, List<String> texts) {
    List<TimedStep> steps = new ArrayList<>();
    Map<String, String> written = new HashMap<>();
    Map<String, String> step = new HashMap<>();
    for (int i = 0; i + 1 < texts.size(); i += 2) {
      String letter = texts.get(i);
      if (letter.equals("s") || letter.equals("t")) {
        add(step, written, steps);
        step.clear();
      }
      (letter.equals("t") || letter.equals("n") ? written : step).put(letter, texts.get(i + 1));
    }
    add(step, written, steps);
    // What came in a batch happened before it was written.
    steps.sort(Comparator.comparingLong(TimedStep::at));
    return new Timeline(callId, withDevices(steps));
  }

  private static void add(
      Map<String, String> fields, Map<String, String> written, List<TimedStep> to) {
    Optional<StepName> name = Optional.ofNullable(fields.get("s")).flatMap(StepName::of);
    String age = fields.getOrDefault("a", "0");
    String at = written.getOrDefault("t", "0");
    if (name.isEmpty() || !isTime(age) || !isTime(at)) {
      return;
    }
    long ageMillis = Long.parseLong(age);
    Step step =
        new Step(
            name.get(),
            text(fields, "u"),
            text(fields, "d"),
            text(fields, "p"),
            text(fields, "i"),
            text(fields, "w"),
            text(fields, "k"),
            text(fields, "f"),
            text(fields, "c"),
            ageMillis);
    to.add(new TimedStep(Long.parseLong(at) - ageMillis, written.getOrDefault("n", ""), step));
  }

  private static boolean isTime(String text) {
    return text.matches("-?\\d{1,18}");
  }

  private static @Nullable String text(Map<String, String> fields, String letter) {
    String text = fields.get(letter);
    return text == null || text.isEmpty() ? null : text;
  }

  /** Who takes up a push again knows its token and not the device: an earlier step says which. */
  private static List<TimedStep> withDevices(List<TimedStep> steps) {
    Map<String, Step> devices = new HashMap<>();
    for (TimedStep timed : steps) {
      Step step = timed.step();
      if (step.token() != null && step.deviceId() != null) {
        devices.put(step.token(), step);
      }
    }
    return steps.stream()
        .map(
            timed -> {
              Step step = timed.step();
              Step known = step.token() == null ? null : devices.get(step.token());
              return known == null || step.deviceId() != null
                  ? timed
                  : new TimedStep(timed.at(), timed.node(), step.ofDeviceOf(known));
            })
        .toList();
  }

  /** Who calls; null if the beginning is missing. */
  public @Nullable String callerId() {
    return first().map(Step::userId).orElse(null);
  }

  /** Who is called; null if the beginning is missing. */
  public @Nullable String calleeId() {
    return first().map(Step::peer).orElse(null);
  }

  /** True for the caller and the callee. */
  public boolean isParty(String userId) {
    return userId.equals(callerId()) || userId.equals(calleeId());
  }

  private Optional<Step> first() {
    return steps.stream()
        .map(TimedStep::step)
        .filter(step -> step.name() == StepName.INITIATED)
        .findFirst();
  }
}
