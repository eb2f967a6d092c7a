package dev.switchboard.push;

import dev.switchboard.push.testing.ApnsPeer;
import dev.switchboard.push.testing.FcmPeer;
import dev.switchboard.push.webpush.FakePushService;
import dev.switchboard.push.webpush.TestCertificate;
import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.shared.testing.TemporaryFolder;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * A provider in a process of its own, so that the processor time of the one that sends is its own:
 * it prints the settings that lead to it on a line, and ends with its standard input.
 */
final class PushBenchmarkPeer {
  /** Where a Web Push service stands, among the settings. */
  static final String ORIGIN = "origin";

  private PushBenchmarkPeer() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = TemporaryFolder.create("push-benchmark-");
    try {
      System.out.println(new JsonObject(Map.copyOf(settings(arguments[0], folder))).encode());
      while (System.in.read() >= 0) {
        // only its end says something
      }
    } finally {
      TemporaryFolder.delete(folder);
    }
    System.exit(0);
  }

  private static Map<String, String> settings(String provider, Path folder) {
    return switch (provider) {
      case "apns" -> new ApnsPeer(RealRedis.freePort()).settings();
      case "fcm" -> new FcmPeer().settings();
      case "webpush" -> {
        TestCertificate certificate = TestCertificate.make(folder, "ip:127.0.0.1");
        yield Map.of(
            "PUSH_PROVIDERS",
            "webpush",
            "WEBPUSH_ALLOW_PRIVATE",
            "on",
            "PUSH_TRUSTED_CA_PATH",
            certificate.certificate().toString(),
            ORIGIN,
            FakePushService.start(certificate).origin());
      }
      default -> throw new IllegalArgumentException(provider + " is not apns, fcm or webpush");
    };
  }

  /** A process with one. */
  record Running(Process process, Map<String, String> settings) implements AutoCloseable {
    static Running start(String provider) throws IOException {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  PushBenchmarkPeer.class.getName(),
                  provider)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      String line = lines.readLine();
      while (line != null && !line.startsWith("{")) {
        line = lines.readLine();
      }
      if (line == null) {
        throw new IOException("the peer has not started");
      }
      java.util.Map<String, String> settings = new java.util.HashMap<>();
      new JsonObject(line)
          .forEach(entry -> settings.put(entry.getKey(), (String) entry.getValue()));
      return new Running(process, settings);
    }

    @Override
    public void close() throws IOException {
      process.getOutputStream().close();
    }
  }
}
