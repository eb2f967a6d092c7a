// What the client sees of a connection, in the few words the page shows.

const WORDS = {
  host: 'local address',
  srflx: 'public address (STUN)',
  prflx: 'address seen by the peer',
  relay: 'relay (TURN)',
};

function picture({ frameWidth, frameHeight, framesPerSecond }) {
  return frameWidth ? `, ${frameWidth}×${frameHeight}, ${Math.round(framesPerSecond ?? 0)} frames/s` : '';
}

function rate(bytes, before, ms) {
  if (before === undefined || ms <= 0) return '–';
  const kilobits = ((bytes - before) * 8) / ms;
  return kilobits >= 1000 ? `${(kilobits / 1000).toFixed(1)} Mbit/s` : `${Math.max(0, Math.round(kilobits))} kbit/s`;
}

/** Writes what was seen into the details panel. */
export function show(now, before, put) {
  put('path', `${now.relayed ? 'Relayed' : 'Direct'}${now.protocol ? `, ${now.protocol}` : ''}`);
  put('local', `${now.localType}: ${WORDS[now.localType] ?? 'unknown'}`);
  put('remote', `${now.remoteType}: ${WORDS[now.remoteType] ?? 'unknown'}`);
  put('rtt', now.roundTripMs === undefined ? '–'
    : now.roundTripMs < 1 ? 'under 1 ms' : `${Math.round(now.roundTripMs)} ms`);
  const ms = before ? now.at - before.at : 0;
  put('in', rate(now.bytesReceived, before?.bytesReceived, ms) + picture(now));
  put('out', rate(now.bytesSent, before?.bytesSent, ms));
}
