package dev.switchboard.deploy.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.push.JobField;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A script that adds a job to a stream names its fields as {@link JobField} does. */
class JobFieldsTest {
  private static final Pattern XADD = Pattern.compile("redis\\.p?call\\('XADD',");
  private static final Pattern LITERAL = Pattern.compile("'([^']*)'");

  /** Streams of something else. */
  private static final Set<String> NO_JOBS =
      Set.of("'calls:records'", "'push:registrations'", "'webhook:dead'");

  /** What every job has, besides its target. */
  private static final List<JobField> ALWAYS =
      List.of(JobField.ID, JobField.CAUSE, JobField.DATA, JobField.CREATED_AT, JobField.DEADLINE);

  private static final List<JobField> TARGETS =
      List.of(
          JobField.USER_ID, JobField.ROOM_ID, JobField.TARGETS, JobField.TOPIC, JobField.EVERYONE);

  /** The arguments behind {@code XADD}, up to the parenthesis that closes the call. */
  private static List<String> arguments(String script, int from) {
    List<String> arguments = new ArrayList<>();
    StringBuilder argument = new StringBuilder();
    int depth = 0;
    for (int i = from; depth >= 0; i++) {
      char c = script.charAt(i);
      depth += "({".indexOf(c) >= 0 ? 1 : ")}".indexOf(c) >= 0 ? -1 : 0;
      if (depth < 0 || (depth == 0 && c == ',')) {
        arguments.add(argument.toString().strip());
        argument.setLength(0);
      } else {
        argument.append(c);
      }
    }
    return arguments;
  }

  /** The fields that scripts name, by script; those that only pass a job on name none. */
  private static Map<String, List<String>> named() {
    Map<String, List<String>> named = new TreeMap<>();
    for (Path file : Sources.main(".lua")) {
      String script = Project.read(file);
      Matcher calls = XADD.matcher(script);
      while (calls.find()) {
        List<String> arguments = arguments(script, calls.end());
        if (!NO_JOBS.contains(arguments.getFirst())) {
          List<String> fields = arguments.subList(arguments.indexOf("'*'") + 1, arguments.size());
          named.put(file.getFileName() + ":" + calls.start(), fields);
        }
      }
    }
    return named;
  }

  @Test
  void scriptsThatAddJobsNameFieldsOfJobs() {
    Map<String, List<String>> named = named();
    assertThat(named.keySet().stream().map(name -> name.replaceAll("\\.lua.*", "")))
        .contains("call_prelude", "presence_settle", "push_queue", "push_settle");
    named.forEach(
        (script, arguments) -> {
          if (arguments.size() == 1) {
            assertThat(arguments.getFirst()).as(script).startsWith("unpack(");
          } else {
            assertThat(arguments.size() % 2).as(script).isZero();
            assertThat(fields(script, arguments)).as(script).containsAll(ALWAYS);
            assertThat(fields(script, arguments)).as(script).containsAnyElementsOf(TARGETS);
          }
        });
    assertThat(named.values()).anySatisfy(arguments -> assertThat(arguments).hasSizeGreaterThan(1));
  }

  private static Set<JobField> fields(String script, List<String> arguments) {
    List<JobField> fields = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i += 2) {
      Matcher name = LITERAL.matcher(arguments.get(i));
      assertThat(name.matches()).as(arguments.get(i) + " in " + script).isTrue();
      fields.add(
          JobField.of(name.group(1))
              .orElseThrow(() -> new AssertionError(name.group(1) + " in " + script)));
    }
    return fields.stream().collect(Collectors.toSet());
  }
}
