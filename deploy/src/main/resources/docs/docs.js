// Shows openapi.json and asyncapi.json, which the server makes of the YAML files. Text is only ever set as text.

const el = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(name, '');
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child != null));
  return node;
};

/** Text with `code` in it, as the descriptions write it. */
const prose = (text) =>
  String(text ?? '').split('`').map((part, i) => (i % 2 ? el('code', {}, part) : part));

const resolve = (doc, thing) => {
  let found = thing;
  for (let hops = 0; found?.$ref && hops < 16; hops++) {
    found = found.$ref.slice(2).split('/').reduce(
      (at, key) => at?.[key.replaceAll('~1', '/').replaceAll('~0', '~')], doc);
  }
  return found ?? {};
};

const kindOf = (doc, schema) => {
  const s = resolve(doc, schema);
  if ('const' in s) return JSON.stringify(s.const);
  if (s.enum) return s.enum.map((value) => JSON.stringify(value)).join(' · ');
  if (s.anyOf || s.oneOf) return 'one of several';
  const types = [s.type ?? 'anything'].flat().map((type) => (type === 'null' ? 'null' : type));
  let kind = types.join(' or ');
  if (types.includes('array') && s.items) kind += ` of ${kindOf(doc, s.items)}`;
  const bounds = [];
  if (s.minLength > 1) bounds.push(`from ${s.minLength} characters`);
  if (s.maxLength) bounds.push(`up to ${s.maxLength} characters`);
  if (s.minimum != null) bounds.push(`from ${s.minimum}`);
  if (s.maximum != null) bounds.push(`up to ${s.maximum}`);
  if (s.minItems) bounds.push(`at least ${s.minItems}`);
  if (s.default !== undefined) bounds.push(`default ${JSON.stringify(s.default)}`);
  return bounds.length ? `${kind}, ${bounds.join(', ')}` : kind;
};

/** The fields of an object, of the items of a list, or of each alternative. Null where there are none. */
const fieldsOf = (doc, schema, depth = 0) => {
  const s = resolve(doc, schema);
  if (depth > 6) return null;
  const parts = [];
  for (const [name, value] of Object.entries(s.properties ?? {})) {
    const field = resolve(doc, value);
    parts.push(el('div', { class: 'field' },
      el('b', {}, name),
      s.required?.includes(name) ? el('span', { class: 'must' }, 'required') : null,
      el('span', { class: 'kind' }, kindOf(doc, field)),
      field.description ? el('span', { class: 'about' }, prose(field.description)) : null,
      fieldsOf(doc, field, depth + 1)));
  }
  for (const alternative of [...(s.allOf ?? []), ...(s.anyOf ?? []), ...(s.oneOf ?? [])]) {
    parts.push(fieldsOf(doc, alternative, depth + 1));
  }
  if (s.items && !parts.length) return fieldsOf(doc, s.items, depth + 1);
  const shown = parts.filter(Boolean);
  return shown.length ? el('div', { class: 'fields' }, shown) : null;
};

const schemaBlock = (doc, title, schema) => {
  const s = resolve(doc, schema);
  return el('div', {}, el('h4', {}, title),
    fieldsOf(doc, s) ?? el('p', { class: 'lead' }, s.description ? prose(s.description) : kindOf(doc, s)),
    s.description && s.properties ? el('p', { class: 'lead' }, prose(s.description)) : null);
};

const card = (id, badge, kind, name, says, extras, inside, words) => ({
  id, badge, kind, name, words: `${name} ${says} ${words}`.toLowerCase(),
  node: el('details', { class: extras.deprecated ? 'op old' : 'op', id },
    el('summary', {},
      el('span', { class: `badge ${kind}` }, badge),
      el('span', { class: 'path' }, name),
      el('span', { class: 'says' }, prose(says)),
      (extras.tags ?? []).map((tag) => el('span', { class: 'tag' }, tag))),
    el('div', { class: 'inside' }, inside)),
});

const firstJson = (content) => Object.values(content ?? {})[0]?.schema;

const answerOf = (api, status, given) => {
  const answer = resolve(api, given);
  const schema = firstJson(answer.content);
  const fields = schema ? fieldsOf(api, schema) : null;
  const line = [el('span', { class: `status s${status[0]}` }, status), el('span', {}, prose(answer.description))];
  return fields
    ? el('details', { class: 'answer', open: status.startsWith('2') }, el('summary', {}, line), fields)
    : el('div', { class: 'answer' }, el('summary', {}, line));
};

const httpCard = (api, path, method, op) => {
  const inside = [];
  if (op.description) inside.push(el('p', { class: 'lead' }, prose(op.description)));
  const parameters = (op.parameters ?? []).map((parameter) => resolve(api, parameter));
  if (parameters.length) {
    inside.push(el('div', {}, el('h4', {}, 'Parameters'), el('div', { class: 'fields' }, parameters.map((p) =>
      el('div', { class: 'field' }, el('b', {}, p.name),
        p.required ? el('span', { class: 'must' }, 'required') : null,
        el('span', { class: 'kind' }, `${p.in}, ${kindOf(api, p.schema)}`),
        p.description ? el('span', { class: 'about' }, prose(p.description)) : null)))));
  }
  const body = firstJson(resolve(api, op.requestBody).content);
  if (body) inside.push(schemaBlock(api, 'Body', body));
  inside.push(el('div', {}, el('h4', {}, 'Answers'), el('div', { class: 'answers' },
    Object.entries(op.responses).map(([status, answer]) => answerOf(api, status, answer)))));
  const who = (op.security ?? []).flatMap((entry) => Object.keys(entry));
  const tags = [who.includes('operator') ? 'operators' : who.includes('bearer') ? 'token' : null,
    op.deprecated ? 'gone' : null].filter(Boolean);
  return card(`http-${op.operationId}`, method.toUpperCase(), method, path, op.summary ?? '',
    { tags, deprecated: op.deprecated }, inside, op.operationId);
};

const httpGroups = (api) => api.tags.map((tag) => ({
  title: tag.name, lead: tag.description, id: `tag-${tag.name.replace(/\W+/g, '-')}`,
  cards: Object.entries(api.paths).flatMap(([path, item]) => Object.entries(item)
    .filter(([, op]) => op.tags?.includes(tag.name))
    .map(([method, op]) => httpCard(api, path, method, op))),
}));

const eventCard = (api, key, operation) => {
  const message = resolve(api, resolve(api, operation.messages[0]));
  const out = operation.action === 'send';
  const inside = [schemaBlock(api, 'Payload', message.payload)];
  if (operation['x-acknowledgement']) {
    inside.push(schemaBlock(api, 'Acknowledgement', operation['x-acknowledgement']));
  }
  return card(`event-${key}`, out ? 'hears' : 'sends', operation.action, message.name, message.summary ?? '',
    { tags: [out ? 'server → client' : 'client → server'] }, inside, key);
};

const eventGroups = (api) => Object.entries(api.channels).map(([name, channel]) => ({
  title: `${channel.title}: events`, lead: channel.description, id: `channel-${name}`,
  cards: Object.entries(api.operations)
    .filter(([, operation]) => operation.channel.$ref === `#/channels/${name}`)
    .map(([key, operation]) => eventCard(api, key, operation)),
}));

const show = (groups) => {
  const contents = document.getElementById('contents');
  const main = document.getElementById('content');
  main.replaceChildren();
  for (const group of groups) {
    group.section = el('section', { id: group.id }, el('h2', {}, group.title),
      el('p', { class: 'lead' }, prose(group.lead)), group.cards.map((c) => c.node));
    main.append(group.section);
    group.heading = el('h2', {}, group.title);
    group.list = el('ul', {}, group.cards.map((c) => {
      c.link = el('li', {}, el('a', { href: `#${c.id}` },
        el('span', { class: `badge ${c.kind}` }, c.badge), el('span', {}, c.name)));
      return c.link;
    }));
    contents.append(group.heading, group.list);
  }
};

const filter = (groups, text) => {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  for (const group of groups) {
    let any = false;
    for (const c of group.cards) {
      const fits = words.every((word) => c.words.includes(word));
      c.node.hidden = !fits;
      c.link.hidden = !fits;
      any ||= fits;
    }
    group.section.hidden = !any;
    group.heading.hidden = !any;
  }
};

const openNamed = () => {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named?.tagName === 'DETAILS') {
    named.open = true;
    named.scrollIntoView();
  }
};

const load = async (name) => {
  const answer = await fetch(`/docs/${name}`);
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return answer.json();
};

try {
  const [http, events] = await Promise.all([load('openapi.json'), load('asyncapi.json')]);
  const groups = [...httpGroups(http), ...eventGroups(events)];
  show(groups);
  document.getElementById('filter').addEventListener('input', (event) => filter(groups, event.target.value));
  addEventListener('hashchange', openNamed);
  openNamed();
} catch (failure) {
  document.getElementById('state').textContent = `The descriptions could not be loaded: ${failure.message}`;
}
