package dev.switchboard.push.send;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes what is too large for a service small enough: first without the caller's avatar, then with
 * less of the caller's name, at last without the metadata. So a ring always fits.
 */
public final class Fit {
  /** The least that any service takes (an Android browser's): a smaller one is not too large. */
  private static final int ALWAYS_TAKEN = 2_744;

  private static final String AVATAR = "callerAvatar";
  private static final String METADATA = "metadata";
  private static final String NAME = "callerName";
  private static final String NAME_TOO = "caller_name";
  private static final List<Integer> NAME_LENGTHS = List.of(100, 30);
  private static final String CUT = "…";

  private Fit() {}

  /** The largest message of a content that fits; the smallest there is where none does. */
  static <M> M to(
      PushContent content, Function<PushContent, M> message, ToIntFunction<M> size, int most) {
    M whole = message.apply(content);
    if (size.applyAsInt(whole) <= most) {
      return whole;
    }
    return smaller(content)
        .map(message)
        .filter(less -> size.applyAsInt(less) <= most)
        .findFirst()
        .orElseGet(() -> message.apply(smallest(content)));
  }

  /**
   * Makes an attempt, and at once another with less if the service finds the first too large.
   *
   * @param <M> a message of the service
   * @param message the message of a content
   * @param size in the bytes that the service counts
   * @param most of them
   */
  public static <M> Future<Outcome> send(
      PushContent content,
      Function<PushContent, M> message,
      ToIntFunction<M> size,
      int most,
      Function<M, Future<Outcome>> attempt) {
    M first = to(content, message, size, most);
    return attempt
        .apply(first)
        .compose(
            outcome -> {
              if (outcome instanceof Outcome.Rejected refused && refused.tooLarge()) {
                M less = message.apply(smallest(content));
                int sent = size.applyAsInt(first);
                if (sent > ALWAYS_TAKEN && size.applyAsInt(less) < sent) {
                  return attempt.apply(less);
                }
              }
              return Future.succeededFuture(outcome);
            });
  }

  private static PushContent smallest(PushContent content) {
    return without(METADATA, withName(without(AVATAR, content), NAME_LENGTHS.getLast()));
  }

  private static Stream<PushContent> smaller(PushContent content) {
    PushContent plain = without(AVATAR, content);
    return Stream.concat(
        Stream.of(plain), NAME_LENGTHS.stream().map(length -> withName(plain, length)));
  }

  private static PushContent without(String field, PushContent content) {
    JsonObject data = content.data().copy();
    data.remove(field);
    return content.with(content.title(), content.body(), data);
  }

  private static PushContent withName(PushContent content, int codePoints) {
    if (!(content.data().getValue(NAME) instanceof String name)
        || name.codePointCount(0, name.length()) <= codePoints) {
      return content;
    }
    String cut = name.substring(0, name.offsetByCodePoints(0, codePoints - 1)) + CUT;
    JsonObject data = content.data().copy().put(NAME, cut);
    if (data.containsKey(NAME_TOO)) {
      data.put(NAME_TOO, cut);
    }
    return content.with(
        replace(content.title(), name, cut), replace(content.body(), name, cut), data);
  }

  private static @Nullable String replace(@Nullable String text, String name, String cut) {
    return text == null ? null : text.replace(name, cut);
  }
}
