package dev.switchboard.signaling.socketio;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Passes over JSON text once, to the letter (RFC 8259), and notes where parts of it stand. Builds
 * nothing, so that what is only relayed costs no more. Nesting is limited to {@link
 * JsonText#MOST_LEVELS}.
 */
final class JsonScanner {
  private final String text;
  private int at;
  private boolean tooDeep;

  private JsonScanner(String text, int offset) {
    this.text = text;
    this.at = offset;
  }

  /** Where the items of an array stand, as places in the whole text. */
  static final class Places {
    private final int[] bounds;
    private final int @Nullable [] members;
    private final boolean tooDeep;

    Places(int[] bounds, int @Nullable [] members, boolean tooDeep) {
      this.bounds = bounds;
      this.members = members;
      this.tooDeep = tooDeep;
    }

    /** Of each item its beginning and its end. */
    int[] bounds() {
      return bounds;
    }

    /**
     * Of each member of the second item the beginning of its name, and beginning and end of its
     * value; null if that is no object. In an event it is the first argument.
     */
    int @Nullable [] members() {
      return members;
    }

    /** True if nesting was too deep behind the first item, which is the only one noted then. */
    boolean areTooDeep() {
      return tooDeep;
    }
  }

  /** A list of places. */
  private static final class Noted {
    private int[] places = new int[12];
    private int size;

    void add(int place) {
      if (size == places.length) {
        places = Arrays.copyOf(places, 2 * size);
      }
      places[size++] = place;
    }

    int[] all() {
      return Arrays.copyOf(places, size);
    }
  }

  /** Checks that a text from {@code offset} on is one JSON array; null if it is not. */
  static @Nullable Places array(String text, int offset) {
    JsonScanner json = new JsonScanner(text, offset);
    Noted bounds = new Noted();
    Noted members = new Noted();
    json.blanks();
    if (!json.take('[')) {
      return null;
    }
    boolean object = false;
    json.blanks();
    if (!json.take(']')) {
      int items = 0;
      do {
        json.blanks();
        bounds.add(json.at);
        boolean noted = items++ == 1 && json.peek() == '{';
        if (noted
            ? !json.object(JsonText.MOST_LEVELS - 2, members)
            : !json.value(JsonText.MOST_LEVELS - 1)) {
          boolean first = bounds.size == 1;
          return json.tooDeep && !first
              ? new Places(Arrays.copyOf(bounds.places, 2), null, true)
              : null;
        }
        object |= noted;
        bounds.add(json.at);
        json.blanks();
      } while (json.take(','));
      if (!json.take(']')) {
        return null;
      }
    }
    json.blanks();
    return json.at == text.length()
        ? new Places(bounds.all(), object ? members.all() : null, false)
        : null;
  }

  /** -1 at the end. */
  private int peek() {
    return at < text.length() ? text.charAt(at) : -1;
  }

  private boolean take(char wanted) {
    boolean there = peek() == wanted;
    if (there) {
      at++;
    }
    return there;
  }

  private void blanks() {
    while (true) {
      switch (peek()) {
        case ' ', '\t', '\r', '\n' -> at++;
        default -> {
          return;
        }
      }
    }
  }

  /** False if no value begins here; {@code levels} of nesting it may have. */
  private boolean value(int levels) {
    return switch (peek()) {
      case '"' -> string();
      case '{' -> !isTooDeep(levels) && object(levels - 1, null);
      case '[' -> !isTooDeep(levels) && items(levels - 1);
      case 't' -> word("true");
      case 'f' -> word("false");
      case 'n' -> word("null");
      default -> number();
    };
  }

  private boolean isTooDeep(int levels) {
    tooDeep |= levels == 0;
    return tooDeep;
  }

  private boolean word(String word) {
    boolean there = text.startsWith(word, at);
    at += word.length();
    return there;
  }

  private boolean items(int levels) {
    at++;
    blanks();
    if (take(']')) {
      return true;
    }
    do {
      blanks();
      if (!value(levels)) {
        return false;
      }
      blanks();
    } while (take(','));
    return take(']');
  }

  private boolean object(int levels, @Nullable Noted members) {
    at++;
    blanks();
    if (take('}')) {
      return true;
    }
    do {
      blanks();
      int name = at;
      if (!string()) {
        return false;
      }
      blanks();
      if (!take(':')) {
        return false;
      }
      blanks();
      int from = at;
      if (!value(levels)) {
        return false;
      }
      if (members != null) {
        members.add(name);
        members.add(from);
        members.add(at);
      }
      blanks();
    } while (take(','));
    return take('}');
  }

  private boolean string() {
    if (!take('"')) {
      return false;
    }
    int end = at;
    while (end < text.length()) {
      char c = text.charAt(end);
      if (c == '"') {
        at = end + 1;
        return true;
      }
      if (c < ' ') {
        return false;
      }
      end += c == '\\' ? escape(end) : 1;
    }
    return false;
  }

  /** How long an escape is; longer than the text if it is none. */
  private int escape(int from) {
    int none = text.length();
    if (from + 1 >= text.length()) {
      return none;
    }
    char kind = text.charAt(from + 1);
    if (kind != 'u') {
      return "\"\\/bfnrt".indexOf(kind) < 0 ? none : 2;
    }
    for (int i = from + 2; i < from + 6; i++) {
      if (i >= text.length() || !isHex(text.charAt(i))) {
        return none;
      }
    }
    return 6;
  }

  private static boolean isHex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }

  private boolean number() {
    take('-');
    if (!take('0') && !digits()) {
      return false;
    }
    if (take('.') && !digits()) {
      return false;
    }
    if (take('e') || take('E')) {
      if (!take('+')) {
        take('-');
      }
      return digits();
    }
    return true;
  }

  private boolean digits() {
    int first = at;
    while (peek() >= '0' && peek() <= '9') {
      at++;
    }
    return at > first;
  }
}
