// Making and changing elements. Texts are only ever set as text; what is the same is left alone.

export const $ = (id) => document.getElementById(id);

export function make(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

export function draw(tag, attributes = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child != null));
  return element;
}

/** Sets a text; an element whose text is the same is not touched, so that selections and readers are left in peace. */
export function say(element, text) {
  const wanted = String(text ?? '');
  if (element.textContent !== wanted) element.textContent = wanted;
}

const SHOWN = 80;

/** What others chose, such as a name: apart from its surroundings in direction, and short. */
export function foreign(text, shown = SHOWN) {
  const whole = String(text ?? '');
  const letters = whole.length > shown ? [...whole.slice(0, 2 * shown)] : [...whole];
  const cut = whole.length > shown && letters.length > shown;
  const element = make('bdi', { className: 'foreign' }, cut ? `${letters.slice(0, shown).join('')}…` : whole);
  if (cut) element.title = `${[...whole.slice(0, 600)].slice(0, 300).join('')}… (${whole.length.toLocaleString()} characters)`;
  return element;
}

/** A word in a coloured frame. */
export function pill(word, kind) {
  return make('span', { className: `pill ${kind}` }, word);
}

/** Shows a word and its kind in a pill that is there. */
export function repill(element, word, kind) {
  say(element, word);
  if (element.className !== `pill ${kind}`) element.className = `pill ${kind}`;
}

/** True while somebody points at a list or works in it: what is under the hand must not move away. */
const inUse = (parent) => parent.matches(':hover') || (parent.contains(document.activeElement) && document.activeElement !== parent);

/** The rows of each list by their keys. */
const rowsOf = new WeakMap();

/**
 * Brings the children of a list in line with items. Rows that stay are changed in place. While the list is in use
 * none moves: what is gone is marked, what is new comes last.
 *
 * @param build makes the row of an item: {row, update(item)}
 */
export function fill(parent, items, keyOf, build) {
  if (!rowsOf.has(parent)) rowsOf.set(parent, new Map());
  const rows = rowsOf.get(parent);
  const calm = inUse(parent);
  const left = new Map(rows);
  let place = null;
  for (const item of items) {
    const key = keyOf(item);
    let known = left.get(key);
    if (!known) {
      if (rows.get(key) && !left.has(key)) continue;
      known = build(item);
      rows.set(key, known);
      known.fresh = true;
    }
    left.delete(key);
    known.row.classList.remove('gone');
    known.update(item);
    const wanted = place ? place.nextSibling : parent.firstChild;
    if (known.fresh && calm) parent.append(known.row);
    else if (!calm && known.row !== wanted) parent.insertBefore(known.row, wanted);
    known.fresh = false;
    place = known.row;
  }
  for (const [key, { row }] of left) {
    if (calm) {
      row.classList.add('gone');
      row.querySelectorAll('button').forEach((button) => { button.disabled = true; });
    } else {
      row.remove();
      rows.delete(key);
    }
  }
}

/** Forgets the rows of a list. */
export function clear(parent) {
  rowsOf.delete(parent);
  parent.replaceChildren();
}
