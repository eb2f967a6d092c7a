// The reference: the call events on plain Socket.IO for Node.js, one process, its state in Redis through ioredis.
//
// Tuned as Socket.IO's manual advises (bufferutil, WebSocket only, the handshake request not retained) and with
// ioredis' automatic pipelining. Sessions carry a time to live, a call is one hash, and every event reads the call
// and checks that sender and addressee are its parties. Transitions are not atomic, and there are no deadlines, no
// grace, no history and no pushes: it does less than the server it is compared with.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import Redis from 'ioredis';
import jwt from 'jsonwebtoken';
import { Server } from 'socket.io';

const SESSION_SECONDS = 24 * 3600;
const RINGING_SECONDS = 105;
const ACCEPTED_SECONDS = 2 * 3600;
const OVER_SECONDS = 30;

const redis = new Redis(process.env.REDIS_URL, { enableAutoPipelining: true });
const http = createServer((request, response) => {
  response.writeHead(request.url === '/health/ready' && redis.status === 'ready' ? 200 : 503).end();
});
const io = new Server(http, { transports: ['websocket'], serveClient: false, maxHttpBufferSize: 128 * 1024 });
io.engine.on('connection', (socket) => {
  socket.request = null;
});
// A collection on demand, so that memory is compared after one on both sides.
process.on('SIGUSR2', () => globalThis.gc());
process.on('SIGTERM', () => process.exit(0));

class Refused extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

const room = (userId) => `user:${userId}`;
const callKey = (callId) => `call:${callId}`;
const activeKey = (userId) => `call:user:${userId}`;

async function register(socket, { userId, deviceId = socket.id, platform = 'web' }) {
  if (userId !== socket.data.userId) {
    throw new Refused('E203', "userId is not the token's user");
  }
  const session = { userId, deviceId, platform, socketId: socket.id, registeredAt: Date.now() };
  await Promise.all([
    redis.hset(`session:user:${userId}`, deviceId, JSON.stringify(session)),
    redis.expire(`session:user:${userId}`, SESSION_SECONDS),
    redis.set(`socket:user:${userId}`, socket.id, 'EX', SESSION_SECONDS),
    redis.set(`user:socket:${socket.id}`, userId, 'EX', SESSION_SECONDS),
  ]);
  socket.data.deviceId = deviceId;
  await socket.join(room(userId));
  const registered = { success: true, sessionId: socket.id, userId, deviceId, resumed: false, iceServers: [] };
  socket.emit('registered', registered);
  return registered;
}

async function unregister(socket) {
  const { userId, deviceId } = socket.data;
  if (deviceId) {
    await Promise.all([
      redis.hdel(`session:user:${userId}`, deviceId),
      redis.del(`socket:user:${userId}`, `user:socket:${socket.id}`),
    ]);
  }
}

async function initiate(socket, { calleeId, callType, callerName = '' }) {
  const callerId = socket.data.userId;
  const [reachable, busy] = await Promise.all([
    redis.exists(`session:user:${calleeId}`),
    redis.mget(activeKey(callerId), activeKey(calleeId)),
  ]);
  if (!reachable) {
    throw new Refused('E103', 'callee not available');
  }
  if (busy[0] || busy[1]) {
    throw new Refused(busy[0] ? 'E108' : 'E104', 'busy');
  }
  const callId = randomUUID();
  const timestamp = Date.now();
  const call = { callId, callerId, calleeId, callType, callerName, state: 'ringing', createdAt: timestamp };
  await Promise.all([
    redis.hset(callKey(callId), call),
    redis.expire(callKey(callId), RINGING_SECONDS),
    redis.set(activeKey(callerId), callId, 'EX', ACCEPTED_SECONDS),
    redis.set(activeKey(calleeId), callId, 'EX', ACCEPTED_SECONDS),
  ]);
  io.to(room(calleeId)).emit('incoming_call', { callId, callerId, callerName, callType, timestamp });
  return { success: true, callId, state: 'ringing', message: 'Ringing', iceServers: [] };
}

/** The call, if this user is a party of it. */
async function read(callId, userId) {
  const call = await redis.hgetall(callKey(callId));
  if (!call.callId) {
    throw new Refused('E101', 'no such call');
  }
  if (userId !== call.callerId && userId !== call.calleeId) {
    throw new Refused('E203', 'not a party');
  }
  return call;
}

async function accept(socket, { callId }) {
  const call = await read(callId, socket.data.userId);
  if (socket.data.userId !== call.calleeId) {
    throw new Refused('E203', 'not the callee');
  }
  if (call.state !== 'ringing') {
    throw new Refused('E102', `the call is ${call.state}`);
  }
  const timestamp = Date.now();
  await Promise.all([
    redis.hset(callKey(callId), { state: 'accepted', acceptedAt: timestamp }),
    redis.expire(callKey(callId), ACCEPTED_SECONDS),
  ]);
  io.to(room(call.callerId)).emit('call_accept', { callId, calleeId: call.calleeId, timestamp });
  return { success: true, callId, state: 'accepted', message: 'Accepted', iceServers: [] };
}

async function end(socket, { callId }) {
  const { userId } = socket.data;
  const call = await read(callId, userId);
  const timestamp = Date.now();
  await Promise.all([
    redis.hset(callKey(callId), { state: 'ended', endedAt: timestamp }),
    redis.expire(callKey(callId), OVER_SECONDS),
    redis.del(activeKey(call.callerId), activeKey(call.calleeId)),
  ]);
  const peer = userId === call.callerId ? call.calleeId : call.callerId;
  io.to(room(peer)).emit('call_end', { callId, endedBy: userId, reason: 'hangup', timestamp });
  return { success: true, callId, message: 'Ended' };
}

function relay(event, body) {
  return async (socket, payload) => {
    const from = socket.data.userId;
    const call = await read(payload.callId, from);
    if (payload.to !== (from === call.callerId ? call.calleeId : call.callerId)) {
      throw new Refused('E203', 'to is not the other party');
    }
    if (call.state !== 'ringing' && call.state !== 'accepted') {
      throw new Refused('E102', `the call is ${call.state}`);
    }
    io.to(room(payload.to)).emit(event, {
      callId: payload.callId,
      from,
      [body]: payload[body],
      timestamp: Date.now(),
    });
    return { success: true, message: 'Sent' };
  };
}

const EVENTS = {
  register,
  call_initiate: initiate,
  call_accept: accept,
  call_end: end,
  sdp_offer: relay('sdp_offer', 'sdp'),
  sdp_answer: relay('sdp_answer', 'sdp'),
  ice_candidate: relay('ice_candidate', 'candidate'),
};

io.use((socket, next) => {
  try {
    socket.data.userId = jwt.verify(socket.handshake.auth.token, process.env.JWT_SECRET, {
      algorithms: ['HS256'],
    }).userId;
    next();
  } catch {
    next(new Error('Invalid token'));
  }
});

io.on('connection', (socket) => {
  for (const [event, handle] of Object.entries(EVENTS)) {
    socket.on(event, async (payload, ack) => {
      try {
        const answer = await handle(socket, payload);
        ack?.(answer);
      } catch (failure) {
        const error = { code: failure.code ?? 'E503', message: failure.message };
        if (ack) {
          ack({ success: false, error });
        } else {
          socket.emit('error', { event, ...error });
        }
      }
    });
  }
  socket.on('disconnect', () => unregister(socket).catch((failure) => console.error('unregister:', failure.message)));
});

http.listen(Number(process.env.PORT), '127.0.0.1');
