package dev.switchboard.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every place that says which version this is says the same. */
class VersionTest {
  private static final String VERSION = ManagementRoutes.VERSION;

  @Test
  void isAnswered() {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(out, true));
      Main.main(new String[] {"--version"});
    } finally {
      System.setOut(before);
    }
    assertThat(out.toString()).isEqualTo("Switchboard " + VERSION + System.lineSeparator());
  }

  /** Each match of the pattern has the version as its group. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          pom.xml                                                    | (?m)^  <version>(.+)</version>
          deploy/pom.xml                                             | (?m)^    <version>([0-9.]+)</version>
          clients/js/package.json                                    | (?m)^  "version": "(.+)"
          shared-model/src/main/resources/api/openapi.yaml           | (?m)^  version: (\\S+)
          shared-model/src/main/resources/api/asyncapi.yaml          | (?m)^  version: (\\S+)
          deploy/Dockerfile                                          | deploy-([0-9.]+)[.]jar
          deploy/image/train                                         | deploy-([0-9.]+)[.]jar
          deploy/systemd/switchboard.service                         | deploy-([0-9.]+)[.]jar
          deploy/compose.yaml                                        | image: switchboard\\S*:(\\S+)
          deploy/helm/switchboard/Chart.yaml                         | (?m)^[a-zA-Z]+: ([0-9.]+)$
          deploy/kubernetes/base/kustomization.yaml                  | newTag: (\\S+)
          deploy/kubernetes/overlays/production/kustomization.yaml   | newTag: (\\S+)
          """)
  void isTheSameEverywhere(String file, Pattern pattern) throws IOException {
    assertThat(
            pattern
                .matcher(Files.readString(Path.of("..").resolve(file)))
                .results()
                .map(match -> match.group(1)))
        .isNotEmpty()
        .containsOnly(VERSION);
  }

  @Test
  void changelogBeginsWithIt() throws IOException {
    assertThat(Files.readAllLines(Path.of("..", "CHANGELOG.md")).stream())
        .filteredOn(line -> line.startsWith("## "))
        .first()
        .asString()
        .startsWith("## " + VERSION + " ");
  }
}
