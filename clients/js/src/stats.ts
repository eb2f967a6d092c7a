/** What getStats knows of the chosen pair and of what comes in. */
export interface Look {
  localType: string;
  remoteType: string;
  protocol: string;
  relayed: boolean;
  roundTripMs: number | undefined;
  jitterMs: number | undefined;
  packetsReceived: number;
  packetsLost: number;
  bytesReceived: number;
  bytesSent: number;
  frameWidth?: number;
  frameHeight?: number;
  framesPerSecond?: number;
  /** Milliseconds of `performance.now()`. */
  at: number;
}

// The DOM's own types leave most members of a report out.
type Entry = Record<string, any>;

function chosenPair(report: Map<string, Entry>): Entry | undefined {
  for (const entry of report.values()) {
    if (entry.type === 'transport' && entry.selectedCandidatePairId) return report.get(entry.selectedCandidatePairId);
  }
  // Firefox has no transport entry.
  return [...report.values()].find((each) => each.type === 'candidate-pair' && each.selected);
}

/** Undefined before there is a chosen pair. */
export async function look(pc: RTCPeerConnection): Promise<Look | undefined> {
  const report = (await pc.getStats()) as unknown as Map<string, Entry>;
  const pair = chosenPair(report);
  const local = pair && report.get(pair.localCandidateId);
  const remote = pair && report.get(pair.remoteCandidateId);
  if (!pair || !local || !remote) return undefined;
  const inbound = [...report.values()].filter((entry) => entry.type === 'inbound-rtp');
  const sum = (name: string) => inbound.reduce((total, entry) => total + Math.max(0, entry[name] ?? 0), 0);
  const jitters = inbound.map((entry) => entry.jitter).filter((jitter) => typeof jitter === 'number');
  const picture = inbound.find((entry) => entry.kind === 'video' && entry.frameWidth) ?? {};
  return {
    localType: local.candidateType,
    remoteType: remote.candidateType,
    protocol: (local.relayProtocol ?? local.protocol ?? '').toUpperCase(),
    relayed: local.candidateType === 'relay' || remote.candidateType === 'relay',
    roundTripMs: pair.currentRoundTripTime === undefined ? undefined : pair.currentRoundTripTime * 1000,
    jitterMs: jitters.length === 0 ? undefined : Math.max(...jitters) * 1000,
    packetsReceived: sum('packetsReceived'),
    packetsLost: sum('packetsLost'),
    bytesReceived: pair.bytesReceived ?? 0,
    bytesSent: pair.bytesSent ?? 0,
    frameWidth: picture.frameWidth,
    frameHeight: picture.frameHeight,
    framesPerSecond: picture.framesPerSecond,
    at: performance.now(),
  };
}

/** How the call was so far. */
export interface Quality {
  /** Means over the call, in milliseconds. */
  rttMs?: number;
  jitterMs?: number;
  /** Of all packets that were to come in. */
  lossPercent?: number;
  path: 'host' | 'srflx' | 'relay';
}

const FIRST_AFTER_MS = 1000;
const EVERY_MS = 5000;
const REPORT_EVERY_LOOKS = 12;

/** The most roundabout of the two ends names the path. */
function pathOf({ relayed, localType, remoteType }: Look): Quality['path'] {
  if (relayed) return 'relay';
  return localType === 'host' && remoteType === 'host' ? 'host' : 'srflx';
}

function mean(values: number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, each) => sum + each, 0) / values.length;
}

function rounded(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value * 10) / 10;
}

/** Looks at a connection while it lasts, and adds up over those that follow each other in one call. */
export class QualityMeter {
  readonly #report: (quality: Quality) => void;
  readonly #roundTrips: number[] = [];
  readonly #jitters: number[] = [];
  #before = { received: 0, lost: 0 };
  #last: Look | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #looks = 0;

  /** `report` is called once a minute. */
  constructor(report: (quality: Quality) => void) {
    this.#report = report;
  }

  /** Looks at this connection from now on. */
  watch(pc: RTCPeerConnection): void {
    this.pause();
    const again = async () => {
      const seen = await look(pc).catch(() => undefined);
      if (this.#timer !== timer) return;
      if (seen) this.#take(seen);
      timer = this.#timer = setTimeout(again, EVERY_MS);
    };
    let timer = this.#timer = setTimeout(again, FIRST_AFTER_MS);
  }

  #take(seen: Look): void {
    // A new connection counts from zero.
    if (this.#last && seen.packetsReceived < this.#last.packetsReceived) {
      this.#before.received += this.#last.packetsReceived;
      this.#before.lost += this.#last.packetsLost;
    }
    this.#last = seen;
    if (seen.roundTripMs !== undefined) this.#roundTrips.push(seen.roundTripMs);
    if (seen.jitterMs !== undefined) this.#jitters.push(seen.jitterMs);
    const { quality } = this;
    if (++this.#looks % REPORT_EVERY_LOOKS === 0 && quality) this.#report(quality);
  }

  /** Undefined if nothing was seen. */
  get quality(): Quality | undefined {
    if (!this.#last) return undefined;
    const lost = this.#before.lost + this.#last.packetsLost;
    const all = lost + this.#before.received + this.#last.packetsReceived;
    return {
      rttMs: rounded(mean(this.#roundTrips)),
      jitterMs: rounded(mean(this.#jitters)),
      lossPercent: all === 0 ? undefined : rounded((100 * lost) / all),
      path: pathOf(this.#last),
    };
  }

  pause(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
