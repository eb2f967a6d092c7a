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
  /** One entry of the stream: its id, and its fields as they came, names and texts in turn. */
  public record Entry(String id, List<String> fields) {}

  /** Reads entries in the order of the stream; what is of another version is left out. */
  public static Timeline read(String callId, List<Entry> entries) {
    List<TimedStep> steps = new ArrayList<>();
    entries.forEach(entry -> read(entry, steps));
    // What came in a batch happened before it was written.
    steps.sort(Comparator.comparingLong(TimedStep::at));
    return new Timeline(callId, withDevices(steps));
  }

  private static void read(Entry entry, List<TimedStep> to) {
    long written = Long.parseLong(entry.id().substring(0, entry.id().indexOf('-')));
    String node = "";
    Map<String, String> step = new HashMap<>();
    for (int i = 0; i + 1 < entry.fields().size(); i += 2) {
      String letter = entry.fields().get(i);
      String text = entry.fields().get(i + 1);
      if (letter.equals("n")) {
        node = text;
        continue;
      }
      if (letter.equals("s")) {
        add(step, written, node, to);
        step.clear();
      }
      step.put(letter, text);
    }
    add(step, written, node, to);
  }

  private static void add(
      Map<String, String> fields, long written, String node, List<TimedStep> to) {
    Optional<StepName> name = Optional.ofNullable(fields.get("s")).flatMap(StepName::of);
    if (name.isEmpty()) {
      return;
    }
    String ago = fields.get("a");
    long age = ago == null ? 0 : Long.parseLong(ago);
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
            age);
    to.add(new TimedStep(written - age, node, step));
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
