package dev.switchboard.deploy.chaos;

import dev.switchboard.deploy.chaos.Event.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What members of chats are promised. Messages are named {@code author.number}, and each author
 * sends one after another: the next when the one before was acknowledged.
 */
final class ChatPromises {
  static final String KEPT = "an acknowledged message is in the history, once";
  static final String IN_ORDER = "messages of one author stay in order";
  static final String DELIVERED = "an acknowledged message reaches each member, once";

  private ChatPromises() {}

  /** All of them. */
  static List<Promise> all() {
    return List.of(ChatPromises::kept, ChatPromises::inOrder, ChatPromises::delivered);
  }

  private static List<String> messages(Event history) {
    return history.detail().isEmpty() ? List.of() : List.of(history.detail().split(","));
  }

  private static String author(String message) {
    return message.substring(0, message.lastIndexOf('.'));
  }

  private static int number(String message) {
    return Integer.parseInt(message.substring(message.lastIndexOf('.') + 1));
  }

  private static Violation broken(String promise, String message, String user, String found) {
    return new Violation(promise, message, Set.of(author(message), user), found);
  }

  /** Acknowledged messages of each session that can't be gone. */
  private static Map<String, Set<String>> written(History history) {
    Map<String, Set<String>> written = new LinkedHashMap<>();
    Losses losses = new Losses(history);
    history
        .of(Kind.WROTE)
        .filter(event -> !losses.concern(event))
        .forEach(
            event ->
                written
                    .computeIfAbsent(event.detail(), session -> new LinkedHashSet<>())
                    .add(event.subject()));
    return written;
  }

  private static Stream<Violation> kept(History history) {
    Map<String, List<String>> kept = new HashMap<>();
    history.of(Kind.KEPT).forEach(event -> kept.put(event.subject(), messages(event)));
    List<Violation> broken = new ArrayList<>();
    written(history)
        .forEach(
            (session, messages) -> {
              Set<String> missing = new LinkedHashSet<>(messages);
              kept.getOrDefault(session, List.of()).forEach(missing::remove);
              missing.forEach(
                  message -> broken.add(broken(KEPT, message, session, "it is not there")));
            });
    kept.forEach(
        (session, messages) -> {
          Set<String> once = new HashSet<>();
          messages.stream()
              .filter(message -> !once.add(message))
              .forEach(message -> broken.add(broken(KEPT, message, session, "it is there twice")));
        });
    return broken.stream();
  }

  private static Stream<Violation> inOrder(History history) {
    List<Violation> broken = new ArrayList<>();
    Map<String, List<String>> read = new LinkedHashMap<>();
    history
        .of(Kind.KEPT, Kind.SHOWN)
        .forEach(event -> unordered(messages(event), event.who(), broken));
    history
        .of(Kind.READ)
        .forEach(
            event ->
                read.computeIfAbsent(event.who(), member -> new ArrayList<>())
                    .add(event.subject()));
    read.forEach((member, messages) -> unordered(messages, member, broken));
    return broken.stream();
  }

  /** The same message twice in a row is no matter of order. */
  private static void unordered(List<String> messages, String member, List<Violation> broken) {
    Map<String, Integer> last = new HashMap<>();
    for (String message : messages) {
      Integer before = last.put(author(message), number(message));
      if (before != null && number(message) < before) {
        broken.add(broken(IN_ORDER, message, member, "after number " + before));
      }
    }
  }

  private static Stream<Violation> delivered(History history) {
    Map<String, Set<String>> members = new LinkedHashMap<>();
    Map<String, Set<String>> seen = new HashMap<>();
    Map<String, Map<String, Long>> read = new HashMap<>();
    Losses losses = new Losses(history);
    List<Violation> broken = new ArrayList<>();
    history
        .of(Kind.SHOWN, Kind.READ)
        .forEach(
            event -> {
              Set<String> own = seen.computeIfAbsent(event.who(), member -> new HashSet<>());
              if (event.is(Kind.SHOWN)) {
                members
                    .computeIfAbsent(event.subject(), session -> new LinkedHashSet<>())
                    .add(event.who());
                own.addAll(messages(event));
              } else {
                own.add(event.subject());
                Long before =
                    read.computeIfAbsent(event.who(), member -> new HashMap<>())
                        .put(event.subject(), event.atMillis());
                // an author who got no answer writes it again, which is found out by what was kept
                if (before != null && !losses.between(before, event.atMillis())) {
                  broken.add(broken(DELIVERED, event.subject(), event.who(), "it came twice"));
                }
              }
            });
    written(history)
        .forEach(
            (session, messages) -> {
              for (String member : members.getOrDefault(session, Set.of())) {
                messages.stream()
                    .filter(message -> !author(message).equals(member))
                    .filter(message -> !seen.get(member).contains(message))
                    .forEach(
                        message -> broken.add(broken(DELIVERED, message, member, "it never came")));
              }
            });
    return broken.stream();
  }
}
