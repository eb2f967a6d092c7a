// A relay to APNs as Node's http2 makes one: it decides for HTTP/2 by ALPN, and ends a body with an
// empty frame. Arguments: key, certificate. It prints its port, then a line of JSON a request.
// The first letter of a token says how it is answered.
import { readFileSync } from 'node:fs'
import { createSecureServer } from 'node:http2'

const [key, cert] = process.argv.slice(2).map((file) => readFileSync(file))
const server = createSecureServer({ key, cert })
const known = new Set()

server.on('stream', (stream, headers) => {
  let body = ''
  stream.on('data', (part) => (body += part))
  stream.on('end', () => {
    const token = headers[':path'].split('/').at(-1)
    console.log(JSON.stringify({ token, bytes: Buffer.byteLength(body), payload: JSON.parse(body) }))
    answer(stream, token, Buffer.byteLength(body))
  })
  stream.on('error', () => {})
})

function refuse(stream, status, reason) {
  stream.respond({ ':status': status })
  stream.write(JSON.stringify({ reason }))
  stream.end()
}

// What goes wrong the first time only.
function trouble(stream, kind) {
  if (kind === '5') {
    stream.respond({ ':status': 403 })
    stream.end(JSON.stringify({ reason: 'ExpiredProviderToken' }))
  } else if (kind === '6') refuse(stream, 403, 'ExpiredProviderToken')
  else if (kind === '7') stream.close(2)
  else if (kind === '8') {
    stream.session.goaway(0, stream.id)
    stream.respond({ ':status': 503 }, { endStream: true })
  }
}

function answer(stream, token, bytes) {
  const kind = token[0]
  if ('5678'.includes(kind) && !known.has(token)) {
    known.add(token)
    // late enough for the connection to be replaced
    setTimeout(() => trouble(stream, kind), 1000)
    return
  }
  if (kind === 'b') refuse(stream, 400, 'BadTopic')
  else if (kind === 'c') stream.respond({ ':status': 403 }, { endStream: true })
  else if (kind === 'd') setTimeout(() => stream.destroyed || stream.respond({ ':status': 200 }, { endStream: true }), 4000)
  else if (kind === 'e' && bytes > 2800) refuse(stream, 413, 'PayloadTooLarge')
  else if (kind === 'f') refuse(stream, 403, 'InvalidProviderToken')
  else if (kind === '9') {
    stream.respond({ ':status': 429, 'retry-after': '1234' })
    stream.end(JSON.stringify({ reason: 'TooManyRequests' }))
  } else stream.respond({ ':status': 200 }, { endStream: true })
}

server.listen(0, '127.0.0.1', () => console.log(server.address().port))
process.stdin.resume()
process.stdin.on('end', () => process.exit())
