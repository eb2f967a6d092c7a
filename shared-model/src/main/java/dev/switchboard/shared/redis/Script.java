package dev.switchboard.shared.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A Lua script: one file on the class path whose header names its KEYS, ARGV and answer. */
public record Script(String name, String source, String sha1) {
  /** Loads {@code lua/<name>.lua} from beside a class; throws if there is none. */
  public static Script load(Class<?> owner, String name) {
    try (InputStream in = owner.getResourceAsStream("/lua/" + name + ".lua")) {
      if (in == null) {
        throw new IllegalArgumentException("no /lua/" + name + ".lua on the class path");
      }
      byte[] source = in.readAllBytes();
      byte[] digest = MessageDigest.getInstance("SHA-1").digest(source);
      String sha1 = HexFormat.of().formatHex(digest);
      return new Script(name, new String(source, StandardCharsets.UTF_8), sha1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
