package dev.switchboard.shared.push;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * The fields of a job, an entry of one of the streams of {@link PushJobs}; all are text. {@code
 * JobFieldsTest} holds the scripts of all modules to this list.
 */
public enum JobField {
  /** The notification id, new for each notification (a UUID). */
  ID("id"),

  /**
   * {@code incoming_call}, {@code call_cancelled}, {@code missed_call}, {@code call_ended}, {@code
   * test_ring}, {@code presence} or {@code custom}.
   */
  CAUSE("cause"),

  /**
   * JSON object. For calls the fields of the payload, {@code callId} among them; a ring is sent
   * only while {@code call:<callId>} has the state {@code ringing}. For {@code presence} {@code
   * {roomId, type:'presence'}}. For {@code custom} {@code {title, body, data?, icon?, badge?, tag?,
   * urgency?}}.
   */
  DATA("data"),

  /** When a call's cause began, in milliseconds since the epoch. */
  CREATED_AT("createdAt"),

  /** After which nothing is sent any more, in milliseconds since the epoch. */
  DEADLINE("deadline"),

  /**
   * Optional. JSON list of {@code [key, field]} pairs: the job is not sent (at each attempt) if one
   * of these Redis hashes has that field, or, where the field is {@code ""}, if that key exists.
   */
  UNLESS("unless"),

  /** Optional. How many attempts were made before the entry was added. */
  ATTEMPTS("attempts"),

  /** A target: the devices of a user. */
  USER_ID("userId"),

  /** With {@link #USER_ID}, if not for all of the user's devices: JSON list of reach fields. */
  DEVICES("devices"),

  /**
   * A target, with {@link #PERSON}: the token of that person of a room. It is read from the table
   * {@code rooms} when the push is sent, so that a room that is gone or expired, or a person
   * without a token, is pushed nothing; platform {@code ios} goes to APNs, {@code android} to FCM.
   * A token that the provider calls invalid is set to null there if it is still the same.
   */
  ROOM_ID("roomId"),

  /** With {@link #ROOM_ID}: {@code client1} or {@code client2}. */
  PERSON("person"),

  /** A target: JSON list of {@code <type>:<id>}, ids of the tables of devices. */
  TARGETS("targets"),

  /** With {@link #TARGETS}: devices that have become another user's since then are not meant. */
  OWNER("owner"),

  /** A target: an FCM topic. */
  TOPIC("topic"),

  /** A target: {@code webpush} or {@code all}, page by page. */
  EVERYONE("everyone"),

  /**
   * With {@link #TOPIC}: the app whose FCM project has it, if that is not the default one. With
   * {@link #EVERYONE}: the only app whose devices are meant.
   */
  APP("app"),

  /** With {@link #EVERYONE}: the last device of the pages so far. */
  AFTER("after"),

  /** Optional. Which page of a broadcast it is. */
  PAGE("page");

  private final String key;

  JobField(String key) {
    this.key = key;
  }

  /** Its name in the stream. */
  public String key() {
    return key;
  }

  /** The field of this name in the stream; empty if a job has none. */
  public static Optional<JobField> of(String key) {
    return Stream.of(values()).filter(field -> field.key.equals(key)).findFirst();
  }
}
