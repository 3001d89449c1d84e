// Holds schema/agreement.schema.json against agreements as JSON, with ajv as an outside judge.
// usage: node agreements.mjs SCHEMA AGREEMENTS.ndjson
// Each line is {"agreement":…,"name":…,"right":true} for one in which nothing is wrong.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';

const require = createRequire(join(process.cwd(), 'package.json'));
const Ajv = require('ajv/dist/2020').default;

// Broken agreements whose fault is one of shape. Every other fault needs the program: names that
// lead nowhere, times that contradict each other, geometry, text.
const kShape = readFileSync(new URL('faults_of_shape.txt', import.meta.url), 'utf8').split('\n').filter(Boolean);

const [schema, agreements] = process.argv.slice(2);
const validate = new Ajv({strict: true, allErrors: true, allowUnionTypes: true}).compile(JSON.parse(readFileSync(schema, 'utf8')));
const problems = [];
const seen = {taken: 0, refused: 0};
const names = new Set();
for (const line of readFileSync(agreements, 'utf8').split('\n').filter(Boolean)) {
  const {agreement, name, right} = JSON.parse(line);
  names.add(name);
  const taken = validate(agreement);
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
console.log(`${seen.taken} agreements taken, ${seen.refused} refused`);
