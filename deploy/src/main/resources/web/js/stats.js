// What getStats knows of a connection, in the few words the page shows.

const WORDS = {
  host: 'local address',
  srflx: 'public address (STUN)',
  prflx: 'address seen by the peer',
  relay: 'relay (TURN)',
};

function chosenPair(report) {
  for (const entry of report.values()) {
    if (entry.type === 'transport' && entry.selectedCandidatePairId) {
      return report.get(entry.selectedCandidatePairId);
    }
  }
  // Firefox has no transport entry.
  return [...report.values()].find((each) => each.type === 'candidate-pair' && each.selected);
}

/** {localType, remoteType, relayed, roundTripMs, received, sent} of the chosen pair, or undefined before there is one. */
export async function look(pc) {
  const report = await pc.getStats();
  const pair = chosenPair(report);
  const local = pair && report.get(pair.localCandidateId);
  const remote = pair && report.get(pair.remoteCandidateId);
  if (!local || !remote) return undefined;
  let picture = '';
  for (const entry of report.values()) {
    if (entry.type === 'inbound-rtp' && entry.kind === 'video' && entry.frameWidth) {
      picture = `${entry.frameWidth}×${entry.frameHeight}, ${Math.round(entry.framesPerSecond ?? 0)} frames/s`;
    }
  }
  return {
    localType: local.candidateType,
    remoteType: remote.candidateType,
    protocol: (local.relayProtocol ?? local.protocol ?? '').toUpperCase(),
    relayed: local.candidateType === 'relay' || remote.candidateType === 'relay',
    roundTripMs:
      pair.currentRoundTripTime === undefined ? undefined : pair.currentRoundTripTime * 1000,
    bytesReceived: pair.bytesReceived ?? 0,
    bytesSent: pair.bytesSent ?? 0,
    picture,
    at: performance.now(),
  };
}

function rate(bytes, before, ms) {
  if (before === undefined || ms <= 0) return '–';
  const kilobits = ((bytes - before) * 8) / ms;
  return kilobits >= 1000 ? `${(kilobits / 1000).toFixed(1)} Mbit/s` : `${Math.max(0, Math.round(kilobits))} kbit/s`;
}

/** Writes what was seen into the details panel. */
export function show(now, before, put) {
  if (!now) return;
  put('path', `${now.relayed ? 'Relayed' : 'Direct'}${now.protocol ? `, ${now.protocol}` : ''}`);
  put('local', `${now.localType}: ${WORDS[now.localType] ?? 'unknown'}`);
  put('remote', `${now.remoteType}: ${WORDS[now.remoteType] ?? 'unknown'}`);
  put('rtt', now.roundTripMs === undefined ? '–'
    : now.roundTripMs < 1 ? 'under 1 ms' : `${Math.round(now.roundTripMs)} ms`);
  const ms = before ? now.at - before.at : 0;
  const incoming = rate(now.bytesReceived, before?.bytesReceived, ms);
  put('in', now.picture ? `${incoming}, ${now.picture}` : incoming);
  put('out', rate(now.bytesSent, before?.bytesSent, ms));
}
