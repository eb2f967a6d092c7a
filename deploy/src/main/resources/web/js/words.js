// What the page says about calls.

/** Why a call is over, for people. */
export function ending({ call, reason, error }) {
  const who = call.peerId;
  switch (reason) {
    case 'hangup_here':
      return call.wasAccepted ? `Call with ${who} ended.` : 'Call cancelled.';
    case 'declined_here':
      return `You declined ${who}’s call.`;
    case 'hangup':
      return `${who} hung up.`;
    case 'cancelled':
      return `${who} cancelled the call.`;
    case 'timeout':
      return call.role === 'caller' ? `${who} did not answer.` : `You missed a call from ${who}.`;
    case 'declined':
      return `${who} declined.`;
    case 'busy':
      return `${who} is in another call.`;
    case 'answered_elsewhere':
      return 'Answered on another device.';
    case 'declined_elsewhere':
      return 'Declined on another device.';
    case 'peer_lost':
      return `The connection to ${who} was lost.`;
    case 'max_duration':
      return 'The call reached its longest duration.';
    case 'over':
      return `The call with ${who} is over.`;
    case 'refused':
    case 'no_answer':
      return refusal(error, who);
    default:
      return reason ? `Call ended: ${reason}.` : 'Call ended.';
  }
}

/** Why the server refused, for people. */
function refusal(error, who) {
  switch (error?.code) {
    case 'E101':
    case 'E102':
      return 'That call is over.';
    case 'E103':
      return `${who} is not available.`;
    case 'E104':
      return `${who} is in another call.`;
    case 'E105':
      return 'It rang too long; the call is over.';
    case 'E106':
      return `${who} cancelled the call.`;
    case 'E108':
      return 'You are in a call already, perhaps in another window.';
    case 'E429':
      return 'Too many calls in a short time. Wait a moment.';
    case 'E503':
      return 'The server can’t reach its store right now. Try again in a moment.';
    default:
      return error?.message ?? 'The server did not answer. Try again.';
  }
}

/** What the person's own side lacks. */
export function lack({ lacking = [], insecure } = {}) {
  if (insecure) return ' Camera and microphone work only over HTTPS or on localhost.';
  if (lacking.length === 2) return ' No camera and no microphone: you only see and hear.';
  if (lacking.includes('audio')) return ' No microphone: they cannot hear you.';
  return lacking.includes('video') ? ' No camera: they cannot see you.' : '';
}

export function status(call, linkUp) {
  if (call.peerAway) return `${call.peerId} is reconnecting…`;
  switch (call.phase) {
    case 'outgoing':
      return call.callId ? 'Ringing…' : 'Calling…';
    case 'accepting':
    case 'connecting':
      return 'Connecting…';
    case 'reconnecting':
      return 'Finding a better way…';
    case 'connected':
      return linkUp ? 'Connected' : 'Connected; reconnecting to the server…';
    default:
      return '';
  }
}

export function duration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (number) => String(number).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** One line of the history: how it went, from the side of `userId`. */
export function outcome(record, userId) {
  const mine = record.callerId === userId;
  if (record.acceptedAt) {
    return duration(record.durationMs ?? record.endedAt - record.acceptedAt);
  }
  switch (record.state) {
    case 'rejected':
      return 'declined';
    case 'cancelled':
      return mine ? 'cancelled' : 'missed';
    case 'timeout':
      return mine ? 'no answer' : 'missed';
    default:
      return record.reason ?? record.state ?? '';
  }
}

/** The first letters of a name, for the round picture. */
export function initials(name) {
  const words = name.trim().split(/[\s._-]+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0] ?? '?'];
  return letters.map((word) => [...word][0].toUpperCase()).join('');
}

/** One of six colours, always the same for a name. */
export function tint(name) {
  let sum = 0;
  for (const char of name) sum = (sum * 31 + char.codePointAt(0)) >>> 0;
  return `tint-${sum % 6}`;
}
