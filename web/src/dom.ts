type Child = Node | string | null | undefined | false;

/** el creates an element. Strings become text nodes, never markup. */
export function el<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Record<string, string> = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  return filled(document.createElement(tag), attributes, children);
}

/** svg is el for SVG elements. */
export function svg<K extends keyof SVGElementTagNameMap>(tag: K, attributes: Record<string, string | number> = {}, ...children: Child[]): SVGElementTagNameMap[K] {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function filled<E extends Element>(e: E, attributes: Record<string, string | number>, children: Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    e.setAttribute(name, String(value));
  }
  e.append(...children.filter((c): c is Node | string => c !== null && c !== undefined && c !== false));
  return e;
}

export function byId<E extends HTMLElement>(id: string): E {
  return document.getElementById(id) as E;
}

export function button(text: string, attributes: Record<string, string>, click: () => void): HTMLButtonElement {
  const b = el('button', { type: 'button', ...attributes }, text);
  b.addEventListener('click', click);
  return b;
}

export const count = (n: number, one: string, many = one + 's'): string => `${n} ${n === 1 ? one : many}`;
