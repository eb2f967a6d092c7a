package dev.switchboard.deploy;

import dev.switchboard.shared.config.BadSettingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The folder of one development process: its databases and secrets. Locked while in use. */
final class DataFolder implements AutoCloseable {
  private static final int SECRET_BYTES = 32;

  private final Path path;
  private final FileChannel lockFile;

  private DataFolder(Path path, FileChannel lockFile) {
    this.path = path;
    this.lockFile = lockFile;
  }

  /** Takes the folder for this process; makes it where there is none. */
  static DataFolder open(Path path) {
    try {
      Path folder = path.toAbsolutePath().normalize();
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
      }
      FileChannel channel =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (tryLock(channel) == null) {
        channel.close();
        throw new BadSettingException(
            "DATA_DIR", "'" + folder + "' is in use by another process: give this one its own");
      }
      return new DataFolder(folder, channel);
    } catch (IOException e) {
      throw new BadSettingException("DATA_DIR", "'" + path + "' can't be used: " + e.getMessage());
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  Path path() {
    return path;
  }

  /** A secret made at the first start and kept: base64 of 32 random bytes, readable by us alone. */
  String secret(String name) {
    Path file = path.resolve(name);
    try {
      if (!Files.exists(file) || Files.size(file) == 0) {
        byte[] random = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(random);
        create(file, Base64.getEncoder().encodeToString(random));
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All of it or nothing: the disk may be full, or the process end. */
  private static void create(Path file, String text) throws IOException {
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    Path begun = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(begun);
    Files.createFile(begun, ownerOnly);
    Files.writeString(begun, text);
    Files.move(begun, file, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
