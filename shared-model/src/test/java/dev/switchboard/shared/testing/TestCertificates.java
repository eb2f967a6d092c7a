package dev.switchboard.shared.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** A certificate authority of its own, and certificates that it signs, as PEM files in a folder. */
public final class TestCertificates {
  private final Path folder;

  /** Makes the authority in a folder. */
  public TestCertificates(Path folder) {
    this.folder = folder;
    openssl(
        "req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=test-ca -keyout ca.key -out ca.pem");
  }

  /** The authority's certificate. */
  public Path authority() {
    return folder.resolve("ca.pem");
  }

  /** Signs one for names such as {@code DNS:localhost,IP:127.0.0.1}; its file. */
  public Path certificate(String name, String alternatives) {
    try {
      Files.writeString(folder.resolve(name + ".ext"), "subjectAltName=" + alternatives + "\n");
      openssl(
          "req -newkey rsa:2048 -nodes -subj /CN=%s -keyout %s.key -out %s.csr"
              .formatted(name, name, name));
      openssl(
          "x509 -req -in %s.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile %s.ext -out %s.pem"
              .formatted(name, name, name));
      Files.setPosixFilePermissions(key(name), PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return folder.resolve(name + ".pem");
  }

  /** The key of a certificate, which its owner alone can read. */
  public Path key(String name) {
    return folder.resolve(name + ".key");
  }

  private void openssl(String words) {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(words.split(" ")));
    try {
      Process process =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes());
      if (process.waitFor() != 0) {
        throw new IllegalStateException(output);
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
