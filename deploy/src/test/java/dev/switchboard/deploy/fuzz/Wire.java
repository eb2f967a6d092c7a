package dev.switchboard.deploy.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.switchboard.deploy.fuzz.Input.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.regex.Pattern;

/** Sends an input on a connection of its own, byte for byte. */
final class Wire {
  private static final int ANSWER_MILLIS = 10_000;

  /** A busy machine answers late; what is not heard counts as not acknowledged. */
  private static final int SILENCE_MILLIS = 250;

  /** The frame of an acknowledgement, up to the id; servers send frames without a mask. */
  private static final Pattern ACKNOWLEDGED =
      Pattern.compile("\\x81(?:[\\x00-\\x7d]|\\x7e..)43\\d", Pattern.DOTALL);

  private final URI server;

  Wire(URI server) {
    this.server = server;
  }

  /**
   * What came back.
   *
   * @param status 0 if the server closed the connection without one
   * @param acknowledged whether an event was, over a WebSocket: a handler has had it
   */
  record Answer(int status, boolean acknowledged) {
    private static final Answer NONE = new Answer(0, false);
  }

  /** Sends it and reads what comes back. */
  Answer send(Input input) throws IOException {
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(ANSWER_MILLIS);
      return exchange(socket, input);
    } catch (SocketException e) {
      // A server may cut off what is no HTTP at any point.
      return Answer.NONE;
    }
  }

  private static Answer exchange(Socket socket, Input input) throws IOException {
    socket.getOutputStream().write(input.request());
    InputStream in = socket.getInputStream();
    String line = new String(in.readNBytes(12), ISO_8859_1);
    int status = line.length() == 12 ? Integer.parseInt(line.substring(9)) : 0;
    if (status == 101) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (Frame frame : input.frames()) {
        all.writeBytes(bytes(frame));
      }
      socket.getOutputStream().write(all.toByteArray());
      socket.setSoTimeout(SILENCE_MILLIS);
      return new Answer(status, ACKNOWLEDGED.matcher(heard(in)).find());
    }
    return new Answer(status, false);
  }

  private static String heard(InputStream in) throws IOException {
    ByteArrayOutputStream heard = new ByteArrayOutputStream();
    byte[] some = new byte[4_096];
    try {
      for (int read = in.read(some); read >= 0; read = in.read(some)) {
        heard.write(some, 0, read);
      }
    } catch (SocketTimeoutException e) {
      // It has said what it had to say and waits for more.
    }
    return heard.toString(ISO_8859_1);
  }

  private static byte[] bytes(Frame frame) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int length = frame.payload().length;
    out.write((frame.last() ? 0x80 : 0) | frame.opcode());
    if (length < 126) {
      out.write(0x80 | length);
    } else if (length < 65_536) {
      out.write(0x80 | 126);
      out.write(length >> 8);
      out.write(length);
    } else {
      out.write(0x80 | 127);
      for (int shift = 56; shift >= 0; shift -= 8) {
        out.write((int) ((long) length >> shift));
      }
    }
    // A mask of zeros leaves the payload as it is.
    out.writeBytes(new byte[4]);
    out.writeBytes(frame.payload());
    return out.toByteArray();
  }
}
