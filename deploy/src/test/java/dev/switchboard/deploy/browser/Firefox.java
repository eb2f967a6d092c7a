package dev.switchboard.deploy.browser;

import dev.switchboard.shared.testing.TemporaryFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Debian's Firefox with a fake camera, at one page. */
final class Firefox implements AutoCloseable {
  private static final long ENDS_WITHIN_SECONDS = 20;

  private static final List<String> PREFERENCES =
      List.of(
          "\"media.navigator.streams.fake\", true",
          "\"media.navigator.permission.disabled\", true",
          "\"media.autoplay.default\", 0",
          "\"media.peerconnection.ice.loopback\", true",
          "\"media.peerconnection.ice.obfuscate_host_addresses\", false",
          "\"browser.shell.checkDefaultBrowser\", false",
          "\"datareporting.policy.dataSubmissionEnabled\", false",
          "\"app.normandy.enabled\", false");

  private final Path profile;
  private final Process process;

  Firefox(String address) {
    profile = TemporaryFolder.create("switchboard-firefox-");
    try {
      Files.write(
          profile.resolve("user.js"),
          PREFERENCES.stream().map(one -> "user_pref(" + one + ");").toList());
      process =
          new ProcessBuilder(
                  "firefox-esr",
                  "--headless",
                  "--no-remote",
                  "--profile",
                  profile.toString(),
                  address)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException("firefox-esr can't be started", e);
    }
  }

  /** Its tabs are processes of their own, which write into the profile until they end. */
  @Override
  public void close() {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(one -> one.onExit().orTimeout(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS).join());
    TemporaryFolder.delete(profile);
  }
}
