package dev.switchboard.deploy.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The instructions of a Dockerfile, in their order, continued lines joined. */
record Dockerfile(List<Instruction> instructions) {
  private static final Pattern INSTRUCTION = Pattern.compile("^([A-Z]+) (.*)$");

  /**
   * One of them.
   *
   * @param kind {@code RUN}, {@code COPY} and so on
   */
  record Instruction(String kind, String text) {}

  /** Reads one, by its path from the top of the repository. */
  static Dockerfile read(String file) {
    String text =
        Project.read(Project.ROOT.resolve(file))
            .replaceAll("(?m)^#.*$", "")
            .replaceAll("\\\\\\R\\s*", " ");
    return new Dockerfile(
        text.lines().filter(line -> !line.isBlank()).map(Dockerfile::instruction).toList());
  }

  private static Instruction instruction(String line) {
    Matcher matcher = INSTRUCTION.matcher(line);
    assertThat(matcher.matches()).as(line).isTrue();
    return new Instruction(matcher.group(1), matcher.group(2));
  }

  /** What the last instruction of a kind says. */
  String last(String kind) {
    return all(kind).getLast();
  }

  /** What the instructions of a kind say. */
  List<String> all(String kind) {
    return instructions.stream()
        .filter(each -> each.kind.equals(kind))
        .map(Instruction::text)
        .toList();
  }
}
