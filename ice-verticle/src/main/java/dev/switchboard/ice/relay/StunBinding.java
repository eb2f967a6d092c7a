package dev.switchboard.ice.relay;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * One STUN binding transaction (RFC 5389 and RFC 8489, sections 5 and 6): the request, and the
 * recognition of its answer. Any answer to our transaction counts, an error response too: a relay
 * that asks for credentials before a binding (401) lives.
 */
final class StunBinding {
  static final int HEADER_BYTES = 20;

  /** An honest binding response has some 100 bytes; more is not read. */
  static final int MAX_ANSWER_BYTES = 2048;

  private static final int MAGIC_COOKIE = 0x2112A442;
  private static final short REQUEST = 0x0001;
  private static final short SUCCESS_RESPONSE = 0x0101;
  private static final short ERROR_RESPONSE = 0x0111;
  private static final int ID_BYTES = 12;

  /** What the bytes that came so far are. */
  enum Reading {
    ANSWER,
    INCOMPLETE,
    FOREIGN
  }

  private final byte[] transactionId;

  private StunBinding(byte[] transactionId) {
    this.transactionId = transactionId;
  }

  /** A new transaction; {@code random} should be unguessable, the id is the only proof. */
  static StunBinding next(RandomGenerator random) {
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    return new StunBinding(id);
  }

  /** The request: a header without attributes. */
  byte[] request() {
    return ByteBuffer.allocate(HEADER_BYTES)
        .putShort(REQUEST)
        .putShort((short) 0)
        .putInt(MAGIC_COOKIE)
        .put(transactionId)
        .array();
  }

  /** Reads what came from the server so far; never throws. */
  Reading read(byte[] bytes) {
    if (bytes.length < HEADER_BYTES) {
      return Reading.INCOMPLETE;
    }
    ByteBuffer header = ByteBuffer.wrap(bytes);
    short type = header.getShort();
    int length = Short.toUnsignedInt(header.getShort());
    boolean ours =
        (type == SUCCESS_RESPONSE || type == ERROR_RESPONSE)
            && length % 4 == 0
            && HEADER_BYTES + length <= MAX_ANSWER_BYTES
            && header.getInt() == MAGIC_COOKIE
            && Arrays.equals(bytes, 8, HEADER_BYTES, transactionId, 0, ID_BYTES);
    if (!ours) {
      return Reading.FOREIGN;
    }
    return bytes.length < HEADER_BYTES + length ? Reading.INCOMPLETE : Reading.ANSWER;
  }
}
