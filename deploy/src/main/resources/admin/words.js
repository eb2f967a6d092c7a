// Numbers, times and what the server calls things, in words.

const two = (number) => String(number).padStart(2, '0');

export const count = (number) => (number == null ? '–' : Number(number).toLocaleString('en'));

/** How long something lasts or lasted. */
export function span(millis) {
  if (millis == null || Number.isNaN(millis)) return '–';
  const whole = Math.max(0, millis);
  if (whole < 1000) return `${Math.round(whole)} ms`;
  const seconds = whole / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.floor(seconds)} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} days`;
}

/** As a clock that runs: 1:02, 1:00:02. */
export function running(millis) {
  const seconds = Math.max(0, Math.floor(millis / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

export const ago = (at, now) => (at == null ? 'never' : now - at < 1000 ? 'just now' : `${span(now - at)} ago`);

/** Times come as milliseconds or as ISO 8601. */
export const millis = (time) => (typeof time === 'string' ? Date.parse(time) : time);

/** A time of the clock on the wall; with the date if it is not of today. */
export function clock(time, exact = false) {
  if (time == null) return '–';
  const date = new Date(millis(time));
  if (Number.isNaN(date.getTime())) return '–';
  const day = date.toDateString() === new Date().toDateString() ? '' : `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} `;
  const hms = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return day + (exact ? `${hms}.${String(date.getMilliseconds()).padStart(3, '0')}` : hms);
}

/** The streams of the push queue; rooms are with the calls, and in bulk is what operators send. */
export const LANES = { rings: 'Rings', calls: 'Calls', bulk: 'Bulk' };

/** The steps of a timeline: what they are called, and what kind of news each is. */
const STEPS = {
  initiated: ['call begun', 'plain'],
  refused: ['refused', 'bad'],
  offered: ['offered to the socket', 'plain'],
  probe_unanswered: ['socket did not answer', 'warn'],
  push_queued: ['push queued', 'plain'],
  push_sent: ['push taken by the provider', 'good'],
  push_retried: ['push tried again', 'warn'],
  push_failed: ['push refused', 'bad'],
  push_dropped: ['push not sent', 'bad'],
  push_received: ['push arrived', 'good'],
  shown: ['shown on the device', 'good'],
  accepted: ['accepted', 'good'],
  rejected: ['rejected', 'warn'],
  cancelled: ['cancelled', 'warn'],
  timed_out: ['nobody answered', 'bad'],
  relay_list: ['relays given out', 'plain'],
  media: ['media', 'good'],
  reconnecting: ['connection lost', 'warn'],
  resumed: ['came back', 'good'],
  ended: ['ended', 'plain'],
};

export const stepWord = (step) => STEPS[step]?.[0] ?? String(step ?? '').replaceAll('_', ' ');
export const stepKind = (step) => STEPS[step]?.[1] ?? 'plain';

const CALL_STATES = {
  ringing: ['rings', 'warn'],
  connecting: ['connects', 'warn'],
  accepted: ['talks', 'good'],
  connected: ['talks', 'good'],
  reconnecting: ['reconnects', 'warn'],
};

export const callState = (state) => CALL_STATES[state] ?? [String(state ?? 'unknown').replaceAll('_', ' '), 'plain'];
