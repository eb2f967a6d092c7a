package dev.switchboard.push.webpush;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A certificate that signs itself, made by the JDK's keytool.
 *
 * @param store a PKCS 12 file with certificate and key
 * @param certificate the certificate in PEM form
 */
public record TestCertificate(Path store, Path certificate) {
  public static final String PASSWORD = "changeit";

  /**
   * Makes one.
   *
   * @param folder where its files go
   * @param names as subject alternative names: {@code dns:…,ip:…}
   */
  public static TestCertificate make(Path folder, String names) {
    try {
      Path store = folder.resolve("store.p12");
      Path certificate = folder.resolve("certificate.pem");
      keytool(
          "-genkeypair",
          "-keyalg",
          "EC",
          "-groupname",
          "secp256r1",
          "-dname",
          "CN=test",
          "-ext",
          "san=" + names,
          "-validity",
          "2",
          "-storetype",
          "PKCS12",
          "-alias",
          "it",
          "-keystore",
          store.toString(),
          "-storepass",
          PASSWORD);
      keytool(
          "-exportcert",
          "-rfc",
          "-alias",
          "it",
          "-keystore",
          store.toString(),
          "-storepass",
          PASSWORD,
          "-file",
          certificate.toString());
      return new TestCertificate(store, certificate);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void keytool(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IOException(
            "keytool failed: " + new String(process.getInputStream().readAllBytes(), UTF_8));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
