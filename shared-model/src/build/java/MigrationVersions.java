import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/** Part of the build: writes the version and Flyway's checksum of each migration of a folder. */
final class MigrationVersions {
  private static final Pattern NAME = Pattern.compile("V([0-9.]+)__.*\\.sql");

  private MigrationVersions() {}

  public static void main(String[] paths) throws IOException {
    List<String> versions = new ArrayList<>();
    try (var files = Files.newDirectoryStream(Path.of(paths[0]), "V*.sql")) {
      for (Path file : files) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (!name.matches()) {
          throw new IOException(file + " is not named as a migration");
        }
        versions.add(name.group(1) + " " + checksum(file));
      }
    }
    Path to = Path.of(paths[1]);
    Files.createDirectories(to.getParent());
    Files.write(to, versions);
  }

  /** Of the lines, whatever ends them. */
  private static int checksum(Path file) throws IOException {
    CRC32 sum = new CRC32();
    for (String line : Files.readAllLines(file)) {
      sum.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return (int) sum.getValue();
  }
}
