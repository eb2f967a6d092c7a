package dev.switchboard.signaling.calls;

/** Signaling payloads of the sizes that browsers send. */
public final class Signals {
  /** A candidate as Chromium writes it: about 250 bytes of JSON. */
  public static final String CANDIDATE =
      "{\"candidate\":\"candidate:842163049 1 udp 1677729535 203.0.113.77 61234 typ srflx raddr"
          + " 192.168.1.17 rport 61234 generation 0 ufrag Xk3v network-id 1 network-cost 10\","
          + "\"sdpMid\":\"0\",\"sdpMLineIndex\":0,\"usernameFragment\":\"Xk3v\"}";

  /** A description of 2 kB, with the line ends that JSON must escape. */
  public static final String SDP = sdp();

  /** The id of the call in every payload. */
  public static final String CALL_ID = "0199f3ce-7e3b-7c55-a1f4-51b6f3f0c1de";

  private Signals() {}

  private static String sdp() {
    StringBuilder text = new StringBuilder("\"v=0\\r\\no=- 4611731400430051336 2 IN IP4 127.0.0.1");
    for (int type = 96; text.length() < 2_000; type++) {
      text.append("\\r\\na=rtpmap:").append(type).append(" VP8/90000");
      text.append("\\r\\na=rtcp-fb:").append(type).append(" nack pli");
    }
    return text.append("\\r\\n\"").toString();
  }

  /** The payload of a relayed event; {@code bodyName} is {@code sdp} or {@code candidate}. */
  public static String payload(String bodyName, String body) {
    return "{\"callId\":\"" + CALL_ID + "\",\"to\":\"bob\",\"" + bodyName + "\":" + body + "}";
  }
}
