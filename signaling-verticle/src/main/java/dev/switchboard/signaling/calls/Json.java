package dev.switchboard.signaling.calls;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

/** Writing small pieces of JSON where an object for them would be waste. */
final class Json {
  private Json() {}

  static String quote(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }
}
