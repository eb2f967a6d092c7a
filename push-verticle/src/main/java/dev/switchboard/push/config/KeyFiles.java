package dev.switchboard.push.config;

import dev.switchboard.shared.config.BadSettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files with a provider's key. */
public final class KeyFiles {
  private static final Logger log = LoggerFactory.getLogger(KeyFiles.class);

  private KeyFiles() {}

  /**
   * The path of a key file that can be read. One that others may read too is named in a warning.
   *
   * @param strict refuses it instead
   * @throws BadSettingException if it can't be used
   */
  public static Path check(String setting, String text, boolean strict) {
    Path file = Path.of(text);
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new BadSettingException(setting, "'" + text + "' can't be read");
    }
    if (isOpenToOthers(file)) {
      if (strict) {
        throw new BadSettingException(
            setting, "'" + text + "' may be read by others: chmod 600 (PUSH_STRICT is on)");
      }
      log.warn("{}: '{}' may be read by others; chmod 600", setting, text);
    }
    return file;
  }

  private static boolean isOpenToOthers(Path file) {
    try {
      return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
