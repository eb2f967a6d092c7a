package dev.switchboard.deploy.manifests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The sources of every module, as the guides name them. */
final class Sources {
  private static final Pattern NAME = Pattern.compile("`([A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*)`");
  private static final Pattern MEMBER =
      Pattern.compile("`([A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*)\\.([a-z]\\w*)(?:\\(\\))?`");

  private Sources() {}

  /** What the modules are made of, by how the names of files end. */
  static List<Path> main(String ending) {
    return under("src/main", ending);
  }

  /** What is below a folder of every module, by how the names of files end. */
  static List<Path> under(String folder, String ending) {
    try (Stream<Path> modules = Files.list(Project.ROOT)) {
      return modules
          .map(module -> module.resolve(folder))
          .filter(Files::isDirectory)
          .flatMap(Sources::walk)
          .filter(file -> file.toString().endsWith(ending))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Path> walk(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The classes that a guide names in code style. */
  static List<String> namedIn(String guide) {
    return Stream.concat(matches(NAME, guide), matches(MEMBER, guide)).distinct().sorted().toList();
  }

  private static Stream<String> matches(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(match -> match.group(1));
  }

  /** The members that a guide names as {@code Class.member}. */
  static List<Member> membersNamedIn(String guide) {
    return MEMBER
        .matcher(guide)
        .results()
        .map(match -> new Member(match.group(1), match.group(2)))
        .distinct()
        .toList();
  }

  /** A member of a class, by the simple name of that. */
  record Member(String type, String name) {}

  /** The simple name of the class that a file is named after. */
  static String type(Path file) {
    return file.getFileName().toString().replaceAll("\\.java$", "");
  }
}
