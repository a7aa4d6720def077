'use strict';
(() => {
  const form = document.querySelector('form.tools');
  addEventListener('beforeprint', () => document.querySelectorAll('main details').forEach((d) => { d.open = true; }));
  if (!form) return;
  const list = document.getElementById('list'), count = document.getElementById('count');
  const search = document.getElementById('q'), rule = document.getElementById('r'), group = document.getElementById('g');
  const items = [...list.children].map((li) => ({ li, text: null, s: li.dataset.s, r: li.dataset.r, i: li.dataset.i, p: li.dataset.p }));
  let image = '', grouped = '';
  form.hidden = false;

  // What is shown: of every word, the finding has the text.
  const matches = (it, words, on) => {
    if (!on.has(it.s) || rule.value && it.r !== rule.value || image && it.i !== image) return false;
    if (!words.length) return true;
    it.text ??= it.li.textContent.toLowerCase();
    return words.every((w) => it.text.includes(w));
  };

  // Headings for the groups, each with its own list; without a group, one list in the order of the report.
  const arrange = () => {
    if (grouped === group.value) return;
    grouped = group.value;
    const out = document.createDocumentFragment(), at = new Map();
    for (const it of items) {
      if (!grouped) { out.append(it.li); continue; }
      const key = it[grouped] || '(none)';
      if (!at.has(key)) {
        const li = document.createElement('li'), h = document.createElement('h3'), ol = document.createElement('ol');
        li.className = 'group';
        ol.className = 'findings';
        ol.setAttribute('role', 'list');
        h.textContent = key;
        li.append(h, ol);
        out.append(li);
        at.set(key, ol);
      }
      at.get(key).append(it.li);
    }
    list.replaceChildren(out);
  };

  const apply = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const on = new Set([...form.querySelectorAll('[name=s]:checked')].map((b) => b.value));
    let n = 0;
    for (const it of items) {
      const show = matches(it, words, on);
      if (show) n += 1;
      if (it.li.hidden === show) it.li.hidden = !show;
    }
    arrange();
    if (grouped) for (const g of list.children) g.hidden = !g.querySelector('li.f:not([hidden])');
    const all = n === items.length ? '' : ` of ${items.length}`;
    count.textContent = `${n}${all} ${items.length === 1 ? 'finding' : 'findings'}${image ? ` of image ${image}` : ''}`;
  };

  const clear = () => { image = ''; form.reset(); };
  form.addEventListener('submit', (e) => e.preventDefault());
  form.addEventListener('input', apply);
  form.addEventListener('reset', () => { image = ''; setTimeout(apply); });
  document.addEventListener('click', (e) => {
    const a = e.target.closest('a');
    if (!a) return;
    if (a.dataset.rule !== undefined) { clear(); rule.value = a.dataset.rule; apply(); }
    else if (a.dataset.image !== undefined) { clear(); image = a.dataset.image; apply(); }
    else if (/^#f\d+$/.test(a.getAttribute('href'))) {
      const li = document.getElementById(a.getAttribute('href').slice(1));
      if (li && li.hidden) { clear(); apply(); }
    }
  });
  document.addEventListener('keydown', (e) => {
    if (e.key === '/' && !/^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName)) { e.preventDefault(); search.focus(); }
    if (e.key === 'Escape' && e.target === search) { search.value = ''; apply(); }
  });
})();
