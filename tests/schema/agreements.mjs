// Holds schema/*.schema.json against agreements and points as JSON, with ajv as an outside judge.
// usage: node agreements.mjs SCHEMAS AGREEMENTS.ndjson
// Each line is {"file":…,"name":…,"right":true,"schema":"agreement"}; right where nothing at all is wrong.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';

const require = createRequire(join(process.cwd(), 'package.json'));
const Ajv = require('ajv/dist/2020').default;

// Broken agreements whose fault is one of shape. Every other fault needs the program: names that
// lead nowhere, times that contradict each other, geometry, text.
const kShape = readFileSync(new URL('faults_of_shape.txt', import.meta.url), 'utf8').split('\n').filter(Boolean);

const [folder, agreements] = process.argv.slice(2);
const compiled = (name) => new Ajv({strict: true, allErrors: true, allowUnionTypes: true})
    .compile(JSON.parse(readFileSync(join(folder, `${name}.schema.json`), 'utf8')));
const validators = {agreement: compiled('agreement'), points: compiled('points')};
const problems = [];
const seen = {taken: 0, refused: 0};
const names = new Set();
for (const line of readFileSync(agreements, 'utf8').split('\n').filter(Boolean)) {
  const {file, name, right, schema} = JSON.parse(line);
  const validate = validators[schema];
  names.add(name);
  const taken = validate(file);
  ++seen[taken ? 'taken' : 'refused'];
  if (!taken && !kShape.includes(name))
    problems.push(`${name}${right ? '' : ' (broken otherwise)'} is refused: ${validate.errors.map((e) => `${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`).join('; ')}`);
  if (taken && kShape.includes(name)) problems.push(`${name} is taken, and its shape is wrong`);
}
for (const name of kShape) {
  if (!names.has(name)) problems.push(`there is no ${name}`);
}
for (const p of problems) console.error(p);
if (problems.length > 0) process.exit(1);
console.log(`${seen.taken} files taken, ${seen.refused} refused`);
