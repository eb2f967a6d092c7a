package dev.switchboard.shared.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A Lua script: one file on the class path whose header names its KEYS, ARGV and answer. */
public record Script(String name, String source, String sha1) {
  private static final Map<String, Prelude> PRELUDES = new ConcurrentHashMap<>();

  /**
   * Loads {@code /lua/<name>.lua} from the class path of a class, behind what it uses of its
   * preludes; one may use those before it. Throws {@link IllegalArgumentException} if there is
   * none.
   */
  public static Script load(Class<?> owner, String name, String... preludes) {
    String text = read(owner, name);
    for (String prelude : List.of(preludes).reversed()) {
      text = prelude(owner, prelude).usedBy(text) + text;
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
      return new Script(name, text, HexFormat.of().formatHex(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static Prelude prelude(Class<?> owner, String name) {
    return PRELUDES.computeIfAbsent(name, it -> Prelude.parse(read(owner, it)));
  }

  private static String read(Class<?> owner, String name) {
    try (InputStream in = owner.getResourceAsStream("/lua/" + name + ".lua")) {
      if (in == null) {
        throw new IllegalArgumentException("no /lua/" + name + ".lua on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
