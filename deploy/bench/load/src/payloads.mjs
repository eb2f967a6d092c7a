// What browsers send: candidates of about 250 bytes, descriptions of 2 kB.

const SDP_BYTES = 2000;

export const SDP = description();

function description() {
  const lines = ['v=0', 'o=- 4611731400430051336 2 IN IP4 127.0.0.1', 's=-', 't=0 0'];
  for (let type = 96, length = 0; length < SDP_BYTES; type++) {
    lines.push(`a=rtpmap:${type} VP8/90000`, `a=rtcp-fb:${type} nack pli`);
    length = lines.join('\r\n').length;
  }
  return lines.join('\r\n').slice(0, SDP_BYTES - 2) + '\r\n';
}

/** The number stands in it, so that order and loss show. */
export function candidate(number) {
  return {
    candidate:
      `candidate:${842163049 + number} 1 udp 1677729535 203.0.113.77 61234 typ srflx raddr 192.168.1.17 rport 61234 ` +
      'generation 0 ufrag Xk3v network-id 1 network-cost 10',
    sdpMid: '0',
    sdpMLineIndex: 0,
    usernameFragment: 'Xk3v',
  };
}

/** The number that `candidate` wrote, or NaN. */
export function numberOf(received) {
  const text = received?.candidate;
  return typeof text === 'string' ? parseInt(text.slice('candidate:'.length), 10) - 842163049 : NaN;
}
