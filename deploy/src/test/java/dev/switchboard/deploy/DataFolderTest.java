package dev.switchboard.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataFolderTest {
  @TempDir private Path folder;

  private String secret() {
    try (DataFolder opened = DataFolder.open(folder)) {
      return opened.secret("jwt-secret");
    }
  }

  @Test
  void secretIsMadeOnceAndIsForItsOwnerAlone() throws IOException {
    String made = secret();
    assertThat(made).hasSize(44);
    assertThat(secret()).isEqualTo(made);
    assertThat(Files.getPosixFilePermissions(folder.resolve("jwt-secret")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  /** As a first start leaves it that found the disk full, or was killed. */
  @Test
  void secretThatWasBegunIsMadeAnew() throws IOException {
    Files.createFile(folder.resolve("jwt-secret"));
    Files.writeString(folder.resolve("jwt-secret.new"), "half");
    assertThat(secret()).hasSize(44);
  }
}
