package dev.switchboard.shared.testing.fuzz;

import dev.switchboard.shared.json.JsonLevels;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * JSON to the letter (RFC 8259), written to be obvious and not fast: what the readers of the
 * program are compared with. Finds out whether a text is one value, of no more levels than a
 * client's may have, and where the values of its outermost level stand.
 */
public final class StrictJson {

  /**
   * A value of the outermost level.
   *
   * @param name its member's name as it stands in the text, with quotes; empty in an array
   */
  public record Part(String name, int from, int to) {}

  private static final class NotJson extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotJson() {
      super(null, null, false, false);
    }
  }

  private final String text;
  private final List<Part> parts = new ArrayList<>();
  private int at;

  private StrictJson(String text) {
    this.text = text;
  }

  /** The parts of an array or object, none of any other value; null if it is no JSON. */
  public static @Nullable List<Part> parts(String text) {
    StrictJson json = new StrictJson(text);
    try {
      json.blanks();
      json.value(0);
      json.blanks();
    } catch (NotJson e) {
      return null;
    }
    return json.at == text.length() ? json.parts : null;
  }

  private char peek() {
    if (at == text.length()) {
      throw new NotJson();
    }
    return text.charAt(at);
  }

  private void take(String word) {
    if (!text.startsWith(word, at)) {
      throw new NotJson();
    }
    at += word.length();
  }

  private void blanks() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private void value(int depth) {
    switch (peek()) {
      case '{' -> items(depth + 1, '}');
      case '[' -> items(depth + 1, ']');
      case '"' -> string();
      case 't' -> take("true");
      case 'f' -> take("false");
      case 'n' -> take("null");
      default -> number();
    }
  }

  private void items(int depth, char end) {
    if (depth > JsonLevels.OF_CLIENTS) {
      throw new NotJson();
    }
    at++;
    blanks();
    if (peek() == end) {
      at++;
      return;
    }
    while (true) {
      String name = end == '}' ? name() : "";
      int from = at;
      value(depth);
      if (depth == 1) {
        parts.add(new Part(name, from, at));
      }
      blanks();
      if (peek() == end) {
        at++;
        return;
      }
      take(",");
      blanks();
    }
  }

  private String name() {
    int from = at;
    string();
    String name = text.substring(from, at);
    blanks();
    take(":");
    blanks();
    return name;
  }

  private void string() {
    take("\"");
    while (peek() != '"') {
      if (peek() < ' ') {
        throw new NotJson();
      }
      if (peek() == '\\') {
        at++;
        if (peek() == 'u') {
          for (int i = 0; i < 4; i++) {
            at++;
            if ("0123456789abcdefABCDEF".indexOf(peek()) < 0) {
              throw new NotJson();
            }
          }
        } else if ("\"\\/bfnrt".indexOf(peek()) < 0) {
          throw new NotJson();
        }
      }
      at++;
    }
    at++;
  }

  private void number() {
    if (peek() == '-') {
      at++;
    }
    if (peek() == '0') {
      at++;
    } else {
      digits();
    }
    if (at < text.length() && text.charAt(at) == '.') {
      at++;
      digits();
    }
    if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      at++;
      if (peek() == '+' || peek() == '-') {
        at++;
      }
      digits();
    }
  }

  private void digits() {
    int from = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    if (at == from) {
      throw new NotJson();
    }
  }
}
