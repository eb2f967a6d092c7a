// Writes the types of everything on the wire, as asyncapi.yaml says it: what a client sends, what it is answered, and what
// it receives.

import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

const [source] = process.argv.slice(2);
const api = parse(readFileSync(source, 'utf8'));
const { messages, schemas } = api.components;

function follow(reference) {
  return reference.replace('#/', '').split('/').reduce((at, step) => at[step], api);
}

function pascal(name) {
  return name.split(/[-_]/).map((part) => part[0].toUpperCase() + part.slice(1)).join('');
}

function key(name) {
  return /^\w+$/.test(name) ? name : `'${name}'`;
}

function literal(value) {
  return typeof value === 'string' ? `'${value.replaceAll("'", "\\'")}'` : String(value);
}

const PLAIN = { string: 'string', integer: 'number', number: 'number', boolean: 'boolean', null: 'null' };

function objectOf(schema, indent) {
  const { properties, required = [], additionalProperties } = schema;
  if (!properties) return 'Record<string, unknown>';
  const lines = Object.entries(properties).map(([name, each]) => (
    `${indent}  ${key(name)}${required.includes(name) ? '' : '?'}: ${typeOf(each, `${indent}  `)};`));
  if (additionalProperties) lines.push(`${indent}  [field: string]: unknown;`);
  return `{\n${lines.join('\n')}\n${indent}}`;
}

function typeOf(schema, indent = '') {
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1);
    return schema.$ref.startsWith('#/components/schemas/') ? name : typeOf(follow(schema.$ref), indent);
  }
  if ('const' in schema) return literal(schema.const);
  if (schema.enum) return schema.enum.map(literal).join(' | ');
  const types = [schema.type ?? []].flat();
  if (types.length === 0) return 'unknown';
  return [...new Set(types.map((type) => {
    if (type === 'object') return objectOf(schema, indent);
    if (type === 'array') return `Array<${typeOf(schema.items ?? {}, indent)}>`;
    return PLAIN[type];
  }))].join(' | ');
}

function comment(text, indent = '') {
  return text ? `${indent}/** ${text.replaceAll('*/', '* /')} */\n` : '';
}

const out = ['// Generated from asyncapi.yaml by scripts/types.mjs; do not edit.', ''];
for (const [name, schema] of Object.entries(schemas)) {
  out.push(`${comment(schema.description)}export type ${name} = ${typeOf(schema)};`, '');
}
for (const [name, message] of Object.entries(messages)) {
  const { payload = {} } = message;
  out.push(`${comment(message.summary)}export type ${pascal(name)}Payload = ${typeOf(payload)};`, '');
}

/** The operations of a channel in one direction, by the name on the wire. */
function operations(channel, action) {
  return Object.values(api.operations)
    .filter((each) => each.action === action && each.channel.$ref === `#/channels/${channel}`)
    .map((each) => {
      const id = each.messages[0].$ref.split('/').at(-1);
      return { id, name: messages[id].name, answer: each['x-acknowledgement'] };
    });
}

for (const [channel, title] of [['calls', 'Call'], ['chat', 'Chat']]) {
  out.push(`/** What a client sends on the channel \`${channel}\`, by event. */`, `export interface ${title}Sent {`);
  for (const { id, name } of operations(channel, 'receive')) out.push(`  ${key(name)}: ${pascal(id)}Payload;`);
  out.push('}', '');
  const answered = operations(channel, 'receive').filter(({ answer }) => answer);
  if (answered.length > 0) {
    out.push('/** What it is answered through the acknowledgement. */', `export interface ${title}Answers {`);
    for (const { name, answer } of answered) out.push(`  ${key(name)}: ${typeOf(answer, '  ')};`);
    out.push('}', '');
  }
  out.push(`/** What a client receives on the channel \`${channel}\`, by event. */`, `export interface ${title}Received {`);
  for (const { id, name } of operations(channel, 'send')) out.push(`  ${key(name)}: ${pascal(id)}Payload;`);
  out.push('}', '');
}
for (const [action, name] of [['receive', 'RoomSent'], ['send', 'RoomReceived']]) {
  const list = operations('rooms', action).map(({ id, name: type }) => (
    id.endsWith('_told') ? `(${pascal(id)}Payload & { type: '${type}' })` : `${pascal(id)}Payload`));
  out.push(`/** What a client ${action === 'receive' ? 'sends' : 'receives'} on the socket of a room. */`,
    `export type ${name} =\n  | ${list.join('\n  | ')};`, '');
}
process.stdout.write(out.join('\n'));
