// What a support desk does: node control.mjs live [USER] | ring CALLER CALLEE | end CALL | revoke USER | reachable USER
// SWITCHBOARD_URL and API_KEY are in the environment.
import { randomUUID } from 'node:crypto';
import { Switchboard } from './switchboard.mjs';

const { SWITCHBOARD_URL = 'http://localhost:3000', API_KEY } = process.env;
const switchboard = new Switchboard(SWITCHBOARD_URL, API_KEY);
const [what, one, other] = process.argv.slice(2);
const show = (value) => console.log(JSON.stringify(value));

const commands = {
  live: async () => {
    for await (const call of switchboard.live(one)) show(call);
  },
  ring: async () => show(await switchboard.ring({ callerId: one, calleeId: other, requestId: randomUUID() })),
  end: async () => show(await switchboard.end(one, 'ended by support')),
  revoke: async () => show(await switchboard.revoke(one)),
  reachable: async () => show(await switchboard.reachability(one)),
};
if (!API_KEY || !commands[what]) {
  console.error('usage: API_KEY=… node control.mjs live [USER] | ring CALLER CALLEE | end CALL | revoke USER | reachable USER');
  process.exit(2);
}
await commands[what]();
