// The page's JavaScript read by TypeScript's compiler, and laid out by its formatter: node page_check.js WEB [--fix]
// Every problem is a line; --fix writes the files as the formatter has them.
'use strict';
const fs = require('fs');
const path = require('path');
const ts = require(process.env.EMBUDO_TYPESCRIPT || '/usr/share/nodejs/typescript');

const web = path.resolve(process.argv[2]);
const fix = process.argv[3] === '--fix';
const WIDEST = 180;

function filesIn(folder) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(folder, entry.name);
    return entry.isDirectory() ? filesIn(name) : name.endsWith('.js') ? [name] : [];
  });
}

const options = {
  allowJs: true, checkJs: true, noEmit: true, noUnusedLocals: true, noUnusedParameters: true, noImplicitReturns: true, noFallthroughCasesInSwitch: true,
  allowUnreachableCode: false, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022, lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
};
const layout = { ...ts.getDefaultFormatCodeSettings('\n'), indentSize: 2, tabSize: 2, semicolons: ts.SemicolonPreference.Insert };

const files = filesIn(web);
const host = {
  getCompilationSettings: () => options,
  getScriptFileNames: () => files,
  getScriptVersion: () => '1',
  getScriptSnapshot: (name) => (fs.existsSync(name) ? ts.ScriptSnapshot.fromString(fs.readFileSync(name, 'utf8')) : undefined),
  getCurrentDirectory: () => web,
  getDefaultLibFileName: (o) => ts.getDefaultLibFilePath(o),
  fileExists: ts.sys.fileExists,
  readFile: ts.sys.readFile,
};
const service = ts.createLanguageService(host);

function formatted(name, text) {
  const edits = service.getFormattingEditsForDocument(name, layout).sort((a, b) => b.span.start - a.span.start);
  return edits.reduce((so, { span, newText }) => so.slice(0, span.start) + newText + so.slice(span.start + span.length), text);
}

const problems = [];
for (const name of files) {
  const short = path.relative(web, name);
  const text = fs.readFileSync(name, 'utf8');
  for (const found of [...service.getSyntacticDiagnostics(name), ...service.getSemanticDiagnostics(name)]) {
    const line = found.file.getLineAndCharacterOfPosition(found.start).line + 1;
    problems.push(`${short}:${line}: ${ts.flattenDiagnosticMessageText(found.messageText, ' ')}`);
  }
  const better = formatted(name, text);
  if (fix) fs.writeFileSync(name, better);
  const [lines, laid] = [text.split('\n'), better.split('\n')];
  const odd = lines.findIndex((line, i) => line !== laid[i]);
  if (!fix && odd >= 0) problems.push(`${short}:${odd + 1}: laid out otherwise: ${laid[odd]}`);
  lines.forEach((line, i) => {
    if (line.length > WIDEST) problems.push(`${short}:${i + 1}: ${line.length} columns, at most ${WIDEST}`);
    if (/"[^"'`]*"/.test(line.replace(/'[^']*'|`[^`]*`|\/\/.*|\/(?:\\.|[^/])+\//g, ''))) problems.push(`${short}:${i + 1}: expected single quotes`);
  });
}
if (files.length < 20) problems.push(`few files: ${files.length}`);
for (const problem of problems) console.log(problem);
process.exit(problems.length ? 1 : 0);
