package dev.switchboard.deploy.chaos;

import java.util.Locale;

/**
 * Something that somebody was told, or that was done to the cluster.
 *
 * @param atMillis since the history began
 * @param who a user, or the target of a fault
 * @param subject the call, message, push, session or room that it is about; empty if none
 * @param detail what else there is to it, as {@link Kind} says; empty if nothing
 */
record Event(long atMillis, String who, Kind kind, String subject, String detail) {
  /** What can happen; what is called acknowledged was answered with success. */
  enum Kind {
    CONNECTED,
    DISCONNECTED,
    REGISTERED,
    /** A call was begun, acknowledged; the detail is the callee. */
    DIALED,
    /** {@code incoming_call}; the detail is the caller. */
    RANG,
    /** Acknowledged. */
    ACCEPTED,
    ACCEPT_HEARD,
    REJECT_HEARD,
    /** {@code call_resumed}; the detail is the call's state. */
    RESUMED,
    /** Hung up, cancelled or declined, acknowledged. */
    HUNG_UP,
    /** {@code call_end}; the detail is its reason. */
    END_HEARD,
    CANCEL_HEARD,
    TIMEOUT_HEARD,
    /** An act was refused since the call is over; the detail is the code. */
    TOLD_OVER,
    /** A candidate of the other party; the detail is its number. */
    SIGNAL_HEARD,
    /** A chat message was sent, acknowledged; the detail is the session. */
    WROTE,
    /** {@code new-message}; the detail is the session. */
    READ,
    /** {@code messages-history} on a join to a session; the detail is its messages. */
    SHOWN,
    /** As {@link #SHOWN}, to who joins when all is over. */
    KEPT,
    /** {@code session-error} of a session; the detail is the code. */
    PUT_OUT,
    /** Its browser was subscribed, acknowledged. */
    SUBSCRIBED,
    /** The provider said that its browser is gone. */
    SAID_GONE,
    /**
     * A push to this user was asked for, acknowledged; the subject is its topic, the detail its id.
     */
    PUSH_TAKEN,
    /** The provider took it. */
    PUSH_ARRIVED,
    /**
     * What its record says when all is over, the reason included; {@code nobody} if the user had no
     * browser.
     */
    PUSH_SETTLED,
    /** The relay has granted an allocation. */
    RELAYED,
    /** A message of the other person in a room; the detail is its number. */
    ROOM_HEARD,
    /** The subject is the kind of fault, the detail its length. */
    FAULT_BEGAN,
    FAULT_ENDED,
    /** A ring at this user could not be tried since it was busy; the subject is the code. */
    BUSY,
    /** A ring at this user, or a message to it, that was tried then did not arrive; why. */
    DEAF,
    /** A ring at this user, or a message to it, arrived after the last fault; or it was relayed. */
    HEARD
  }

  boolean is(Kind wanted) {
    return kind == wanted;
  }

  boolean isFault() {
    return kind == Kind.FAULT_BEGAN || kind == Kind.FAULT_ENDED;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%9.3f s  %-8s %-12s %s %s", atMillis / 1000.0, who, kind, subject, detail);
  }
}
